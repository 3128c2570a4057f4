"""Constant expressions mean what the real Terraform says they mean, where its binary is present."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.model import Limits
from scanner.source.document import Document
from scanner.source.hcl import parse_hcl
from tests.source.hcl.evaluation import value

CASES = [
    r'["$$${1}", "$${x}", "%%{if}", "$x", "$$", "a%", "$$$${x}", "$", "%"]',
    r'"a\n\r\t\"\\\u00e9\U0001F600b"',
    '" ${~ true ~} "',
    '"${true}"',
    '"x ${~ 1 ~} y ${ 2 } z"',
    '"%{ if true }yes%{ else }no%{ endif }"',
    '"%{ if false }yes%{ endif }"',
    '"%{ for x in [1, 2] }<${x}>%{ endfor }"',
    '"%{ for k, v in {b = 1, a = 2} }${k}=${v};%{ endfor }"',
    '"${"${"nested ${1}"}"}"',
    '"a ${ { b = "}" }.b } c"',
    '"${[for x in ["a"] : "${x}-"][0]}"',
    "-1 + 2 * 3 - 4",
    "(1 + 2) * 3",
    "10 - 3 - 2",
    "100 / 5 / 2",
    "7 % 4 * 2",
    "!true || true",
    "1 < 2 == true",
    "1 == 1 && 2 != 3 || false",
    "true ? 1 : false ? 2 : 3",
    "false ? 1 : false ? 2 : 3",
    "[1.50, 1e3, 0.1, 100000000000000000000000000000001, 1E-2, 12]",
    "{ null = 1, true = 2, 1.5 = 3, (1) = 2, \"q x\" = 4, a-b : 5 }",
    "{ a = 1, b = 2,\n }",
    "{\n  a = 1 # c\n  b = 2 // d\n  /* e */ c = 3\n}",
    "[1, 2,\n 3, # x\n]",
    "[[1, 2], [3, 4]].*.0",
    "[[1, 2], [3, 4]][*][1]",
    "[{a = [1, 2]}, {a = [3, 4]}].*.a[0]",
    "[{a = [1, 2]}, {a = [3, 4]}][*].a[0]",
    "[{a = {b = [5]}}].*.a.b.0",
    "{a = 1}[*]",
    "[for x in [1, 2, 3] : x * 2 if x != 2]",
    "{for k, v in {a = 1, b = 2} : v => k}",
    '{for v in ["a", "b", "a"] : v => 1...}',
    "[for i, v in [5, 6] : i]",
    "(\n 1\n + \n 2\n)",
    "{ a = { b = { c = 1 } } }.a.b.c",
    '{ "a b" = 1 }["a b"]',
    "[1, 2, 3][\n1\n]",
    '"" == "" ? "e" : "f"',
    "<<EOT\nplain\n  two\nEOT",
    "<<EOT\nEOT",
    "<<-EOT\n    a\n      b\n\n    c\n    EOT",
    "<<-EOT\n    a\n      ${1}\n   \n      b\n    EOT",
    "<<-EOT\n    a\n\n      ${~ 1 ~}\n\n      b\n    EOT",
    "<<-EOT\n    ${1} a\n      b\n    EOT",
    "<<-EOT\n  a\n${1}\n    b\n  EOT",
    "<<-EOT\n\ta\n\t\tb\n\tEOT",
    "<<-EOT\n  %{ if true ~}\n  yes\n  %{ else ~}\n  no\n  %{ endif ~}\n  end\n  EOT",
    "<<EOT\n%{ for x in [1, 2] ~}\nitem ${x}\n%{ endfor ~}\nEOT",
    "<<EOT\na\\nb \"q\" $${x} %%{y} $5 100%\nEOT",
    "<<EOT\n${1}EOT\n EOTX\nx EOT\n  EOT",
    "<<EOT\nouter ${<<IN\ninner\nIN\n} more\nEOT",
    "<<-EOT\n  $${a}\n    b\n  EOT",
    "<<-E_1-x\n  a\n  E_1-x",
    '"é${"ü"}日本"',
]  # fmt: skip
CRLF = ["<<EOT\na\nb ${1}\nEOT", "<<-EOT\n  a\n\n    b\n  EOT", "{\n a = 1\n b = 2\n}", "[1,\n 2]"]


def _source() -> bytes:
    plain = "".join(f'output "o{i}" {{\n  value = {case}\n}}\n' for i, case in enumerate(CASES))
    crlf = "".join(f'output "c{i}" {{\n  value = {case}\n}}\n' for i, case in enumerate(CRLF)).replace("\n", "\r\n")
    return (plain + crlf).encode()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not installed")
    folder = tmp_path_factory.mktemp("terraform")
    (folder / "main.tf").write_bytes(_source())
    _run(folder, terraform, "plan", "-out=plan", "-input=false", "-no-color")
    shown = _run(folder, terraform, "show", "-json", "plan")
    outputs = json.loads(shown)["planned_values"]["outputs"]
    return {name: output.get("value") for name, output in outputs.items()}


def _run(folder: Path, *command: str) -> str:
    environment = os.environ | {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_parse_hcl_means_what_terraform_means_when_constant(expected: dict[str, object]) -> None:
    data = _source()
    document = Document("main.tf", "", "hcl", "terraform", data)
    body = parse_hcl(document, Limits())
    assert document.diagnostics == []
    found = {block.labels[0]: value(block.body.attributes["value"].expr) for block in body.blocks}
    cases = dict(zip(found, CASES + CRLF, strict=True))
    plain = json.loads(json.dumps(found, default=float))
    wrong = {cases[name]: (plain[name], expected[name]) for name in found if plain[name] != expected[name]}
    assert wrong == {}
