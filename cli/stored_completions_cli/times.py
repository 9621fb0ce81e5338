"""Times as people type them: ages and ISO 8601 dates. What can be read in two ways is refused."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime

from dateutil.parser import isoparse

from stored_completions_cli.errors import CommandError, Status

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_HOW = "write an age as 7d, 12h, 30m or 2w, or a date as 2026-01-31 or 2026-01-31T12:00+02:00"
_FIRST = 86400  # what is older was not created then: a server that knows no time says 0


def age(option: str, text: str) -> int:
    """Return an age such as `7d` in seconds.

    Raises:
        CommandError: it is none.
    """
    found = re.fullmatch(r"([0-9]{1,9})([smhdw])", text.strip())
    if not found:
        raise CommandError(f"{option} {text!r} is not an age: write one as 7d, 12h, 30m or 2w.", Status.USAGE)
    return int(found[1]) * _SECONDS[found[2]]


def moment(option: str, text: str, now: float) -> int:
    """Return a moment of the past in Unix seconds: an age, or an ISO 8601 date, which is local if it has no zone.

    Raises:
        CommandError: it is neither, can be read in two ways, or is in the future.
    """
    given = text.strip()
    is_age = re.fullmatch(r"[0-9]+[smhdw]", given)
    seconds = int(now) - age(option, given) if is_age else _date(option, given)
    if seconds > now:
        raise CommandError(f"{option} {text!r} is in the future ({shown(seconds)}): {_HOW}.", Status.USAGE)
    if seconds < 0:
        raise CommandError(f"{option} {text!r} is before 1970: {_HOW}.", Status.USAGE)
    return seconds


def _date(option: str, text: str) -> int:
    if re.fullmatch(r"(19|20)[0-9]{2}", text):
        raise CommandError(f"{option} {text!r} is a year alone: {_HOW}.", Status.USAGE)
    if re.fullmatch(r"[+-]?[0-9.]+", text):
        raise CommandError(f"{option} {text!r} has no unit, and is no date: {_HOW}.", Status.USAGE)
    if re.fullmatch(r"[0-9]{4}-?(W?[0-9]{2})", text):
        raise CommandError(f"{option} {text!r} has no day: {_HOW}.", Status.USAGE)
    try:
        return int(isoparse(text).timestamp())
    except (ValueError, OverflowError):
        raise CommandError(f"{option} {text!r} is neither an age nor an ISO 8601 date: {_HOW}.", Status.USAGE) from None


def readable(created: object) -> int | None:
    """Return a `created` in Unix seconds if it can be relied on: a whole number, after 1970."""
    is_time = isinstance(created, int) and not isinstance(created, bool) and _FIRST <= created < 2**53
    return created if isinstance(created, int) and is_time else None


def shown(seconds: int | None) -> str:
    """Return a time as a person reads it, in UTC; nothing for None."""
    with suppress(OverflowError, ValueError, OSError):
        return "" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%SZ}"
    return str(seconds)
