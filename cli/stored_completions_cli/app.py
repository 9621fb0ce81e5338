"""The program `stored-completions`, with all of its commands."""

from __future__ import annotations

from stored_completions_cli.command import app
from stored_completions_cli.commands import check, delete, export, show, update

__all__ = ("app", "check", "delete", "export", "show", "update")

# As `--help` shows them: what is read first, what cannot be undone last.
_ORDER = ("export", "list", "get", "messages", "update", "delete", "import-check")
app.registered_commands.sort(key=lambda registered: _ORDER.index(registered.name or ""))
