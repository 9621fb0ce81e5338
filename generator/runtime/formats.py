"""Convert between strings and the Python types of their formats: dates, times and UUIDs.

Date-times are read in any spelling of ISO 8601, and written back in the same spelling.
"""

# Type checkers also read this module where python-dateutil's stubs are not installed.
# mypy: disable-error-code=import-untyped

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from enum import Enum
from typing import Any

from .fork_lock import fork_lock


class SpelledDatetime(datetime.datetime):
    """A datetime that remembers its spelling, where `format_value` would write it differently.

    A value computed from it, by `replace` for example, does not.
    """

    spelling: str | None = None

    def __reduce_ex__(self, _: object) -> tuple[Any, ...]:
        return respelled, (_plain(self), self.spelling)

    def __repr__(self) -> str:
        return repr(_plain(self))


def respelled(value: datetime.datetime, spelling: str | None) -> SpelledDatetime:
    """Return a datetime that remembers its spelling."""
    date, time = value.date(), value.timetz()
    found = SpelledDatetime.combine(date, time)
    found.spelling = spelling
    return found


def _plain(value: datetime.datetime) -> datetime.datetime:
    return datetime.datetime.combine(value.date(), value.timetz())


def format_value(value: Any) -> Any:
    """Return a date, a time or a UUID as a str, a member of an Enum as its value, and anything else unchanged.

    Raises:
        ValueError: A datetime has no time zone.
    """
    if isinstance(value, Enum):
        return format_value(value.value)
    if isinstance(value, datetime.datetime):
        if isinstance(value, SpelledDatetime) and value.spelling:
            return value.spelling
        if value.tzinfo is None:
            raise ValueError(
                f"The datetime {value} has no time zone: add one, as in `value.replace(tzinfo=datetime.UTC)`"
                " or `value.astimezone()`."
            )
        fraction = "microseconds" if value.microsecond % 1000 else "milliseconds" if value.microsecond else "seconds"
        text = value.isoformat(timespec=fraction)
        return text[:-6] + "Z" if text.endswith("+00:00") else text
    # A program that has not imported `uuid` has no UUIDs.
    uuid = sys.modules.get("uuid")
    return str(value) if isinstance(value, datetime.date) or (uuid and isinstance(value, uuid.UUID)) else value


def as_date(value: Any) -> Any:
    """Return a datetime as its date, in lists and dicts too, and anything else unchanged."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, list | tuple):
        return [as_date(item) for item in value]
    return {key: as_date(item) for key, item in value.items()} if isinstance(value, dict) else value


def parsed(value: Any, parse: Callable[[str], Any]) -> Any:
    """Parse a str; return it unchanged if it has another format, or if the result would be written differently."""
    if not isinstance(value, str):
        return value
    try:
        found = parse(value)
    except ValueError:
        return value
    return found if format_value(found) == value else value


def parsed_datetime(value: Any) -> Any:
    """Parse a str as a datetime; return it unchanged if Python has no such datetime (a leap second, for example)."""
    if not isinstance(value, str):
        return value
    try:
        found = _read(value)
    except (ValueError, OverflowError):
        return value
    return found if found.tzinfo is not None and format_value(found) == value else respelled(found, value)


def _read(value: str) -> datetime.datetime:
    """Parse ISO 8601. `dateutil` reads the spellings that `datetime.fromisoformat` refuses in older Pythons."""
    try:
        return datetime.datetime.fromisoformat(value)
    except ValueError:
        with fork_lock:
            from dateutil.parser import isoparse  # noqa: PLC0415 - slow to import, and few spellings need it

        found: datetime.datetime = isoparse(value)
    offset = found.utcoffset()
    return found if offset is None else found.replace(tzinfo=datetime.timezone(offset))
