"""Recognize renames, which need more evidence than that one name went and another came."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple

from ..findings import squash
from .meaning import NOTES, bare, canonical

# The least similarity of two descriptions, or of two spellings of one word, that mean the same.
_REWORDED: Final = 0.75
_MISSPELLED: Final = 0.8
# A schema with so many values or properties is hardly like another one by chance.
_TELLING: Final = 3
# `default` and the flags count as evidence, although they do not limit values.
_WORDS: Final = NOTES - {"default", "readOnly", "writeOnly", "deprecated"}
# Two names that differ by one of these words mean different things.
_OPPOSITES: Final = frozenset(
    {
        *("min", "max", "start", "end", "from", "to", "first", "last", "before", "after", "width", "height"),
        *("input", "output", "old", "new", "created", "updated", "deleted", "prompt", "completion", "source", "target"),
        *("latitude", "longitude", "lat", "lon", "lng", "x", "y", "left", "right", "top", "bottom", "given", "family"),
        *("in", "out"),
    }
)


class Candidate(NamedTuple):
    """A property or parameter that may have been renamed: its name, schema and description."""

    name: str
    schema: str
    words: str
    is_telling: bool


def candidate(name: str, value: Any) -> Candidate:
    """Return what identifies a property or parameter under another name."""
    words = str(value.get("description") or value.get("title") or "") if isinstance(value, Mapping) else ""
    return Candidate(name, canonical(bare(value, _WORDS)), words.strip(), _tells(value))


def renames(gone: list[Candidate], new: list[Candidate]) -> dict[str, str]:
    """Return the new names by the old ones: of the same schema, with a similar description or name.

    A schema alone is evidence where it says much and no other is like it.
    """
    found: dict[str, str] = {}
    for old in gone:
        alike = [item for item in new if item.schema == old.schema]
        rivals = [item for item in gone if item.schema == old.schema]
        if old.words:
            said = [item for item in alike if item.words == old.words]
            if len(said) == 1 and sum(item.words == old.words for item in rivals) == 1:
                found[old.name] = said[0].name
                continue
        named = [item for item in alike if _same_name(old, item)]
        if len(named) == 1 and sum(_same_name(item, named[0]) for item in rivals) == 1:
            found[old.name] = named[0].name
        elif len(alike) == len(rivals) == 1 and old.is_telling and _words_agree(old, alike[0]):
            found[old.name] = alike[0].name
    taken = list(found.values())
    return {old: name for old, name in found.items() if taken.count(name) == 1}


def _same_name(old: Candidate, new: Candidate) -> bool:
    """Return whether two names are similar: in another spelling, with one more word, or with a misspelled one."""
    if squash(old.name) == squash(new.name):
        return True
    if not _words_agree(old, new):
        return False
    parts = _parts(old.name), _parts(new.name)
    left, right = ([word for word in mine if word not in other] for mine, other in (parts, parts[::-1]))
    if {*left, *right} & _OPPOSITES:
        return False
    if not left or not right:  # One more word. A single word is not enough: `name` is not `file_name`.
        return (len(parts[0]) > 1 and len(parts[1]) > 1) or bool(old.words and new.words)
    if len(left) == len(right) == 1 and min(len(left[0]), len(right[0])) > 3:
        return SequenceMatcher(None, left[0], right[0]).ratio() >= _MISSPELLED
    return False


def _words_agree(old: Candidate, new: Candidate) -> bool:
    """Return whether two descriptions may be of the same thing."""
    if not old.words or not new.words:
        return True
    return SequenceMatcher(None, old.words.lower(), new.words.lower()).ratio() >= _REWORDED


def _parts(name: str) -> list[str]:
    """Return the words of a name: `maxItems` and `max_items` have the same two."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def _tells(value: Any) -> bool:
    """Return whether a schema is so specific that another one is hardly the same by chance."""
    if not isinstance(value, Mapping):
        return False
    listed = value.get("enum")
    properties = value.get("properties")
    return (
        (isinstance(listed, list) and len(listed) >= _TELLING)
        or (isinstance(properties, Mapping) and len(properties) >= _TELLING)
        or isinstance(value.get("pattern"), str)
        or _tells(value.get("schema"))
        or (value.get("type") == "array" and _tells(value.get("items")))
    )
