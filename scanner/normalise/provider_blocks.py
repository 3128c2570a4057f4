"""Names of the nested blocks of the Terraform AWS provider, for reading JSON syntax and plans.

Which names of a resource are blocks is what a provider's schema says; Terraform's JSON syntax and its plans
do not show it. The table beside this module was made from the schema of provider 6.25.0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def block_names() -> Mapping[str, Any]:
    """`resource` and `data` to their types, and these to their blocks, each with the blocks inside it."""
    table = _table()
    return {"resource": table["resources"], "data": table["data"]}


def object_attributes() -> Mapping[str, frozenset[str]]:
    """Resource type to its attributes that hold objects and are written like blocks: `ingress`, `route`."""
    return {name: frozenset(each) for name, each in _table()["object_attributes"].items()}


def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads((Path(__file__).parent / "provider_blocks.json").read_bytes())
    return table
