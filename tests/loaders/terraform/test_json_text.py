"""Elements of JSON that is written as a heredoc with interpolations."""

import pytest

from scanner.loaders.terraform.json_text import find_in_json
from scanner.loaders.terraform.written import locate
from tests.loaders.terraform.estates import load

POLICY = """
resource "aws_x" "a" {
  policy = <<EOF
{
  "Id": "${var.a["}{"]}", "Escaped": "x\\"y",
  "Statement": [
    {"Action": ["a", "b"], "Resource": "${aws_x.b.arn}/*"},
    {"Action": "c", "N": 12}
  ],
  "Single": {"AWS": "*"}
}
EOF
}
"""


def shown(path):
    (resource,) = load(POLICY).resources
    found = locate(resource.provenance.instance, ("policy",))
    span = find_in_json(found.spot, path)
    if span is None:
        return None
    line = POLICY.split("\n")[span.start_line - 1]
    return line[span.start_column - 1 : span.end_column - 1] if span.start_line == span.end_line else line.strip()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("Statement", 1, "Action"), '"c"'),
        (("Statement", 0, "Action", 1), '"b"'),
        (("Statement", 0, "Resource"), '"${aws_x.b.arn}/*"'),
        (("Statement", 1, "N"), "12"),
        (("Statement", 1), '{"Action": "c", "N": 12}'),
        (("Single", "AWS"), '"*"'),
        (("Single", 0, "AWS"), '"*"'),
        (("Statement", 2), None),
        (("Nope",), None),
        (("Statement", "Action"), None),
        (("Statement", 0, "Action", 0, "deeper"), None),
    ],
)
def test_the_element_at_a_path_is_found(path, text):
    assert shown(path) == text
