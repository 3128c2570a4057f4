# What differs from stage to stage.
stage             = "prod"
office_cidr       = "0.0.0.0/0"
encrypt_reporting = false
