"""Components that no operation uses: what changed in them is told, since they may be used elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from generator.spec.places import parse_pointer

from ..rules import Rule
from ..source import Document, Spot
from . import schemas
from .align import Pairs, Step
from .changes import Change, values_key
from .families import Families
from .meaning import Node, bare, canonical

# So many changes of one schema are told; of more the number.
_MOST: Final = 4


def compare(pairs: Pairs) -> Iterator[Change]:
    """Yield which components that no operation uses came, went or changed, and what changed in them."""
    base, revision = pairs.documents
    used = _used(base, pairs.families[0]) | _used(revision, pairs.families[1])
    sections = [_sections(document) for document in (base, revision)]
    names = [{(section, name) for section in part for name in part[section]} for part in sections]
    for section, name in sorted((names[0] | names[1]) - used):
        old, new = (part.get(section, {}).get(name) for part in sections)
        if canonical(old) == canonical(new) or section == "securitySchemes":
            continue
        at = ("components", section, name)
        spots = Spot(base, at, old) if old is not None else None, Spot(revision, at, new) if new is not None else None
        what = "was added" if old is None else "was removed" if new is None else "changed"
        words = old is not None and new is not None and canonical(bare(old)) == canonical(bare(new))
        said = "; only words changed" if words else ""
        if section == "schemas" and spots[0] is not None and spots[1] is not None and not words:
            said = _inside(pairs.apart(), spots[0], spots[1])
        text = f"{section} {name}, which no operation uses, {what}{said}"
        rule = Rule.UNUSED_COMPONENT_DESCRIBED if words else Rule.UNUSED_COMPONENT_CHANGED
        yield Change(rule, text, *spots, values_key(what, old, new))


def _sections(document: Document) -> dict[str, Mapping[str, Any]]:
    found = (document.value.get("components") or {}).items()
    return {name: part for name, part in found if isinstance(part, Mapping) and not name.startswith("x-")}


def _inside(pairs: Pairs, old: Spot, new: Spot) -> str:
    """Return what changed in a schema, in words."""
    pairs.meet((Node((old,)), Node((new,))), "response", Step(None))
    first = pairs.todo[0] if pairs.todo else None
    told: list[str] = []
    while pairs.todo:
        pair = pairs.todo.popleft()
        # What another named schema changed is told of that one.
        if not any(spot.pointer[: len(old.pointer)] == old.pointer for spot in pair.nodes[0].spots):
            continue
        for at, change in schemas.changes(pairs, pair):
            if change.rule.severity("response") == "docs" or not _stands_in(change, old.pointer):
                continue
            path = _path(at.steps, first)
            told.append(f"{path}{change.segment or ''}: {change.text}".lstrip(".: "))
    more = f" (and {len(told) - _MOST} more)" if len(told) > _MOST else ""
    return ": " + "; ".join(told[:_MOST]) + more if told else ""


def _stands_in(change: Change, pointer: tuple[str, ...]) -> bool:
    return any(spot is not None and spot.pointer[: len(pointer)] == pointer for spot in (change.base, change.revision))


def _path(steps: Iterable[Step], first: Any) -> str:
    step = next(iter(steps), None)
    if step is None or step.parent is None:
        return ""
    return (_path(step.parent.steps, first) if step.parent is not first else "") + str(step.segment or "")


def _used(document: Document, families: Families) -> set[tuple[str, str]]:
    """Return the components that operations refer to, those that these refer to, and what inherits from them."""
    components = _sections(document)
    found: set[tuple[str, str]] = set()
    todo = [document.value.get("paths"), document.value.get("webhooks")]
    while todo:
        while todo:
            value = todo.pop()
            if isinstance(value, dict):
                for key, item in value.items():
                    if isinstance(item, str) and item.startswith("#/components/"):
                        section, name = (*parse_pointer(item)[1:3], "")[:2]
                        if (section, name) not in found:
                            found.add((section, name))
                            todo.append(components.get(section, {}).get(name))
                    elif key not in ("example", "examples"):
                        todo.append(item)
            elif isinstance(value, list):
                todo.extend(value)
        for heir in families.users({name for section, name in found if section == "schemas"}):
            if ("schemas", heir) not in found:
                found.add(("schemas", heir))
                todo.append(components.get("schemas", {}).get(heir))
    return found
