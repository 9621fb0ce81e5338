"""A generated Python package, as importers see it: what they can name in it, and how that is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from .. import kept
from ..findings import Name
from .module import Declaration, Module
from .signatures import Signature


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
