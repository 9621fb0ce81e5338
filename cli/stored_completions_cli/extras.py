"""Check which of the package's optional dependencies are installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from stored_completions_cli.errors import UsageError

EXTRAS = {
    "cli": ("typer", "rich", "dateutil"),
    "parquet": ("pyarrow",),
    "dask": ("dask", "distributed"),
}


def missing_extra(name: str) -> str | None:
    """Return a message that says how to install an extra, or None if it is installed."""
    if all(find_spec(module) for module in EXTRAS[name]):
        return None
    return f"This needs more packages: pip install 'stored-completions[{name}]'"


def optional_module(extra: str, name: str) -> Any:
    """Import a module of this package that needs an extra.

    Raises:
        UsageError: the extra is not installed.
    """
    if missing := missing_extra(extra):
        raise UsageError(missing)
    return import_module(f"stored_completions_cli.{name}")


def parquet() -> Any:
    """Import the module `parquet` of this package, or raise UsageError if pyarrow is not installed."""
    return optional_module("parquet", "parquet")
