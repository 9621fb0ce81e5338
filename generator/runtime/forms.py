"""Bodies that are URL-encoded forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from .request import Content, Pairs, parameter_text
from .styles import styled_pairs
from .tree import copied
from .unset import UNSET


def form_body(body: Any, media_type: str, styles: Mapping[str, tuple[str, bool]] | None = None) -> Content | None:
    """Return a form: a pair for each property, and for each item of a list; None when the body is UNSET.

    Args:
        styles: The declared `style` and `explode` of properties that are lists or objects. An object without a style is
            sent as JSON.

    Raises:
        TypeError: the body is not an object.
    """
    if body is UNSET:
        return None
    fields = copied(body, plain=True)
    if not isinstance(fields, dict):
        raise TypeError(f"A form is made of an object's properties, and body is a {type(body).__name__}.")
    pairs: Pairs = []
    for name, value in fields.items():
        if styles and name in styles:
            style, explode = styles[name]
            pairs += styled_pairs(name, value, style, explode=explode)
        else:
            items = value if isinstance(value, list) else [value]
            pairs += [(name, parameter_text(item)) for item in items if item is not None]
    return Content(urlencode(pairs).encode(), media_type)
