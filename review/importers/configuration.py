"""What changed of how the package is generated: `generator-config.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..findings import Finding
from ..rules import Rule
from ..source import Document, load
from ..wire.changes import went
from ..wire.meaning import canonical

# By these names importers know the package.
_NAMES: Final = frozenset({"package_name_override", "project_name_override"})


def compare(old: Path, new: Path) -> list[Finding]:
    """Return what changed between two configurations; one that is not there says nothing.

    Raises:
        ReviewError: a file is not YAML.
    """
    documents = [load(path, name=path.name) if path.is_file() else None for path in (old, new)]
    sides = [_values(document) for document in documents]
    found = []
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        values = sides[0].get(key), sides[1].get(key)
        if canonical(values[0]) == canonical(values[1]):
            continue
        rule = Rule.PACKAGE_RENAMED if key in _NAMES else Rule.CONFIGURATION_CHANGED
        more = "" if key in _NAMES else "; what that does to names and types is told for itself"
        at = documents[1] or documents[0]
        assert at is not None
        place = at.place((key,))
        text = f"`{key}` {went(*values)}{more}"
        told = f"{key} {canonical(values[0])} {canonical(values[1])}"
        found.append(Finding(rule, text, place.file, place.line, place.column, key=told))
    return found


def _values(document: Document | None) -> Mapping[str, Any]:
    return document.value if document is not None and isinstance(document.value, Mapping) else {}
