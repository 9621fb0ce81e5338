"""Compare the operations of two documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from ..findings import Renamed
from ..rules import Direction, Rule
from ..source import Document, ReviewError, Spot
from . import content, parameters, responses, security, servers
from .align import Pairs
from .changes import SUNSET, Change, came_or_went, day_of, joined, notes, values_text, went
from .operations import METHODS, Both, Key, Operation, Scope, entries, flag, is_on, numbered, operations

_WORDS: Final = ("summary", "description", "externalDocs")


def compare(pairs: Pairs, scope: Scope) -> Iterator[Change]:
    """Yield the changes of operations, and add their schemas to those to compare."""
    roots = [document.root for document in pairs.documents]
    paths = [scope.operations(root.child("paths")) for root in roots]
    if (scope.paths or scope.tags) and not any(paths):
        raise ReviewError("the settings `paths` and `tags` select no operation of either document: correct them")
    for mine, other in (paths, paths[::-1]):
        _line_up(mine, other)
    moved = _follow(roots, paths)
    yield from _servers(roots, paths, moved)
    webhooks = [dict(operations(root.child("webhooks"), templated=False)) for root in roots]
    here: Sequence[Mapping[Key, Operation]]
    for name, here, inbound in (("paths", paths, "request"), ("webhooks", webhooks, "response")):
        direction: Direction = "request" if inbound == "request" else "response"
        yield from _whole_paths(here, direction, roots, name)
        for _, old, new in joined(*here):
            if old is not None and new is not None and not _is_same(pairs, old, new):
                yield from _operation(Both(pairs, old, new, direction, new.label))
    yield from security.schemes(roots, paths)


def _line_up(mine: dict[Key, Operation], other: Mapping[Key, Operation]) -> None:
    """Compare an operation with the one of the same path, where a document has its address several times."""
    for key in [key for key in mine if key not in other]:
        known = numbered(key[0]), key[1]
        if known != key and known in mine and known in other and other[known].path == mine[key].path:
            mine[mine[known].path, key[1]], mine[known] = mine[known], mine.pop(key)


def unstable(document: Document, scope: Scope) -> frozenset[str]:
    """Return the operations that are marked as a draft or alpha."""
    root = document.root
    here = scope.operations(root.child("paths")).values()
    return frozenset(operation.label for operation in here if operation.is_unstable)


# Servers, and a prefix that moved between the paths and the servers.


def _follow(roots: Sequence[Spot], here: Sequence[dict[Key, Operation]]) -> dict[Key, tuple[str, str]]:
    """Give operations of the same address the same key, and return the paths that their servers' addresses end with."""
    whole: list[dict[Key, tuple[Key, str]]] = []
    for root, mine, other in zip(roots, here, here[::-1], strict=True):
        apart = {key: servers.prefix_of(_servers_of(mine[key], root)) for key in mine if key not in other}
        whole.append({(prefix + key[0], key[1]): (key, prefix) for key, prefix in apart.items()})
    moved: dict[Key, tuple[str, str]] = {}
    for address, (old, prefix) in whole[0].items():
        if address in whole[1]:
            new, other_prefix = whole[1][address]
            here[1][old] = here[1].pop(new)
            moved[old] = prefix, other_prefix
    return moved


def _servers(
    roots: Sequence[Spot], here: Sequence[Mapping[Key, Operation]], moved: Mapping[Key, tuple[str, str]]
) -> Iterator[Change]:
    """Yield the changes of servers, once for all operations that have the same ones."""
    groups: dict[tuple[Spot, Spot, tuple[str, str]], list[str]] = {}
    for key in [key for key in here[0] if key in here[1]]:
        spots = [_servers_of(side[key], root) for side, root in zip(here, roots, strict=True)]
        groups.setdefault((spots[0], spots[1], moved.get(key, ("", ""))), []).append(here[1][key].label)
    for (old, new, prefixes), labels in groups.items():
        if any(prefixes):
            ends = [prefix or "/" for prefix in prefixes]
            text = f"the servers' addresses ended with {ends[0]} and end with {ends[1]}, and the paths follow"
            yield Change(Rule.PATH_PREFIX_MOVED, text, old, new, " ".join(prefixes), operations=tuple(labels))
        for change in servers.compare(old, new, prefixes):
            yield change._replace(operations=tuple(labels))
    old, new = (root.child("servers") for root in roots)
    if not any(spot in group for group in groups for spot in (old, new)) and old.value != new.value:
        text = "`servers` changed, which no operation uses"
        yield Change(Rule.SERVER_DESCRIBED, text, old, new, text)


def _servers_of(operation: Operation, root: Spot) -> Spot:
    owners = (operation.spot, operation.shared)
    return next((owner.child("servers") for owner in owners if owner.value.get("servers")), root.child("servers"))


# Operations that came or went.


def _whole_paths(
    here: Sequence[Mapping[Key, Operation]], direction: Direction, roots: Sequence[Spot], name: str
) -> Iterator[Change]:
    """Yield operations that came or went; a whole path with several operations is one change."""
    paths = [{path for path, _ in side} for side in here]
    for side, verb in enumerate(("removed", "added")):
        other = roots[1 - side].child(name)
        groups: dict[tuple[str, Rule], list[Operation]] = {}
        for key, operation in here[side].items():
            if key not in here[1 - side]:
                rule = _removal(operation)[0] if side == 0 else Rule.OPERATION_ADDED
                groups.setdefault((key[0], rule), []).append(operation)
        for (path, rule), group in groups.items():
            whole = path not in paths[1 - side] and rule in (Rule.OPERATION_REMOVED, Rule.OPERATION_ADDED)
            for several in [group] if whole and len(group) > 1 else [[item] for item in group]:
                is_path = len(several) > 1
                spot = several[0].shared if is_path else several[0].spot
                why = _removal(several[0])[1] if side == 0 else ""
                text = f"the {'path' if is_path else 'operation'} was {verb}{why}"
                told = (Rule.PATH_REMOVED if side == 0 else Rule.PATH_ADDED) if is_path else rule
                spots = (spot, other) if side == 0 else (other, spot)
                labels = tuple(item.label for item in several)
                yield Change(told, text, *spots, path + why, operations=labels, direction=direction)


def _removal(operation: Operation) -> tuple[Rule, str]:
    """Return the rule of a removed operation, and in words what was announced of its removal."""
    sunset = day_of(operation.spot.value.get(SUNSET))
    if is_on(operation.spot, "deprecated") and sunset is not None and sunset <= date.today():
        return Rule.OPERATION_REMOVED_AFTER_SUNSET, f", as its sunset of {sunset} said"
    if operation.is_unstable:
        return Rule.UNSTABLE_OPERATION_REMOVED, ""
    return Rule.OPERATION_REMOVED, f" before its sunset of {sunset}" if sunset is not None else ""


# One operation.


def _is_same(pairs: Pairs, old: Operation, new: Operation) -> bool:
    """Return whether two operations are the same, and what they take from the path item and the root."""
    roots = [document.value.get("security") for document in pairs.documents]
    shared = {key for item in (old, new) for key in item.shared.value if key not in METHODS}
    spots = [(old.spot, new.spot), *((old.shared.child(key), new.shared.child(key)) for key in shared)]
    return old.path == new.path and roots[0] == roots[1] and all(pairs.same.spots(*both) for both in spots)


def _operation(both: Both) -> Iterator[Change]:
    base, revision = both.pairs.documents
    owners = security.owner(both.old.spot, base.root), security.owner(both.new.spot, revision.root)
    for change in (*_own(both), *security.compare(*owners)):
        yield both.place(change)
    if both.inbound == "response":  # A webhook or callback; the servers of paths are compared together.
        own = [_servers_of(item, item.shared) for item in (both.old, both.new)]
        yield from (both.place(change) for change in servers.compare(own[0], own[1]))
    yield from parameters.compare(both)
    yield from content.request(both)
    yield from responses.compare(both)
    yield from _callbacks(both)


def _own(both: Both) -> Iterator[Change]:
    old, new = both.spots
    ids = [spot.value.get("operationId") for spot in both.spots]
    if ids[0] != ids[1]:
        spots = old.child("operationId") if ids[0] else old, new.child("operationId") if ids[1] else new
        renamed = Renamed("operation", str(ids[0]), str(ids[1])) if all(ids) else None
        text = f"operationId {went(*ids)}"
        yield Change(Rule.OPERATION_ID_CHANGED, text, *spots, f"operationId {ids}", renamed=renamed)
    tags = [operation.tags for operation in (both.old, both.new)]
    if tags[0] != tags[1]:
        text = f"the tags went from {values_text(tags[0])} to {values_text(tags[1])}"
        yield Change(Rule.OPERATION_TAGS_CHANGED, text, old.child("tags"), new.child("tags"), f"tags {tags}")
    until = f", and ends on {new.value[SUNSET]}" if is_on(new, "deprecated") and SUNSET in new.value else ""
    now = Rule.OPERATION_DEPRECATED, f"the operation is deprecated{until}"
    no_longer = Rule.OPERATION_NO_LONGER_DEPRECATED, "the operation is no longer deprecated"
    for change in flag(both.spots, "deprecated", now, no_longer):
        yield change._replace(key=f"deprecated{until}")
    yield from notes(Rule.OPERATION_DESCRIBED, old, new, _WORDS)
    if both.old.shared.value is not both.new.shared.value:
        yield from notes(Rule.OPERATION_DESCRIBED, both.old.shared, both.new.shared, _WORDS)


def _callbacks(both: Both) -> Iterator[Change]:
    here: list[dict[tuple[str, str, str], Operation]] = []
    for spot in both.spots:
        found: dict[tuple[str, str, str], Operation] = {}
        for name, callback in entries(spot, "callbacks"):
            for (path, method), inner in operations(callback.object("a callback"), templated=False):
                found[name, path, method] = inner
        here.append(found)
    for key in [key for key in here[0] if key not in here[1]]:
        alike = [other for other in here[1] if other[1:] == key[1:] and other not in here[0]]
        if len(alike) == 1:
            here[1][key] = here[1].pop(alike[0])
            text = f"the callback {key[0]} is called {alike[0][0]}"
            yield both.place(Change(Rule.OPERATION_DESCRIBED, text, here[0][key].spot, here[1][key].spot, text))
    for key, old, new in joined(*here):
        shown = new or old
        assert shown is not None
        label = f"{both.label} callback {shown.label}"
        if old is not None and new is not None:
            yield from _operation(Both(both.pairs, old, new, both.outbound, label))
            continue
        parts = old.spot if old else None, new.spot if new else None
        rules = Rule.OPERATION_ADDED, Rule.OPERATION_REMOVED
        change = came_or_went(rules, "the callback", parts, both.spots, " ".join(key))
        yield change._replace(operations=(label,), direction=both.outbound)
