"""The floors and the lengths of modules in docs/architecture.md are true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import ROOT
from tests.support.floors import floors, imports, modules

ROOMS = {
    "The floors of the runtime": ROOT / "generator" / "runtime",
    "The floors of the generator": ROOT / "generator",
    "The floors of the review": ROOT / "review",
    "The floors of the command": ROOT / "cli" / "stored_completions_cli",
}


@pytest.mark.parametrize("heading", ROOMS)
def test_a_module_imports_only_from_floors_below_its_own(heading: str) -> None:
    """The runtime is data for the generator and has floors in a table of its own."""
    found = {name: of for name, of in imports(ROOMS[heading]).items() if not name.startswith("runtime.")}
    floor = floors(heading)
    assert floor.keys() == found.keys()
    wrong = [
        f"{name} ({floor[name]}) imports {other} ({floor[other]})"
        for name, others in found.items()
        for other in others & found.keys()
        if floor[other] >= floor[name]
    ]
    assert wrong == []


@pytest.mark.parametrize("package", [*ROOMS.values(), ROOT / "testing" / "stored_completions_testing"], ids=str)
def test_no_module_is_longer_than_400_lines(package: Path) -> None:
    sizes = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules(package).items()}
    assert {name: size for name, size in sizes.items() if size > 400} == {}
