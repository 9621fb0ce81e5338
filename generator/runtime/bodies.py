"""Encode the bodies of requests: JSON, forms with and without files, and raw bytes."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from mimetypes import guess_type
from os import PathLike
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeAlias
from urllib.parse import urlencode

from .parameters import Pairs, encoded, names_value, parameter_text, plain, query_pairs, with_name
from .tree import Node, is_list_like, plain_values
from .unset import UNSET

# A part of a multipart form, as httpx takes it: the name of the field, and the file's name, content and media type.
Part = tuple[str, tuple[str | None, bytes | IO[bytes], str]]
# A file to upload: its bytes, its path, or an open file (which is read while it is sent); also with a name and a media
# type.
_Content: TypeAlias = bytes | bytearray | memoryview | PathLike[str] | IO[bytes]
File: TypeAlias = _Content | tuple[str | None, _Content, str]

_BINARY = "application/octet-stream"


class Content(NamedTuple):
    """A body that is sent unchanged.

    Attributes:
        data: The bytes.
        media_type: The value of the header `Content-Type`.
    """

    data: bytes
    media_type: str


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are not UNSET."""
    return {name: value for name, value in values.items() if value is not UNSET}


def json_body(body: Any, media_type: str = "application/json") -> Content | None:
    """Encode a body as JSON; return None if the body is UNSET.

    Raises:
        ValueError: The body has an infinity or NaN, contains itself, or is nested too deeply.
        TypeError: The body has a part of a type that JSON does not have.
    """
    if body is UNSET:
        return None
    try:
        return Content(encoded(body).encode(), media_type)
    except (TypeError, ValueError) as error:
        raise with_name(_unsendable(body), error) from None


def _unsendable(body: Any) -> object:
    """Return the name of the first property that JSON cannot hold; `body` if there is none."""
    values = plain_values(body) if isinstance(body, Node) else body
    for name, value in values.items() if isinstance(values, dict) else ():
        try:
            encoded(value)
        except (TypeError, ValueError):
            return name
    return "body"


def raw_body(body: Any, media_type: str) -> Content | None:
    """Return a body that is bytes, a str or the path of a file; None if the body is UNSET.

    Args:
        media_type: A media type, or a range such as `image/*`, in which the type is guessed from the file's path.
    """
    if body is UNSET:
        return None
    if media_type.endswith("*"):
        of_path = guess_type(body)[0] if isinstance(body, PathLike) else None
        of_any = "text/plain" if media_type == "text/*" else _BINARY
        media_type = of_path if of_path and fnmatchcase(of_path, media_type) else of_any
    return Content(body.encode() if isinstance(body, str) else _content(body), media_type)


def form_body(body: Any, media_type: str, styles: Mapping[str, tuple[str, bool]] | None = None) -> Content | None:
    """Encode a body as a URL-encoded form, a pair for each property or item of a list; return None if it is UNSET.

    Args:
        styles: The declared `style` and `explode` of properties that are lists or objects. An object without a style is
            sent as JSON.

    Raises:
        TypeError: The body is not an object.
    """
    if body is UNSET:
        return None
    pairs: Pairs = []
    for name, value in _fields(body).items():
        if styles and name in styles:
            style, explode = styles[name]
            pairs += query_pairs(name, value, style, explode=explode)
        else:
            pairs += [(name, text) for text in _field_texts(name, value)]
    return Content(urlencode(pairs).encode(), media_type)


def multipart_body(body: Any, media_types: Mapping[str, str] | None = None) -> list[Part] | None:
    """Return the parts of a multipart form, one for each property or item of a list; None if the body is UNSET.

    Args:
        media_types: The declared media types of properties.

    Raises:
        TypeError: The body is not an object.
    """
    if body is UNSET:
        return None
    types = media_types or {}
    return [_part(name, item, types.get(name)) for name, value in _fields(body).items() for item in _items(value)]


def _fields(body: Any) -> dict[str, Any]:
    fields = plain_values(body) if isinstance(body, Node) else body
    if not isinstance(fields, dict):
        raise TypeError(f"A form is made of an object's properties, and body is a {type(body).__name__}.")
    return {parameter_text(name): value for name, value in fields.items()}


@names_value
def _field_texts(name: str, value: Any) -> list[str]:
    return [parameter_text(item) for item in _items(plain(value))]


def _items(value: Any) -> list[Any]:
    """Return the items of a list, and another value as the only item; a tuple is a file with a name."""
    is_list = isinstance(value, list) or (is_list_like(value) and not isinstance(value, tuple))
    return [item for item in (value if is_list else [value]) if item is not None]


@names_value
def _part(name: str, value: Any, media_type: str | None) -> Part:
    if isinstance(value, tuple):
        file_name, content, own_type = value
        return name, (file_name, _content(content), own_type)
    value = plain(value)
    content = _content(value)
    if isinstance(value, PathLike) or hasattr(content, "read"):
        file_name = Path(value if isinstance(value, PathLike) else str(getattr(content, "name", name))).name
        return name, (file_name, content, media_type or guess_type(file_name)[0] or _BINARY)
    if isinstance(content, bytes):
        return name, (name, content, media_type or _BINARY)
    if isinstance(content, dict | list) or (media_type or "").endswith("json"):
        return name, (None, encoded(content).encode(), media_type or "application/json")
    return name, (None, parameter_text(content).encode(), media_type or "text/plain")


def _content(content: Any) -> Any:
    """Read a path, convert a bytearray or memoryview to bytes, and return anything else unchanged."""
    if isinstance(content, PathLike):
        return Path(content).read_bytes()
    return bytes(content) if isinstance(content, bytearray | memoryview) else content
