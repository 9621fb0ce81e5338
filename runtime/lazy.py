"""Modules that are imported when something of theirs is first used: what a large package has many of."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any


class LazyModule:
    """A module of a package, imported when something of it is first asked for.

    Args:
        package: The package that it is in.
        name: Its name there.
    """

    def __init__(self, package: str, name: str) -> None:
        self._package, self._name = package, name

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module(f"{self._package}.{self._name}"), name)
        setattr(self, name, value)  # found at once from now on
        return value


def lazy_names(package: str, names: dict[str, Any], modules: Mapping[str, str]) -> Any:
    """Return the `__getattr__` of a package whose names are in modules that are imported when they are first used.

    Args:
        names: The package's own names, to which each one is added once it was found.
        modules: The module of each name.
    """

    def find(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        names[name] = value = getattr(import_module(f"{package}.{modules[name]}"), name)
        return value

    return find
