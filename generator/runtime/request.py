"""A request as an endpoint describes it: what does not depend on the client that sends it."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from mimetypes import guess_type
from os import PathLike
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import quote

from attrs import define, evolve, field

from .formats import format_value
from .tree import Node, copied, is_listed, plain_values
from .unset import UNSET

# The categories of characters that no id has: controls and surrogates.
_CONTROL = frozenset({"Cc", "Cs"})

Pairs = list[tuple[str, str]]
# What httpx takes as a part of a multipart form: the name of the field, and the file's name, content and media type.
Part = tuple[str, tuple[str | None, bytes | IO[bytes], str]]


class Content(NamedTuple):
    """A body that is sent unchanged.

    Attributes:
        data: The bytes.
        media_type: The value of the header `Content-Type`.
    """

    data: bytes
    media_type: str


@define(eq=False, repr=False)
class Request:
    """A request of an operation.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path from the base URL on, quoted.
        query: The query parameters, in order.
        headers: The headers that the operation declares.
        cookies: The cookies that the operation declares.
        accept: The media types that the operation answers with.
        body: The body: bytes, the parts of a multipart form, or None for none.
        has_id: Whether the path has a parameter.
        extra_query: The names of the query parameters that were given for this call.
        reserved: The names of the query parameters in which `/`, `?`, `:` and their like are not percent-encoded.
        security: The schemes of the alternatives of which one is asked for, by their names in the document; none of an
            alternative means that nothing is sent. None: what the client sends by itself.
        server: Where the operation is, if not where the document's others are; a client's own base URL goes first.
    """

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(factory=dict)
    cookies: Mapping[str, str] = field(factory=dict)
    accept: str = "application/json"
    body: Content | Sequence[Part] | None = None
    has_id: bool = False
    extra_query: frozenset[str] = frozenset()
    reserved: Sequence[str] = ()
    security: Sequence[Sequence[str]] | None = None
    server: str = ""

    def __repr__(self) -> str:
        # The query, the headers and the cookies may hold credentials.
        return f"Request({self.method!r}, {self.path!r}, body={self.body!r})"

    @property
    def route(self) -> str:
        """The method and the path, as messages and logs name the request."""
        return f"{self.method} {self.path}"

    def with_extra(self, query: Mapping[str, object] | None, body: Mapping[str, object] | None) -> Request:
        """Return a copy with more query parameters and properties of the body, which replace those of the same name.

        Raises:
            TypeError: the body is not a JSON object that properties can be added to.
        """
        own = self.body
        if body is not None and self.method != "GET":  # which has no body
            values = json.loads(own.data) if isinstance(own, Content) and own.media_type.endswith("json") else {}
            if not isinstance(body, Mapping) or not isinstance(values, dict) or not (own is None or values):
                raise TypeError(f"extra_body adds properties to a JSON object, but {self.route} sends none.")
            own = json_body({**values, **body})
        query = query or {}
        return evolve(self, query=overridden(self.query, query), body=own, extra_query=frozenset(query))


def path_segment(name: str, value: object) -> str:
    """Return a path parameter, quoted.

    Raises:
        ValueError: it would ask for another path (`""`, `.` and `..`), or it is None or has control characters.
        TypeError: it is no value that a path can have.
    """
    text = "" if value is None else parameter_text(value)
    if not text:
        raise ValueError(f"Expected a non-empty value for `{name}` but received {value!r}: {name} must be an id.")
    is_plain = text.isascii() and text.isprintable()
    if text in (".", "..") or not (is_plain or _CONTROL.isdisjoint(map(unicodedata.category, text))):
        raise ValueError(f"{name} must be an id, not {value!r}.")
    return quote(text, safe="")


def query_pairs(name: str, value: object, style: str = "form") -> Pairs:
    """Return a query parameter as the pairs that it is sent as: none when it is UNSET or None.

    Args:
        style: `deepObject` sends `name[key]=value` for each key of an object; `styles` has the others.
    """
    if value is UNSET or value is None:
        return []
    value = _plain(value)
    if isinstance(value, dict):
        pairs = [(parameter_text(key), parameter_text(item)) for key, item in value.items() if item is not None]
        return [(f"{name}[{key}]", text) for key, text in pairs] if style == "deepObject" else pairs
    if isinstance(value, list | tuple):
        return [(name, parameter_text(item)) for item in value if item is not None]
    return [(name, parameter_text(value))]


def overridden(pairs: Sequence[tuple[str, str]], values: Mapping[str, object]) -> Pairs:
    """Return the query with these values, each in place of all pairs of its name: `tag`, `tag[one]`."""
    added = [pair for name, value in values.items() for pair in query_pairs(name, value, "deepObject")]
    return [*(pair for pair in pairs if pair[0].partition("[")[0] not in values), *added]


def defaulted(pairs: Sequence[tuple[str, str]], values: Mapping[str, object]) -> Pairs:
    """Return the query, with these values in front where it does not have their names."""
    names = {name.partition("[")[0] for name, _ in pairs}
    missing = {name: value for name, value in values.items() if name not in names}
    return [*overridden((), missing), *pairs]


def header_texts(values: Mapping[str, object]) -> dict[str, str]:
    """Return those headers or cookies that are neither UNSET nor None, as strings."""
    return {name: parameter_text(value) for name, value in values.items() if value is not UNSET and value is not None}


def parameter_text(value: object) -> str:
    """Return a value as a str for a path, a query, a header or a form.

    Raises:
        ValueError: it is a number that JSON does not have.
        TypeError: it is bytes, UNSET, or an object that is none of JSON.
    """
    value = copied(value, plain=True)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"A parameter cannot be {value!r}: JSON has no such number.")
    if isinstance(value, bool | dict | list) or value is None:
        return json.dumps(value)
    if isinstance(value, int | float):
        return str(value)
    raise TypeError(f"A parameter cannot be {type(value).__name__}: give a str.")


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are not UNSET."""
    return {name: value for name, value in values.items() if value is not UNSET}


def json_body(body: Any, media_type: str = "application/json") -> Content | None:
    """Return a body in JSON; None when it is UNSET.

    Raises:
        ValueError: it has numbers that JSON does not have, or holds itself.
        TypeError: it has values that JSON does not have.
    """
    return None if body is UNSET else Content(_json(body).encode(), media_type)


def _json(value: Any, default: Callable[[Any], Any] | None = None) -> str:
    try:
        return json.dumps(value, allow_nan=False, default=default or _encodable)
    except RecursionError:
        raise ValueError("The body is nested too deeply to be sent.") from None


def _encodable(value: Any) -> Any:
    """Return a model, a date, a time or a UUID as a value that can be encoded; a model's own may be models again."""
    if isinstance(value, Node):
        return plain_values(value)
    if is_listed(value):
        return [*value]
    plain = format_value(value)
    if plain is value:
        raise TypeError(f"{type(value).__name__} {value!r} cannot be sent as JSON.")
    return plain


def _plain(value: object) -> Any:
    """Return a parameter without models.

    Raises:
        ValueError: it holds itself.
    """
    if isinstance(value, dict | list | tuple):
        _json(value, _checked)
    return copied(value, plain=True)


def _checked(value: Any) -> Any:
    """Return what `_encodable` does, but leave what can be iterated only once to who sends it."""
    return None if is_listed(value) else _encodable(value)


def raw_body(body: Any, media_type: str) -> Content | None:
    """Return a body that is bytes, a path to a file or a str; None when it is UNSET.

    Args:
        media_type: A media type, or a range of them: the path of a file says which, and else it is that of any bytes.
    """
    if body is UNSET:
        return None
    if media_type.endswith("*"):
        of_path = guess_type(body)[0] if isinstance(body, PathLike) else None
        of_any = "text/plain" if media_type == "text/*" else "application/octet-stream"
        media_type = of_path if of_path and fnmatchcase(of_path, media_type) else of_any
    return Content(body.encode() if isinstance(body, str) else file_content(body), media_type)


def file_content(content: Any) -> Any:
    """Return the bytes of a path, a bytearray or a memoryview, and anything else unchanged."""
    if isinstance(content, PathLike):
        return Path(content).read_bytes()
    return bytes(content) if isinstance(content, bytearray | memoryview) else content
