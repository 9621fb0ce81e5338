# Generated from runtime/formats.py by `make generate`; do not edit.
"""The string formats that have a type in Python: dates, times and UUIDs."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID


def format_value(value: Any) -> Any:
    """Return the string that stands for a date, a time or a UUID; anything else as it is."""
    if isinstance(value, datetime.datetime):
        fraction = "microseconds" if value.microsecond % 1000 else "milliseconds" if value.microsecond else "seconds"
        text = value.isoformat(timespec=fraction)
        return text[:-6] + "Z" if text.endswith("+00:00") else text
    if isinstance(value, datetime.date | UUID):
        return str(value)
    return value


def parsed(value: Any, parse: Callable[[str], Any]) -> Any:
    """Return what a string stands for, or the string itself when it is not of its format or would come out changed."""
    if not isinstance(value, str):
        return value
    try:
        found = parse(value)
    except ValueError:
        return value
    return found if format_value(found) == value else value
