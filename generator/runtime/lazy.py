"""Import modules on first use: a large package has many."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from .fork_lock import fork_lock


class LazyModule:
    """Stand for a module of a package, which is imported on first use.

    Args:
        package: The name of the package.
        name: The name of the module in the package.
    """

    def __init__(self, package: str, name: str) -> None:
        self._package, self._name = package, name

    def __getattr__(self, name: str) -> Any:
        with fork_lock:
            value = getattr(import_module(f"{self._package}.{self._name}"), name)
        setattr(self, name, value)  # `__getattr__` is not called for this name again
        return value


def lazy_names(package: str, names: dict[str, Any], modules: Mapping[str, str]) -> Any:
    """Return a `__getattr__` for a package that imports the module of a name on first use of the name.

    If the package defines no `__all__`, it is computed: every public name of the modules.

    Args:
        names: The package's `globals()`; each name is added to them once it was imported.
        modules: The names in each module (`.module`), separated by spaces: Python loads one long string faster than
            thousands of short ones. Under the key `""` stand names that are modules themselves.
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
