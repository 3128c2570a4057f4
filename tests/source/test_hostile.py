"""The hostile corpus, as far as reading and parsing go: cases 1, 2, 3, 6, 11 and 12."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

import pytest

from scanner.model import Diagnostic, Limits, Unknown
from scanner.source.discover import discover
from scanner.source.document import Document
from scanner.source.parse import parse_document
from tests.shared import shared_path


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    script = folder / "make_hostile.py"
    shutil.copyfile(shared_path("hostile") / "make_hostile.py", script)
    runpy.run_path(str(script))
    return folder


def scan(folder: Path) -> tuple[dict[str, Document], list[Diagnostic]]:
    found = discover(["."], cwd=str(folder), limits=Limits())
    for document in found.documents:
        parse_document(document, Limits())
    diagnostics = [*found.diagnostics, *(d for document in found.documents for d in document.diagnostics)]
    documents = {document.path: document for document in found.documents}
    control = documents["control.tf"]
    assert [block.type for block in control.tree.blocks] == ["resource"]
    return documents, diagnostics


def codes(diagnostics: list[Diagnostic]) -> set[tuple[str, str]]:
    return {(diagnostic.path, diagnostic.code) for diagnostic in diagnostics}


def test_aliases_stay_within_the_budget(corpus: Path) -> None:
    documents, diagnostics = scan(corpus / "01-yaml-alias-bomb")
    assert codes(diagnostics) == {("cfn.yaml", "GR-LIMIT-ALIAS"), ("self.yaml", "GR-LIMIT-ALIAS")}
    bucket = documents["cfn.yaml"].tree[0]["Resources"]["B"]
    assert bucket["Type"] == "AWS::S3::Bucket"
    assert isinstance(bucket["Metadata"]["x"], Unknown | list)
    assert documents["self.yaml"].tree[0]["metadata"]["name"] == "x"


def test_tags_construct_nothing(corpus: Path) -> None:
    documents, diagnostics = scan(corpus / "02-yaml-tags")
    assert isinstance(documents["pod.yaml"].tree[0]["spec"], Unknown)
    assert {code for _, code in codes(diagnostics)} == {"GR-YAML-TAG"}
    assert not Path("/PWNED_yaml").exists()
    assert "Fn::Transform" in documents["cfn.yaml"].tree[0]["Resources"]["A"]["Properties"]["Tags"]


def test_depth_is_limited_in_every_format(corpus: Path) -> None:
    _, diagnostics = scan(corpus / "03-deep-nesting")
    deep = {(name, "GR-LIMIT-DEPTH") for name in ("plan.json", "main.tf", "flow.yaml")}
    assert codes(diagnostics) == deep


def test_links_do_not_leave_the_root(corpus: Path) -> None:
    documents, diagnostics = scan(corpus / "06-symlinks")
    assert list(documents) == ["control.tf"]
    assert codes(diagnostics) == {
        ("passwd.tf", "GR-PATH-ESCAPE"),
        ("proc.yaml", "GR-PATH-ESCAPE"),
        ("up", "GR-PATH-ESCAPE"),
        ("loop", "GR-PATH-LOOP"),
        ("a.tf", "GR-PATH-LOOP"),
        ("b.tf", "GR-PATH-LOOP"),
    }


def test_encodings_are_read_or_refused(corpus: Path) -> None:
    documents, diagnostics = scan(corpus / "11-encoding")
    assert codes(diagnostics) == {("latin1.json", "GR-ENCODING"), ("nul.tf", "GR-ENCODING")}
    for name, line in (("utf16.tf", 1), ("cr_only.tf", 2)):
        attribute = documents[name].tree.blocks[0].body.attributes["acl"]
        assert attribute.expr.value == "public-read"
        assert documents[name].position(attribute.start)[0] == line
    spec = documents["bom.yaml"].tree[0]
    assert spec["spec"]["hostNetwork"] is True
    assert documents["bom.yaml"].position(spec.spans["spec"][0]) == (4, 1)


def test_json_and_yaml_oddities_hide_nothing(corpus: Path) -> None:
    documents, diagnostics = scan(corpus / "12-json")
    values = documents["plan.json"].tree["planned_values"]["root_module"]["resources"][0]["values"]
    assert values.duplicates["acl"] == ["private", "public-read"]
    assert [type(values[key]) for key in "nf"] == [Unknown, Unknown]
    assert values["s"] == "\ufffd"
    spec = documents["k8s.yaml"].tree[0]["spec"]
    assert spec.duplicates["hostNetwork"] == [False, True]
    assert spec["containers"][0]["securityContext"]["privileged"] is True
    assert {code for _, code in codes(diagnostics)} == {"GR-DUP-KEY", "GR-NUMBER"}
