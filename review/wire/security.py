"""Compare how operations are authenticated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from ..rules import Rule
from ..source import Document, Spot
from .changes import Change, differences, joined, values_key, went
from .meaning import canonical
from .operations import Key, Operation

# The required schemes by name, with their scopes.
_Requirement: TypeAlias = Mapping[str, frozenset[str]]
# The addresses that each flow of OAuth 2 uses.
_ADDRESSES: Final = {
    "implicit": ("authorizationUrl",),
    "password": ("tokenUrl",),
    "clientCredentials": ("tokenUrl",),
    "authorizationCode": ("authorizationUrl", "tokenUrl"),
    "deviceAuthorization": ("deviceAuthorizationUrl", "tokenUrl"),
}
_HINTS: Final = frozenset({"description", "bearerFormat", "deprecated"})


def compare(old: Spot, new: Spot) -> Iterator[Change]:
    """Yield the change of the security requirements of an operation.

    Args:
        old: The operation or root that has `security` in the old document.
        new: The same in the new one.
    """
    names = renamed(old.document, new.document)
    before = [{names.get(name, name): scopes for name, scopes in item.items()} for item in _requirements(old)]
    after = _requirements(new)
    if set(map(_text, before)) == set(map(_text, after)):
        return
    spots = [spot.child("security") if "security" in spot.value else spot for spot in (old, new)]
    text = f"authentication went from {_shown(before)} to {_shown(after)}"
    # A caller that met one of the old requirements must still meet one.
    kept = all(
        any(all(name in known and scopes <= known[name] for name, scopes in fresh.items()) for fresh in after)
        for known in before
    )
    yield Change(Rule.SECURITY_LOOSENED if kept else Rule.SECURITY_TIGHTENED, text, spots[0], spots[1], text)


def renamed(base: Document, revision: Document) -> dict[str, str]:
    """Return the old names of renamed security schemes, with their new names."""
    schemes = [
        {name: spot.value for name, spot in document.root.child("components").child("securitySchemes").entries()}
        for document in (base, revision)
    ]
    fresh = {name: value for name, value in schemes[1].items() if name not in schemes[0]}
    gone = {name: value for name, value in schemes[0].items() if name not in schemes[1]}
    found: dict[str, str] = {}
    # Schemes that also have the same hints come first. Of several schemes that are alike, the first one counts.
    for identity in (canonical, lambda scheme: canonical(_sent(scheme))):
        known = {identity(value): name for name, value in reversed(fresh.items())}
        found = {name: known[text] for name, value in gone.items() if (text := identity(value)) in known} | found
    return found


def _sent(scheme: Any) -> dict[str, Any]:
    """Return what of a security scheme is sent, all but words and hints; names without case are in lower case."""
    if not isinstance(scheme, Mapping):
        return {"": scheme}
    kept = {key: value for key, value in scheme.items() if key not in _HINTS and not key.startswith("x-")}
    if kept.get("type") == "http":
        kept["scheme"] = str(kept.get("scheme")).lower()
    if kept.get("in") == "header":
        kept["name"] = str(kept.get("name")).lower()
    return kept


def schemes(roots: Sequence[Spot], here: Sequence[Mapping[Key, Operation]]) -> Iterator[Change]:
    """Yield the changes of the security schemes, with the operations that use them."""
    names = renamed(roots[0].document, roots[1].document)
    at = [root.child("components").child("securitySchemes") for root in roots]
    for name in dict(entry for section in at for entry in section.entries()):
        spot, fresh = at[0].child(name), at[1].child(names.get(name, name))
        sides = [
            [item.label for item in side.values() if any(name in one for one in _requirements(owner(item.spot, root)))]
            for root, side in zip(roots, here, strict=True)
        ]
        users = tuple(dict.fromkeys(label for side in sides for label in side))
        declared = [section.child(name).value is not None for section in at]
        if declared[0] != declared[1] and all(sides):
            text = f"the security scheme {name}, which is needed, is {'declared now' if declared[1] else 'gone'}"
            rule = Rule.SECURITY_SCHEME_DESCRIBED if declared[1] else Rule.SECURITY_SCHEME_CHANGED
            found = spot if declared[0] else at[0], at[1].child(name) if declared[1] else at[1]
            yield Change(rule, text, *found, text, operations=users)
        elif not users and spot.value != fresh.value and name not in names.values():
            spots = [
                scheme if scheme.value is not None else section
                for scheme, section in zip((spot, fresh), at, strict=True)
            ]
            text = f"the security scheme {name}, which no operation uses, {went(spot.value, fresh.value)}"
            yield Change(Rule.UNUSED_COMPONENT_CHANGED, text, spots[0], spots[1], text)
        elif users and spot.value is not None and fresh.value is not None:
            for change in _scheme(name, spot.object("a security scheme"), fresh.object("a security scheme")):
                yield change._replace(operations=users)


def _scheme(name: str, old: Spot, new: Spot) -> Iterator[Change]:
    sent = _sent(old.value), _sent(new.value)
    for key, *values in joined(old.value, new.value):
        if canonical(values[0]) == canonical(values[1]):
            continue
        spots = [spot.child(key) if key in spot.value else spot for spot in (old, new)]
        text = f"`{key}` of the security scheme {name} {went(*values)}"
        if key == "flows" and isinstance(values[0], Mapping) and isinstance(values[1], Mapping):
            rule = _of_flows(values[0], values[1])
            text = f"the flows of the security scheme {name} changed: {differences(values[0], values[1])}"
        else:
            is_same = canonical(sent[0].get(key)) == canonical(sent[1].get(key))
            rule = Rule.SECURITY_SCHEME_DESCRIBED if is_same else Rule.SECURITY_SCHEME_CHANGED
        yield Change(rule, text, spots[0], spots[1], values_key(f"{name} {key}", *values))


def _of_flows(old: Mapping[str, Any], new: Mapping[str, Any]) -> Rule:
    """Return the rule of changed flows, by whether clients can still obtain tokens as before."""
    old, new = ({kind: flow for kind, flow in side.items() if not kind.startswith("x-")} for side in (old, new))
    if not all(_flow_kept(kind, flow, new.get(kind)) for kind, flow in old.items()):
        return Rule.SECURITY_SCHEME_CHANGED
    same = all(_flow_kept(kind, flow, old.get(kind)) for kind, flow in new.items())
    return Rule.SECURITY_SCHEME_DESCRIBED if same else Rule.SECURITY_SCHEME_LOOSENED


def _flow_kept(kind: str, old: Any, new: Any) -> bool:
    """Return whether a client that obtains tokens by a flow still obtains them in the same way."""
    if kind not in _ADDRESSES or not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return canonical(old) == canonical(new)
    scopes = [{*said} if isinstance(said := side.get("scopes"), Mapping) else set[str]() for side in (old, new)]
    return all(old.get(key) == new.get(key) for key in _ADDRESSES[kind]) and scopes[0] <= scopes[1]


def owner(operation: Spot, root: Spot) -> Spot:
    """Return what defines the security of an operation: the operation itself, or the root."""
    return operation if operation.value.get("security") is not None else root


def _requirements(at: Spot) -> list[_Requirement]:
    """Return the alternatives of which callers must meet one; one that is empty if no authentication is needed."""
    items = [item.object("a security requirement") for item in at.listed("security")]
    return [
        {name: frozenset(str(scope.value) for scope in item.listed(name)) for name in item.value} for item in items
    ] or [{}]


def _text(requirement: _Requirement) -> str:
    return canonical({name: sorted(scopes) for name, scopes in requirement.items()})


def _shown(requirements: Sequence[_Requirement]) -> str:
    texts = []
    for item in requirements:
        parts = [f"{name} ({', '.join(sorted(scopes))})" if scopes else name for name, scopes in item.items()]
        texts.append(" with ".join(parts) or "none")
    return " or ".join(texts)
