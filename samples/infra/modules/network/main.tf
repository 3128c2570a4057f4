variable "name" {
  type = string
}

variable "admin_cidr" {
  type = string
}

variable "peer_cidrs" {
  type = list(string)
}

resource "aws_security_group" "bastion" {
  name        = "${var.name}-bastion"
  description = "Hosts through which the others are administered"
}

resource "aws_vpc_security_group_ingress_rule" "bastion_ssh" {
  security_group_id = aws_security_group.bastion.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = var.admin_cidr
}

resource "aws_security_group" "web" {
  name        = "${var.name}-web"
  description = "The web hosts"

  ingress {
    description = "among themselves"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    self        = true
  }

  dynamic "ingress" {
    for_each = {
      https = { port = 443, from = ["0.0.0.0/0"] }
      rdp   = { port = 3389, from = ["10.20.0.0/16"] }
    }
    content {
      description = ingress.key
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = ingress.value.from
    }
  }

  ingress {
    description = "partners"
    from_port   = 20
    to_port     = 25
    protocol    = "tcp"
    cidr_blocks = var.peer_cidrs
  }
}

output "web_group" {
  value = aws_security_group.web.id
}
