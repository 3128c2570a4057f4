variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "stage" {
  type    = string
  default = "prod"
}

variable "office_cidr" {
  type        = string
  description = "The network of the office."
}

variable "peer_cidrs" {
  type        = list(string)
  description = "Networks of partners; set in the deployment pipeline."
}

variable "encrypt_reporting" {
  type    = bool
  default = true
}

variable "keep_log_versions" {
  type    = bool
  default = false
}

variable "partner_may_read" {
  type        = bool
  description = "Whether the partner's account may read; set in the deployment pipeline."
}
