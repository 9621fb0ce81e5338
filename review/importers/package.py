"""A generated Python package, as importers see it: what they can name in it, and how that is declared."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

from .. import kept
from ..findings import Name
from .signatures import Signature
from .syntax import Function, by_bound_name, closed_in, names_in, unqualified

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
    the type variables and aliases without a public name, as written, `declares` whether it defines anything for others.
    """

    name: str
    home: str
    file: str
    lines: list[str]
    names: set[str]
    imports: list[str]
    private: dict[str, str]
    declares: bool = True

    @cached_property
    def imported(self) -> dict[str, list[str]]:
        """The lines that import each name."""
        return by_bound_name(self.imports)

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


@dataclass(eq=False)
class Package:
    """A generated package.

    Attributes:
        exports: The lines by which packages pass on names of other modules.
        models: The names of the classes that are read from JSON.
        read_only: The attributes that cannot be assigned.
        values: The types of constants that are no types.
        members: The members of enums with their values.
        inner: What importers cannot name, and inherit from all the same.
    """

    path: Path
    modules: dict[str, Module] = field(default_factory=dict)
    private_modules: set[str] = field(default_factory=set)
    declarations: dict[Name, Declaration] = field(default_factory=dict)
    signatures: dict[Name, Signature] = field(default_factory=dict)
    enums: dict[Name, tuple[Any, ...]] = field(default_factory=dict)
    exports: dict[Name, str] = field(default_factory=dict)
    bases: dict[Name, tuple[str, ...]] = field(default_factory=dict)
    models: set[str] = field(default_factory=set)
    read_only: set[Name] = field(default_factory=set)
    values: dict[Name, str] = field(default_factory=dict)
    members: dict[Name, dict[str, Any]] = field(default_factory=dict)
    final: set[Name] = field(default_factory=set)
    inner: dict[Name, Declaration] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name by which it is imported."""
        return self.path.name

    @cached_property
    def digest(self) -> str:
        """A name for its contents."""
        return kept.of_folder(self.path)

    def home_of(self, module: str, name: str) -> str:
        """Return the module that importers know a name of a module by; the module itself where it is not known."""
        return self._homes.get((module, name), module)

    @cached_property
    def _homes(self) -> dict[tuple[str, str], str]:
        return {(module.name, name): module.home for module in self.modules.values() for name in module.names}

    @cached_property
    def modules_by_file(self) -> dict[str, Module]:
        """The modules by their files; of several that are read from one, the first."""
        return {module.file: module for module in reversed(self.modules.values())}

    def move(self, homes: Mapping[str, str]) -> None:
        """Know classes, functions and constants by another public path, which importers can write as well.

        Args:
            homes: The other path of each, by the one that it has.
        """

        def moved(name: Name) -> Name:
            head = next((old for old in homes if name.path == old or name.path.startswith(old + ".")), None)
            return name if head is None else Name(homes[head] + name.path.removeprefix(head), name.parameter)

        for facts in ("declarations", "signatures", "enums", "bases", "values", "members"):
            found: dict[Name, Any] = getattr(self, facts)
            setattr(self, facts, {moved(name): item for name, item in found.items()})
        self.read_only, self.final = set(map(moved, self.read_only)), set(map(moved, self.final))
        for key, module in list(self.modules.items()):
            leaving: dict[str, set[str]] = {}
            for name in module.names:
                if other := homes.get(f"{module.home}.{name}"):
                    leaving.setdefault(other.rpartition(".")[0], set()).add(name)
            for home, names in leaving.items():
                module.names -= names
                self.modules[f"{key} in {home}"] = replace(module, home=home, names=names)

    def ancestors(self, name: Name) -> set[str]:
        """Return the names of the classes that a class inherits from, directly or not."""
        found: set[str] = set()
        todo = list(self.bases.get(name, ()))
        while todo:
            if (base := todo.pop()) not in found:
                found.add(base)
                todo += self._bases_of.get(base, ())
        return found

    @cached_property
    def _bases_of(self) -> dict[str, list[str]]:
        """The bases of each class, by the last part of its name."""
        found: dict[str, list[str]] = {}
        for name, bases in self.bases.items():
            found.setdefault(name.last, []).extend(bases)
        return found

    def declaration_of(self, name: Name) -> Declaration | None:
        """Return the declaration of a name; of a parameter that attrs makes, its attribute's."""
        return self.declarations.get(name) or (
            self.declarations.get(Name(f"{name.path}.{name.parameter}")) if name.parameter else None
        )

    @cached_property
    def members_of(self) -> dict[str, set[str]]:
        """The names in each class, also in those that importers cannot name, by the last part of the class's name."""
        found: dict[str, set[str]] = {}
        for name in (*self.declarations, *self.inner):
            if not name.parameter:
                found.setdefault(name.owner.last, set()).add(name.last)
        return found

    @cached_property
    def within(self) -> dict[str, list[Name]]:
        """The names in each module and class, and what is in them, to three levels; parameters are left out."""
        found: dict[str, list[Name]] = {}
        for name in self.declarations:
            path = name.path
            for _ in range(0 if name.parameter else 3):
                path = path.rpartition(".")[0]
                found.setdefault(path, []).append(name)
        return found

    @cached_property
    def read_names(self) -> set[str]:
        """The classes, enums and aliases that importers read: all but those that are only ever sent."""
        returned: set[str] = set()
        passed: set[str] = set()
        for name, signature in self.signatures.items():
            if signature.owner not in self.models and self.declarations[name].kind != "class":
                returned |= names_in(signature.returns)
                passed |= {found for item in signature.parameters for found in names_in(item.annotation)}
        for name, declaration in self.declarations.items():
            # An attribute of what is no model (an error, a page, the client itself) is read.
            if declaration.kind == "attribute" and name.owner.last not in self.models:
                returned |= names_in(declaration.annotation)
        every = {
            name.last
            for name, declaration in self.declarations.items()
            if declaration.kind in ("class", "enum") or (declaration.kind == "constant" and declaration.annotation)
        }
        return every - (self._with_all_inside(passed) - self._with_all_inside(returned))

    def _with_all_inside(self, names: set[str]) -> set[str]:
        """Return names of types with those that their attributes and definitions mention."""
        used: dict[str, set[str]] = {}
        for name, declaration in self.declarations.items():
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

    @cached_property
    def open_enums(self) -> set[str]:
        """The enums that are only ever used beside `str`: any other value is allowed where they stand."""
        known = {name.last for name in self.enums}
        closed: set[str] = set()
        used: set[str] = set()
        for declaration in self.declarations.values():
            if declaration.annotation and (mentioned := names_in(declaration.annotation) & known):
                used |= mentioned
                closed |= closed_in(unqualified(declaration.annotation)) & known
        return used - closed
