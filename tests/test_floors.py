"""The floors of docs/architecture.md, of the packages that are not the runtime."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import floors
from tests.server import ROOT

PACKAGES = {"The floors of the command": ROOT / "cli/stored_completions_cli"}


@pytest.mark.parametrize("heading", PACKAGES)
def test_a_module_imports_only_from_floors_below(heading: str) -> None:
    """Each module is in the table, and imports nothing of its own floor or of one above."""
    assert floors.wrong(heading, PACKAGES[heading]) == []


@pytest.mark.parametrize(
    "text",
    [
        "from package import upper\n",
        "from package.upper import Name\n",
        "from .upper import Name\n",
        "from . import upper\n",
        "import package.upper\n",
        "def late():\n    from package import upper\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package.upper import Name\n",
        "optional_module('extra', 'upper')\n",
        "import_module('package.upper')\n",
    ],
)
def test_each_way_to_import_is_seen(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also inside functions, for type checkers, and by name."""
    package, page = tmp_path / "package", tmp_path / "page.md"
    package.mkdir()
    (package / "lower.py").write_text(text)
    (package / "upper.py").write_text("")
    page.write_text("\n## Floors\n\n| floor | modules |\n|---|---|\n| 1 | `lower` |\n| 2 | `upper` |\n")
    monkeypatch.setattr(floors, "PAGE", page)
    assert "lower (1) imports upper (2)" in floors.wrong("Floors", package)
