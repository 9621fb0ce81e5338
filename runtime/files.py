"""Bodies that are multipart forms, with files."""

from __future__ import annotations

import json
from typing import Any

from .request import Part, parameter_text
from .tree import copied
from .unset import UNSET


def multipart_body(body: Any) -> list[Part] | None:
    """Return the parts of a form, one for each property; None when the body is UNSET."""
    if body is UNSET:
        return None
    return [_part(name, value) for name, value in copied(body, plain=True).items()]


def _part(name: str, value: Any) -> Part:
    if isinstance(value, bytes):
        return name, (name, value, "application/octet-stream")
    if isinstance(value, dict | list):
        return name, (None, json.dumps(value).encode(), "application/json")
    return name, (None, parameter_text(value).encode(), "text/plain")
