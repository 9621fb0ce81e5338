"""How a command fails."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """The exit statuses."""

    DONE = 0
    STOPPED = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130
    TERMINATED = 143


class CommandError(Exception):
    """What went wrong and what to do, for the person who typed the command."""

    def __init__(self, message: str, status: Status = Status.STOPPED) -> None:
        super().__init__(message)
        self.status = status


class OddError(CommandError):
    """One completion cannot be used: what the server sent for it is not whole, or a format cannot hold it."""
