"""Modules that are imported when something in them is first used: a large package has many."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from .fork_lock import fork_lock


class LazyModule:
    """A module of a package that is imported when something in it is first used.

    Args:
        package: The name of the package.
        name: The name of the module in it.
    """

    def __init__(self, package: str, name: str) -> None:
        self._package, self._name = package, name

    def __getattr__(self, name: str) -> Any:
        with fork_lock:
            value = getattr(import_module(f"{self._package}.{self._name}"), name)
        setattr(self, name, value)  # found at once from now on
        return value


def lazy_names(package: str, names: dict[str, Any], modules: Mapping[str, str]) -> Any:
    """Return a `__getattr__` for a package that imports the module of a name when the name is first used.

    Where the package lists no `__all__`, that is every public name of the modules.

    Args:
        names: The package's `globals()`, which each name is added to once it is found.
        modules: The names of each module, in one text, since thousands of strings take long to read. The module is
            said from the package (`.module`); empty where the names are modules themselves.
    """

    @cache
    def sources() -> dict[str, str]:
        return {name: module for module, text in modules.items() for name in text.split()}

    def find(name: str) -> Any:
        if name == "__all__":
            names[name] = tuple(sorted(known for known in sources() if not known.startswith("_")))
        elif name not in sources():
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        else:
            with fork_lock:
                module = import_module(sources()[name] or f".{name}", package)
                names[name] = getattr(module, name) if sources()[name] else module
        return names[name]

    return find
