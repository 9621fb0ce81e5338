"""Which classes, enums and aliases of a package importers read, and which are only ever sent."""

from __future__ import annotations

from .package import Package
from .syntax import closed_in, names_in, unqualified


def read_names(package: Package) -> set[str]:
    """Return the classes, enums and aliases that importers read: all but those that are only ever sent."""
    returned: set[str] = set()
    passed: set[str] = set()
    for name, signature in package.signatures.items():
        if signature.owner in package.models or package.declarations[name].kind == "class":
            continue
        returned |= names_in(signature.returns)
        passed |= {found for item in signature.parameters for found in names_in(item.annotation)}
    for name, declaration in package.declarations.items():
        # An attribute of what is no model (an error, a page, the client itself) is read.
        if declaration.kind == "attribute" and name.owner.last not in package.models:
            returned |= names_in(declaration.annotation)
    read, sent = _closure(package, returned), _closure(package, passed)
    every = {
        name.last
        for name, declaration in package.declarations.items()
        if declaration.kind in ("class", "enum") or (declaration.kind == "constant" and declaration.annotation)
    }
    return every - (sent - read)


def _closure(package: Package, names: set[str]) -> set[str]:
    used: dict[str, set[str]] = {}
    for name, declaration in package.declarations.items():
        if declaration.kind in ("attribute", "constant"):
            of = name.owner.last if declaration.kind == "attribute" else name.last
            used.setdefault(of, set()).update(names_in(declaration.annotation))
    found: set[str] = set()
    todo = list(names)
    while todo:
        if (mentioned := todo.pop()) not in found:
            found.add(mentioned)
            todo.extend(used.get(mentioned, ()))
    return found


def open_enums(package: Package) -> set[str]:
    """Return the enums that are only ever used beside `str`: any other value is allowed where they stand."""
    known = {name.last for name in package.enums}
    closed: set[str] = set()
    used: set[str] = set()
    for declaration in package.declarations.values():
        if declaration.annotation and (mentioned := names_in(declaration.annotation) & known):
            used |= mentioned
            closed |= closed_in(unqualified(declaration.annotation)) & known
    return used - closed
