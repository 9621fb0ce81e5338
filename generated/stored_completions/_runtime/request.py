# Generated from generator/runtime/request.py by `make generate`; do not edit.
"""A request as an endpoint describes it, before the client adds its URL, headers and credentials."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from attrs import define, evolve, field

from .bodies import Content, Part, json_body
from .parameters import with_overrides


@define(eq=False, repr=False)
class Request:
    """A request of an operation.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path below the base URL, quoted.
        query: The query parameters, in order.
        headers: The headers that the operation declares.
        cookies: The cookies that the operation declares.
        accept: The value of the `Accept` header.
        body: The body: bytes, the parts of a multipart form, or None.
        has_id: Whether the path has a parameter.
        extra_query: The names of the query parameters that were given as `extra_query`.
        reserved: The names of the query parameters (`allowReserved`) in which characters such as `/` stay unescaped.
        security: The alternative security requirements, each a list of names of schemes; an empty list needs no
            credentials. None if the client's own token is sent.
        server: The operation's own server, if the spec declares one; used unless the client has another base URL.
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
        # The query, headers and cookies may hold credentials.
        return f"Request({self.method!r}, {self.path!r}, body={self.body!r})"

    @property
    def route(self) -> str:
        """The method and the path, which name the request in messages and logs."""
        return f"{self.method} {self.path}"

    def with_extra(self, query: Mapping[str, object] | None, body: Mapping[str, object] | None) -> Request:
        """Return a copy with more query parameters and body properties, which replace those of the same name.

        Raises:
            TypeError: The body is not a JSON object, or the query is no mapping.
        """
        own = self.body
        if body is not None and self.method != "GET":  # a GET has no body
            values = json.loads(own.data) if isinstance(own, Content) and own.media_type.endswith("json") else {}
            if not isinstance(body, Mapping) or not isinstance(values, dict) or not (own is None or values):
                raise TypeError(f"extra_body adds properties to a JSON object, but {self.route} sends none.")
            own = json_body({**values, **body})
        query = query or {}
        if not isinstance(query, Mapping):
            raise TypeError(f"extra_query must be a mapping of names to values, not {type(query).__name__}.")
        return evolve(self, query=with_overrides(self.query, query), body=own, extra_query=frozenset(query))
