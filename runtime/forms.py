"""Bodies that are URL-encoded forms."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from .request import Content, parameter_text
from .tree import copied
from .unset import UNSET


def form_body(body: Any, media_type: str) -> Content | None:
    """Return a form: a pair for each property, and for each item of a list; None when the body is UNSET."""
    if body is UNSET:
        return None
    pairs = []
    for name, value in copied(body, plain=True).items():
        items = value if isinstance(value, list) else [value]
        pairs += [(name, parameter_text(item)) for item in items]
    return Content(urlencode(pairs).encode(), media_type)
