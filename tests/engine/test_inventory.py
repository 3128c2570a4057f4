"""What a report says that no rule looked at."""

from scanner.api import ScanOptions, scan_texts


def test_satellite_is_looked_at_as_part_of_what_it_belongs_to() -> None:
    text = (
        'resource "aws_s3_bucket" "b" {}\n'
        'resource "aws_s3_bucket_versioning" "b" {\n  bucket = aws_s3_bucket.b.id\n'
        '  versioning_configuration {\n    status = "Enabled"\n  }\n}\n'
        'resource "aws_foo" "x" {}\nresource "aws_foo" "y" {}\n'
    )
    result = scan_texts({"main.tf": text}, ScanOptions(rules=("aws-s3-bucket-no-versioning",)))
    assert result.resources_without_rules == {"aws_foo": 2}
    without = scan_texts({"main.tf": text}, ScanOptions(rules=("aws-ec2-sg-ingress-ssh",)))
    assert without.resources_without_rules == {"aws_foo": 2, "aws_s3_bucket": 1, "aws_s3_bucket_versioning": 1}
