"""Compare the configurations of the generator (`generator-config.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ..findings import Finding
from ..rules import Rule
from ..source import load
from ..wire.changes import joined, values_key, went
from ..wire.meaning import canonical

# The keys that name the package.
_NAMES: Final = frozenset({"package_name_override", "project_name_override"})


def compare(old: Path, new: Path) -> list[Finding]:
    """Return a finding for each key that differs; a missing file counts as empty.

    Raises:
        ReviewError: a file is not YAML.
    """
    documents = [load(path, name=path.name) if path.is_file() else None for path in (old, new)]
    sides = [item.value if item and isinstance(item.value, Mapping) else {} for item in documents]
    found = []
    for key, before, after in joined(*sides):
        if canonical(before) == canonical(after):
            continue
        rule = Rule.PACKAGE_RENAMED if key in _NAMES else Rule.CONFIGURATION_CHANGED
        more = "" if key in _NAMES else "; other findings report its effect on names and types"
        at = documents[1] or documents[0]
        assert at is not None
        text = f"`{key}` {went(before, after)}{more}"
        found.append(Finding(rule, text, at.place((key,)), key=values_key(key, before, after)))
    return found
