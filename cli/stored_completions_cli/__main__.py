"""Where the command starts: it says what to install when its packages are missing."""

from __future__ import annotations

import sys
from importlib.util import find_spec

EXTRAS = {
    "cli": ("typer", "rich", "dateutil", "httpx_aiohttp"),
    "check": ("jsonschema", "referencing", "yaml"),
    "parquet": ("pyarrow",),
    "dask": ("dask", "distributed"),
}


def missing_extra(*names: str) -> str | None:
    """Say what to install for these extras, or return None when all of them are installed."""
    wanted = [name for name in names if not all(find_spec(module) for module in EXTRAS[name])]
    return f"This needs more packages: pip install 'stored-completions[{','.join(wanted)}]'" if wanted else None


def main() -> None:
    """Run the command with the arguments of the process."""
    if missing := missing_extra("cli"):
        sys.exit(missing)
    from stored_completions_cli.app import app  # noqa: PLC0415 - what it imports may be missing

    app(prog_name="stored-completions")


if __name__ == "__main__":
    main()
