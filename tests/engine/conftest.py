"""A rule that several tests of waivers run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.waived import RULE


@pytest.fixture
def rule(tmp_path: Path) -> str:
    (tmp_path / "local-queue-open.yaml").write_text(RULE)
    return str(tmp_path / "local-queue-open.yaml")
