terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = {
      system = "booking"
      stage  = terraform.workspace
    }
  }
}

locals {
  name       = "booking-${var.stage}"
  admin_cidr = var.office_cidr
}

module "network" {
  source     = "../modules/network"
  name       = local.name
  admin_cidr = local.admin_cidr
  peer_cidrs = var.peer_cidrs
}

module "uploads" {
  source     = "../modules/bucket"
  name       = "${local.name}-uploads"
  versioning = true
}

module "logs" {
  source        = "../modules/bucket"
  name          = "${local.name}-logs"
  versioning    = var.keep_log_versions
  public_policy = var.partner_may_read
}
