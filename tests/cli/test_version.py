"""The cheapest command stays cheap."""

import subprocess
import sys

SCRIPT = """
import sys
before = set(sys.modules)
from scanner.cli.main import main
try:
    main(["version"])
except SystemExit as end:
    assert end.code == 0, end.code
print(len(set(sys.modules) - before))
print("\\n".join(sorted(set(sys.modules) - before)))
"""


def test_version_imports_at_most_a_hundred_modules() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    version, count, *modules = done.stdout.splitlines()
    assert version.startswith("groundrule ")
    assert int(count) <= 100, modules


def test_importing_the_package_imports_nothing_heavy() -> None:
    script = "import sys, scanner, scanner.plugins, scanner.model; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert {"yaml", "tree_sitter", "re2", "click", "jinja2", "sarif_om", "hcl2"} & set(done.stdout.split()) == set()
