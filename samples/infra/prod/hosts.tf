resource "aws_ebs_volume" "reporting" {
  availability_zone = "${var.region}a"
  size              = 200
  encrypted         = var.encrypt_reporting
}

resource "aws_ebs_volume" "scratch" {
  count             = 2
  availability_zone = "${var.region}a"
  size              = 20
  encrypted         = true
}
