"""Parse the ages and ISO 8601 dates that users type; ambiguous ones are refused."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from math import ceil

from dateutil.parser import isoparser

from stored_completions_cli.errors import UsageError

_AGE = re.compile(r"\s*([0-9]{1,9})([smhdw])\s*")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_HOW = "write an age as 7d, 12h, 30m or 2w, or a date as 2026-01-31 or 2026-01-31T12:00+02:00"
_AMBIGUOUS = {
    r"(19|20)[0-9]{2}": "is a year alone",
    r"[+-]?[0-9.]+": "has no unit, and is not a date",
    r"[0-9]{4}-?(W?[0-9]{2})": "has no day",
}


def age(option: str, text: str) -> int:
    """Parse an age such as `7d`, and return it in seconds.

    Args:
        option: The option's name, for the error message.

    Raises:
        UsageError: the text is not an age.
    """
    found = _AGE.fullmatch(text)
    if not found:
        raise UsageError(f"{option} {text!r} is not an age: write one as 7d, 12h, 30m or 2w.")
    return int(found[1]) * _SECONDS[found[2]]


def is_age(text: str | None) -> bool:
    """Return whether a text is an age, and not a date."""
    return _AGE.fullmatch(text or "") is not None


def moment(option: str, text: str, now: float) -> int:
    """Parse an age or an ISO 8601 date, and return it as a time in Unix seconds.

    Args:
        option: The option's name, for the error message.
        text: A date without a time zone is in local time.
        now: The time that ages are counted from, in Unix seconds.

    Raises:
        UsageError: the text is neither, is ambiguous, or names a time in the future or before 1970.
    """
    given = text.strip()
    exact = now - age(option, given) if is_age(given) else _date(option, given)
    # Completions have times in whole seconds: those at or after a moment are at or after the next whole second.
    seconds = ceil(exact)
    if exact > now:
        raise UsageError(f"{option} {text!r} is in the future ({shown(seconds)}): {_HOW}.")
    if exact < 0:
        raise UsageError(f"{option} {text!r} is before 1970: {_HOW}.")
    return seconds


def _date(option: str, text: str) -> float:
    for pattern, problem in _AMBIGUOUS.items():
        if re.fullmatch(pattern, text):
            raise UsageError(f"{option} {text!r} {problem}: {_HOW}.")
    try:
        # With any other character before the time, `2026-01-31+02:00` would be two o'clock.
        found = isoparser(sep="T").isoparse(re.sub(r"(?<=[0-9])[ t](?=[0-9])", "T", text))
        seconds, other = found.timestamp(), found.replace(fold=1).timestamp()
    except (ValueError, OverflowError):
        raise UsageError(f"{option} {text!r} is neither an age nor an ISO 8601 date: {_HOW}.") from None
    if seconds != other:
        raise UsageError(
            f"{option} {text!r} is twice or never on this machine's clock, which changes then: add a zone: +02:00."
        )
    return seconds


def shown(seconds: int | None) -> str:
    """Format Unix seconds as a date and time in UTC; None gives an empty string."""
    with suppress(OverflowError, ValueError, OSError):
        return "" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%SZ}"
    return str(seconds)
