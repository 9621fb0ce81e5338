"""The constructors of classes: those that a decorator or a base class makes of their attributes, and inherited ones."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Final, Literal

from ..findings import Name
from .package import Package
from .signatures import Parameter, Signature, class_form, field_default, parameter_name
from .syntax import decorator_name, fields, flag

# What makes a constructor of a class's annotated attributes.
_DEFINES_FIELDS: Final = frozenset({"define", "frozen", "mutable", "attrs", "s", "dataclass"})


class Constructors:
    """The constructors of a package's classes, each as a signature in the package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        # What `dataclass_transform` decorates makes constructors for the classes below it.
        self._transforms: dict[str, ast.expr] = {}
        self._without: dict[Name, ast.ClassDef] = {}
        # The parameters that each class's own attributes give the constructor that is made for it.
        self._own_fields: dict[Name, tuple[Parameter, ...]] = {}

    def add(self, name: Name, node: ast.ClassDef) -> None:
        """Add a class: what it inherits is known when all classes are added."""
        signatures = self.package.signatures
        made_by = [mark for mark in node.decorator_list if flag(mark, "init") is not False]
        for decorator in made_by:
            if decorator_name(decorator) == "dataclass_transform":
                self._transforms[node.name] = decorator
            elif decorator_name(decorator) in _DEFINES_FIELDS and name not in signatures:
                self._make(name, node, only=flag(decorator, "kw_only"))
        if name not in signatures and "NamedTuple" in self.package.bases[name]:
            signatures[name] = Signature(_made(node, only=False), owner=node.name, form=class_form(node))
        if name not in signatures:
            self._without[name] = node

    def inherit(self) -> None:
        """Find out which classes are models, and have constructors, by what they inherit from."""
        signatures, ancestors = self.package.signatures, self.package.ancestors
        for name, node in self._without.items():
            transforms = [self._transforms[base] for base in ancestors(name) if base in self._transforms]
            if transforms:
                self._make(name, node, only=flag(transforms[0], "kw_only_default"))
            elif (found := self._inherited(name)) is not None:
                signatures[name] = replace(found, owner=node.name, form=class_form(node))
        for name in self._own_fields:
            signatures[name] = replace(signatures[name], parameters=self._all_fields(name))
        self.package.models |= {name.last for name in self.package.bases if ancestors(name) & self.package.models}

    def _make(self, name: Name, node: ast.ClassDef, *, only: bool | None) -> None:
        made = self._own_fields[name] = _made(node, only=only)
        self.package.signatures[name] = Signature(made, owner=node.name, form=class_form(node))

    def _all_fields(self, name: Name) -> tuple[Parameter, ...]:
        """Return the parameters of a made constructor: those of the fields that a class inherits, and its own."""
        found: dict[str, Parameter] = {}
        for base in reversed(self.package.bases[name]):
            home = next((known for known in self._own_fields if known.last == base and known != name), None)
            found |= {item.name: item for item in self._all_fields(home)} if home else {}
        own = {item.name: item for item in self._own_fields[name]}
        return (*(item for key, item in found.items() if key not in own), *own.values())

    def _inherited(self, name: Name) -> Signature | None:
        """Return the constructor that a class inherits; None if that is of another package."""
        if name in self.package.signatures:
            return self.package.signatures[name]
        for base in self.package.bases.get(name, ()):
            home = next((known for known in self.package.bases if known.last == base and known != name), None)
            if home is not None:
                return self._inherited(home)
            if base not in ("ABC", "Generic", "object"):
                return None
        return Signature(())


def _made(node: ast.ClassDef, *, only: bool | None) -> tuple[Parameter, ...]:
    """Return the parameters that a class's own attributes give the constructor that is made of them.

    Args:
        only: Whether they are given by name only, where an attribute does not say otherwise.
    """
    found = []
    is_attrs = any(decorator_name(mark) in _DEFINES_FIELDS - {"dataclass"} for mark in node.decorator_list)
    for name, annotation, item in fields(node, private=True):
        called = parameter_name(name, item.value, stripped=is_attrs)
        if flag(item.value, "init") is not False and not called.startswith("_"):
            named = flag(item.value, "kw_only")
            by_name = only if named is None else named
            kind: Literal["keyword-only", "positional"] = "keyword-only" if by_name else "positional"
            found.append(Parameter(called, kind, ast.unparse(annotation), field_default(item.value)))
    return tuple(found)
