"""The Typer application with all of its commands."""

from __future__ import annotations

from stored_completions_cli.command import app
from stored_completions_cli.commands import delete, export, import_check, show, update

__all__ = ("app", "delete", "export", "import_check", "show", "update")

# The order in `--help`.
_ORDER = ("export", "list", "get", "messages", "update", "delete", "import-check")
app.registered_commands.sort(key=lambda registered: _ORDER.index(registered.name or ""))
