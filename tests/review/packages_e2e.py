"""The mutations that `make test` leaves out: each needs a package of its own, generated and type-checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import pairs
from .test_packages import generated, judged, on_the_wire


@pytest.mark.timeout(600)
def test_the_other_mutations(tmp_path: Path) -> None:
    """Each mutation breaks importers, adds to what they have, or changes nothing for them."""
    base = generated(pairs.library(), tmp_path / "base")
    slow = [case for case in pairs.read("mutations.yaml") if case.get("slow")]
    assert on_the_wire(slow, tmp_path) == {case["name"]: case["wire"] for case in slow}
    typed = [case for case in slow if "python" in case]
    assert judged(typed, base, tmp_path) == {case["name"]: case["python"] for case in typed}
