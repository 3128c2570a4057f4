"""The function library: `FUNCTIONS` maps the name an expression uses to the `Function`.

The table is made from the tables of the modules beside this one; nothing registers itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from scanner.expression.functions import aws, conversions, iam, iam_objects, images, lists, network, secrets, strings
from scanner.expression.functions.table import Function

_TABLES = (
    conversions.TABLE, strings.TABLE, lists.TABLE, network.TABLE, aws.TABLE, iam.TABLE, iam_objects.TABLE,
    images.TABLE, secrets.TABLE,
)  # fmt: skip

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {function.name: function for table in _TABLES for function in table}
)
"""Every function by name, in the order of the reference."""
