"""What importers can name in one module of a package."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from .syntax import Function, bound_by

Kind: TypeAlias = Literal["class", "function", "attribute", "enum", "constant", "parameter"]


@dataclass(frozen=True)
class Declaration:
    """One public thing of a package: where it is, how its line reads, and its annotation as written."""

    kind: Kind
    file: str
    line: int
    text: str
    annotation: str = ""


@dataclass
class Module:
    """One module of a package, as far as importers see it.

    `home` is where its names are imported from: the package around it, if that re-exports all of them. `private` has
    the type variables and aliases without a public name, as written, `decorators` the words that decorate something,
    `declares` whether it defines anything for others.
    """

    name: str
    home: str
    file: str
    lines: list[str]
    names: set[str]
    imports: list[str]
    private: dict[str, str]
    decorators: set[str]
    declares: bool = True

    @cached_property
    def imported(self) -> dict[str, list[str]]:
        """The lines that import each name."""
        found: dict[str, list[str]] = {}
        for line in self.imports:
            found.setdefault(bound_by(line), []).append(line)
        return found

    def original(self, name: str) -> str:
        """Return what a name is called where it is imported from: `_Model` may be `Model` there."""
        lines = self.imported.get(name, [])
        return lines[0].rpartition(" import ")[2].split(" as ")[0] if lines else name

    def called(self, node: Function) -> frozenset[str]:
        """Return what a function uses of other modules, by a call or a dot: `create_service.sync`."""
        found = set()
        for item in (item for part in node.body for item in ast.walk(part)):
            if isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name):
                found.add((item.value.id, f".{item.attr}"))
            elif isinstance(item, ast.Call) and isinstance(item.func, ast.Name):
                found.add((item.func.id, ""))
        return frozenset(self.original(name) + rest for name, rest in found if name in self.imported)
