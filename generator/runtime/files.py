"""Bodies that are multipart forms, with files."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, TypeAlias

from .request import Part, parameter_text
from .tree import copied
from .unset import UNSET

# A file: its bytes, an open file, which is read in pieces while it is sent, or either with a name and a media type.
File: TypeAlias = bytes | IO[bytes] | tuple[str | None, bytes | IO[bytes], str]

_BINARY = "application/octet-stream"


def multipart_body(body: Any, media_types: Mapping[str, str] | None = None) -> list[Part] | None:
    """Return the parts of a form: one for each property, and for each item of a list; None when the body is UNSET.

    Args:
        media_types: The media types of the properties that the document declares one for.

    Raises:
        TypeError: the body is not an object.
    """
    if body is UNSET:
        return None
    fields = copied(body, plain=True)
    if not isinstance(fields, dict):
        raise TypeError(f"A form is made of an object's properties, and body is a {type(body).__name__}.")
    parts = []
    for name, value in fields.items():
        items = value if isinstance(value, list) else [value]
        parts += [_part(name, item, (media_types or {}).get(name)) for item in items if item is not None]
    return parts


def _part(name: str, value: Any, media_type: str | None) -> Part:
    if isinstance(value, tuple):
        return name, value
    if isinstance(value, bytes):
        return name, (name, value, media_type or _BINARY)
    if hasattr(value, "read"):
        file_name = Path(str(getattr(value, "name", name))).name
        return name, (file_name, value, media_type or mimetypes.guess_type(file_name)[0] or _BINARY)
    if isinstance(value, dict | list) or (media_type or "").endswith("json"):
        return name, (None, json.dumps(value).encode(), media_type or "application/json")
    return name, (None, parameter_text(value).encode(), media_type or "text/plain")
