"""The exit statuses and exceptions of the commands."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """An exit status."""

    DONE = 0
    STOPPED = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130
    TERMINATED = 143


class CommandError(Exception):
    """A command cannot go on; the message tells the user why, and what to do."""

    def __init__(self, message: str, status: Status = Status.STOPPED) -> None:
        super().__init__(message)
        self.status = status


def unreadable_file(name: str, error: OSError | UnicodeDecodeError) -> CommandError:
    """Make the error for a file named on the command line that cannot be read."""
    reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
    return CommandError(f"{name} cannot be read: {reason}.", Status.USAGE)


class UnusableError(CommandError):
    """One completion cannot be used: the server's response for it is incomplete, or the format cannot hold it."""
