"""The string formats that have a type in Python: dates, times and UUIDs.

Date-times are read in any spelling of ISO 8601, and written in the one that came.
"""

# Type checkers read this where python-dateutil's stubs are not installed, too.
# mypy: disable-error-code=import-untyped

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from enum import Enum
from typing import Any

from .fork_lock import fork_lock


class SpelledDatetime(datetime.datetime):
    """A datetime that came in another spelling of RFC 3339 than ours, and goes out as it came.

    A value computed from it, by `replace` for example, has no such spelling.
    """

    spelling: str | None = None

    def __reduce_ex__(self, _: object) -> tuple[Any, ...]:
        return respelled, (_plain(self), self.spelling)

    def __repr__(self) -> str:
        return repr(_plain(self))


def respelled(value: datetime.datetime, spelling: str | None) -> SpelledDatetime:
    """Return a datetime that remembers how it was spelled."""
    date, time = value.date(), value.timetz()
    found = SpelledDatetime.combine(date, time)
    found.spelling = spelling
    return found


def _plain(value: datetime.datetime) -> datetime.datetime:
    return datetime.datetime.combine(value.date(), value.timetz())


def format_value(value: Any) -> Any:
    """Return a date, a time or a UUID as a str, a member of an Enum as its value, and anything else unchanged.

    Raises:
        ValueError: it is a datetime without a time zone, whose time no reader could tell.
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
    # Nothing is a UUID before `uuid` is imported.
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
    """Return a str as the type of its format, or unchanged if it has another format or would be written differently."""
    if not isinstance(value, str):
        return value
    try:
        found = parse(value)
    except ValueError:
        return value
    return found if format_value(found) == value else value


def parsed_datetime(value: Any) -> Any:
    """Return a str as a datetime, or unchanged if it is none (a leap second, for example).

    What `datetime.fromisoformat` refuses, `dateutil.parser.isoparse` reads: so each Python reads the same.
    """
    if not isinstance(value, str):
        return value
    try:
        found = _read(value)
    except (ValueError, OverflowError):
        return value
    return found if found.tzinfo is not None and format_value(found) == value else respelled(found, value)


def _read(value: str) -> datetime.datetime:
    """Return a str as a datetime whose zone, if it has one, is Python's own."""
    try:
        return datetime.datetime.fromisoformat(value)
    except ValueError:
        with fork_lock:
            from dateutil.parser import isoparse  # noqa: PLC0415 - it takes long to import, and few spellings need it

        found: datetime.datetime = isoparse(value)
    offset = found.utcoffset()
    return found if offset is None else found.replace(tzinfo=datetime.timezone(offset))
