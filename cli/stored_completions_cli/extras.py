"""The extras of the package: which of them a command needs, and whether they are installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from stored_completions_cli.errors import CommandError, Status

EXTRAS = {
    "cli": ("typer", "rich", "dateutil"),
    "parquet": ("pyarrow",),
    "dask": ("dask", "distributed"),
}


def missing_extra(*names: str) -> str | None:
    """Say what to install for these extras, or return None when all of them are installed."""
    wanted = [name for name in names if not all(find_spec(module) for module in EXTRAS[name])]
    return f"This needs more packages: pip install 'stored-completions[{','.join(wanted)}]'" if wanted else None


def optional_module(extra: str, name: str) -> Any:
    """Return a module of this package that needs an extra, imported when it is needed.

    Raises:
        CommandError: the extra is not installed.
    """
    if missing := missing_extra(extra):
        raise CommandError(missing, Status.USAGE)
    return import_module(f"stored_completions_cli.{name}")


def parquet() -> Any:
    """Return the module that needs pyarrow.

    Raises:
        CommandError: pyarrow is not installed.
    """
    return optional_module("parquet", "parquet")
