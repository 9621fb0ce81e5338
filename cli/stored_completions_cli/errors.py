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

    status = Status.STOPPED


class UsageError(CommandError):
    """The command line is wrong, or does not fit the files or the server that it names."""

    status = Status.USAGE


class UnusableError(CommandError):
    """One completion cannot be used: the server's response for it is incomplete, or the format cannot hold it."""


def changed_file(name: str) -> CommandError:
    """Make the error for a file of the command that another program has moved, removed or changed."""
    return CommandError(f"{name} was moved, removed or changed while the command ran.")


def unreadable_file(name: str, error: OSError | UnicodeDecodeError) -> UsageError:
    """Make the error for a file named on the command line that cannot be read."""
    reason = error.strerror or error if isinstance(error, OSError) else "it is not UTF-8"
    return UsageError(f"{name} cannot be read: {reason}.")
