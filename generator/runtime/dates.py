"""Date-times: read in any spelling of ISO 8601, and written in the one that came."""

# Type checkers read this where python-dateutil's stubs are not installed, too.
# mypy: disable-error-code=import-untyped

from __future__ import annotations

import datetime
from typing import Any

from .fork_lock import fork_lock
from .formats import format_value, respelled


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
