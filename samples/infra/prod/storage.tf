# The public site: open to readers on purpose, and through a policy, not an ACL.
resource "aws_s3_bucket" "site" {
  bucket = "${local.name}-site"
  acl    = "public-read"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "site" {
  bucket = aws_s3_bucket.site.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OfficeWrites"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111122223333:role/publisher" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.site.arn}/*"
      },
      {
        Sid       = "EveryoneReads"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.site.arn}/*"
      },
    ]
  })
}

# One bucket a department, each with its own settings.
resource "aws_s3_bucket" "department" {
  for_each = toset(["billing", "imaging"])
  bucket   = "${local.name}-${each.key}"
}

resource "aws_s3_bucket_versioning" "department" {
  for_each = aws_s3_bucket.department
  bucket   = each.value.id
  versioning_configuration {
    status = each.key == "billing" ? "Enabled" : "Suspended"
  }
}

resource "aws_s3_bucket_public_access_block" "department" {
  for_each                = aws_s3_bucket.department
  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "department" {
  for_each = aws_s3_bucket.department
  bucket   = each.value.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}
