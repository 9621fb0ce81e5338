# Generated from generator/runtime/request.py by `make generate`; do not edit.
"""A request as an endpoint describes it: what does not depend on the client that sends it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from attrs import define, evolve, field

from .bodies import Content, Part, json_body
from .parameters import overridden


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
