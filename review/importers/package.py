"""A generated package as importers see it: its public names and their declarations."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

from generator.spec.reaching import reached

from .. import cache
from ..findings import Name
from .signatures import Signature
from .syntax import Function, by_bound_name, closed_in, names_in, unqualified

Kind: TypeAlias = Literal["class", "function", "attribute", "enum", "constant", "parameter"]


@dataclass(frozen=True)
class Declaration:
    """The declaration of a name.

    Attributes:
        text: The line of the declaration.
        annotation: The annotation as written, or the definition of an alias.
    """

    kind: Kind
    file: str
    line: int
    text: str
    annotation: str = ""


@dataclass
class Module:
    """A module of a package.

    Attributes:
        home: The module from which its names are imported: the package around it, if that re-exports all of them.
        lines: The lines of its source.
        names: The public names that it defines.
        imports: Its imports, as lines with absolute module names.
        private: Its private type variables and aliases, as written.
        has_names: Whether it defines public names.
    """

    name: str
    home: str
    file: str
    lines: list[str]
    names: set[str]
    imports: list[str]
    private: dict[str, str]
    has_names: bool = True

    @cached_property
    def imported(self) -> dict[str, list[str]]:
        """The lines that import each name."""
        return by_bound_name(self.imports)

    def original(self, name: str) -> str:
        """Return the original name of an imported name, such as `Model` for `Model as _Model`."""
        lines = self.imported.get(name, [])
        return lines[0].rpartition(" import ")[2].split(" as ")[0] if lines else name

    def called(self, node: Function) -> frozenset[str]:
        """Return the imported functions and attributes that a function uses, such as `create_service.sync`."""
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
        prefix: The folder of the package in the repository, for the places of findings; "" if it is not in it.
        enums: The values of enums.
        exports: The import lines by which modules re-export names.
        models: The names of the classes that decode JSON.
        read_only: The attributes that cannot be assigned.
        values: The types of constants.
        members: The values of enum members by their names.
        final: The classes that cannot be inherited from.
        inner: Private declarations, which public classes may inherit.
    """

    path: Path
    prefix: str = ""
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
        """The name of the package."""
        return self.path.name

    @cached_property
    def digest(self) -> str:
        """A hash of the source."""
        return cache.digest_of_folder(self.path)

    def home_of(self, module: str, name: str) -> str:
        """Return the module from which importers import a name of a module; the module itself if it is unknown."""
        return self._homes.get((module, name), module)

    @cached_property
    def _homes(self) -> dict[tuple[str, str], str]:
        return {(module.name, name): module.home for module in self.modules.values() for name in module.names}

    @cached_property
    def modules_by_file(self) -> dict[str, Module]:
        """The modules by their files; the first one if a file's names have several homes."""
        return {module.file: module for module in reversed(self.modules.values())}

    def move(self, homes: Mapping[str, str]) -> None:
        """Rename classes, functions and constants to another public path that importers can use too.

        Args:
            homes: The other paths by the present ones.
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
        """Return the names of all direct and indirect base classes."""
        return reached(self.bases.get(name, ()), lambda base: self._bases_of.get(base, ()))

    @cached_property
    def _bases_of(self) -> dict[str, list[str]]:
        """The base classes of each class, by the last part of the class's name."""
        found: dict[str, list[str]] = {}
        for name, bases in self.bases.items():
            found.setdefault(name.last, []).extend(bases)
        return found

    def declaration_of(self, name: Name) -> Declaration | None:
        """Return the declaration of a name; for a parameter that attrs makes, the attribute's declaration."""
        return self.declarations.get(name) or (
            self.declarations.get(Name(f"{name.path}.{name.parameter}")) if name.parameter else None
        )

    @cached_property
    def members_of(self) -> dict[str, set[str]]:
        """The members of each class, public or private, by the last part of the class's name."""
        found: dict[str, set[str]] = {}
        for name in (*self.declarations, *self.inner):
            if not name.parameter:
                found.setdefault(name.owner.last, set()).add(name.last)
        return found

    @cached_property
    def within(self) -> dict[str, list[Name]]:
        """The names in each module and class, down to three levels, without parameters."""
        found: dict[str, list[Name]] = {}
        for name in self.declarations:
            path = name.path
            for _ in range(0 if name.parameter else 3):
                path = path.rpartition(".")[0]
                found.setdefault(path, []).append(name)
        return found

    @cached_property
    def read_names(self) -> set[str]:
        """The classes, enums and aliases whose values importers read: all but those that are only sent."""
        returned: set[str] = set()
        passed: set[str] = set()
        for name, signature in self.signatures.items():
            if signature.owner not in self.models and self.declarations[name].kind != "class":
                returned |= names_in(signature.returns)
                passed |= {found for item in signature.parameters for found in names_in(item.annotation)}
        for name, declaration in self.declarations.items():
            # The attributes of other classes than models (an error, a page, the client) are read.
            if declaration.kind == "attribute" and name.owner.last not in self.models:
                returned |= names_in(declaration.annotation)
        every = {
            name.last
            for name, declaration in self.declarations.items()
            if declaration.kind in ("class", "enum") or (declaration.kind == "constant" and declaration.annotation)
        }
        return every - (self._with_all_inside(passed) - self._with_all_inside(returned))

    def _with_all_inside(self, names: set[str]) -> set[str]:
        """Return names of types together with all names in their attributes and definitions."""
        used: dict[str, set[str]] = {}
        for name, declaration in self.declarations.items():
            if declaration.kind in ("attribute", "constant"):
                owner = name.owner.last if declaration.kind == "attribute" else name.last
                used.setdefault(owner, set()).update(names_in(declaration.annotation))
        return reached(names, lambda name: used.get(name, ()))

    @cached_property
    def open_enums(self) -> set[str]:
        """The enums that are only used in unions with `str`, where any other value is allowed too."""
        known = {name.last for name in self.enums}
        closed: set[str] = set()
        used: set[str] = set()
        for declaration in self.declarations.values():
            if declaration.annotation and (mentioned := names_in(declaration.annotation) & known):
                used |= mentioned
                closed |= closed_in(unqualified(declaration.annotation)) & known
        return used - closed
