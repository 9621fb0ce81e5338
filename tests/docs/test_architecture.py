"""docs/architecture.md tells the truth: which module stands on which floor."""

from __future__ import annotations

import pytest

from tests import ROOT
from tests.support.floors import floors, imports

ROOMS = {
    "The floors of the runtime": ROOT / "generator" / "runtime",
    "The floors of the generator": ROOT / "generator",
    "The floors of the review": ROOT / "review",
    "The floors of the command": ROOT / "cli" / "stored_completions_cli",
}


@pytest.mark.parametrize("heading", ROOMS)
def test_a_module_imports_only_from_floors_below_its_own(heading: str) -> None:
    """The runtime is data for the generator: it has floors of its own."""
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
