"""Parse the ages and ISO 8601 dates that users type; ambiguous ones are refused."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from math import ceil

from dateutil.parser import isoparser

from stored_completions_cli.errors import CommandError, Status

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_HOW = "write an age as 7d, 12h, 30m or 2w, or a date as 2026-01-31 or 2026-01-31T12:00+02:00"
_EARLIEST = 86400  # Unix seconds; servers that do not know when a completion was created send 0


def age(option: str, text: str) -> int:
    """Parse an age such as `7d`, and return it in seconds.

    Args:
        option: The option's name, for the error message.

    Raises:
        CommandError: the text is not an age.
    """
    found = re.fullmatch(r"([0-9]{1,9})([smhdw])", text.strip())
    if not found:
        raise CommandError(f"{option} {text!r} is not an age: write one as 7d, 12h, 30m or 2w.", Status.USAGE)
    return int(found[1]) * _SECONDS[found[2]]


def is_age(text: str | None) -> bool:
    """Return whether a text is meant as an age, and not as a date."""
    return re.fullmatch(r"\s*[0-9]+[smhdw]\s*", text or "") is not None


def moment(option: str, text: str, now: float) -> int:
    """Parse an age or an ISO 8601 date, and return it as a time in Unix seconds.

    Args:
        option: The option's name, for the error message.
        text: A date without a time zone is in local time.
        now: The time that ages are counted from, in Unix seconds.

    Raises:
        CommandError: the text is neither, is ambiguous, or names a time in the future or before 1970.
    """
    given = text.strip()
    exact = now - age(option, given) if is_age(given) else _date(option, given)
    # Completions have times in whole seconds: those at or after a moment are at or after the next whole second.
    seconds = ceil(exact)
    if exact > now:
        raise CommandError(f"{option} {text!r} is in the future ({shown(seconds)}): {_HOW}.", Status.USAGE)
    if exact < 0:
        raise CommandError(f"{option} {text!r} is before 1970: {_HOW}.", Status.USAGE)
    return seconds


def _date(option: str, text: str) -> float:
    if re.fullmatch(r"(19|20)[0-9]{2}", text):
        raise CommandError(f"{option} {text!r} is a year alone: {_HOW}.", Status.USAGE)
    if re.fullmatch(r"[+-]?[0-9.]+", text):
        raise CommandError(f"{option} {text!r} has no unit, and is not a date: {_HOW}.", Status.USAGE)
    if re.fullmatch(r"[0-9]{4}-?(W?[0-9]{2})", text):
        raise CommandError(f"{option} {text!r} has no day: {_HOW}.", Status.USAGE)
    try:
        # With any other character before the time, `2026-01-31+02:00` would be two o'clock.
        found = isoparser(sep="T").isoparse(re.sub(r"(?<=[0-9])[ t](?=[0-9])", "T", text))
        seconds, other = found.timestamp(), found.replace(fold=1).timestamp()
    except (ValueError, OverflowError):
        raise CommandError(f"{option} {text!r} is neither an age nor an ISO 8601 date: {_HOW}.", Status.USAGE) from None
    if seconds != other:
        raise CommandError(
            f"{option} {text!r} is twice or never on this machine's clock, which changes then: add a zone: +02:00.",
            Status.USAGE,
        )
    return seconds


def readable(created: object) -> int | None:
    """Return the `created` of a completion in Unix seconds, or None if it is not a plausible time."""
    return created if isinstance(created, int) and _EARLIEST <= created < 2**53 else None


def shown(seconds: int | None) -> str:
    """Format Unix seconds as a date and time in UTC; None gives an empty string."""
    with suppress(OverflowError, ValueError, OSError):
        return "" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%SZ}"
    return str(seconds)
