"""Dynamic references: texts such as `{{resolve:secretsmanager:name}}`, whose value is read when a stack is made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from scanner.loaders.cloudformation.values import joined
from scanner.model import Unknown

_reference: Final = re.compile(r"\{\{resolve:(ssm-secure|ssm|secretsmanager):([^{}]{1,2048})\}\}")


def dynamic_references(text: str) -> Any:
    """The value of a text with dynamic references in it: Unknown, with what stands around them."""
    parts: list[str | Unknown] = []
    end = 0
    for match in _reference.finditer(text):
        parts += [text[end : match.start()], _unknown(match[1], match[2])]
        end = match.end()
    return joined([*parts, text[end:]]) if parts else text


def _unknown(service: str, name: str) -> Unknown:
    code = "data" if service == "ssm" else "secret"
    where = "Secrets Manager" if service == "secretsmanager" else "Systems Manager"
    identity = f"resolve:{service}:{name}"
    return Unknown(code, f"read from {where} ({name})", identities=(identity,), not_null=True, type="string")
