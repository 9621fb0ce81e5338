"""Decode the responses of an operation: their types, and a branch of code for each status."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.responses import Response

from .context import Context, Page
from .schemas import Schemas


class Branch(NamedTuple):
    """A branch of the code that decodes a body.

    Attributes:
        condition: The condition on `status_code`; empty for all remaining statuses.
        result: The expression of the result.
        value: The expression of the variable `value` that `result` uses; empty if it does not.
    """

    condition: str
    result: str
    value: str = ""


class Outcome:
    """The successful responses of an operation, or the others; `default` is successful if no 2xx is declared."""

    def __init__(
        self, endpoint: Endpoint, context: Context, schemas: Schemas, page: Page | None, *, success: bool
    ) -> None:
        self._context, self._schemas, self._page = context, schemas, page
        declares_2xx = any(_is_2xx(response) for response in endpoint.responses.patterns)
        self._responses = [
            response
            for response in endpoint.responses
            if (not declares_2xx if response.is_default() else _is_2xx(response)) is success
        ]

    @cached_property
    def type(self) -> str:
        """The type of the parsed body."""
        found = [
            "None" if response.source["return_type"] == "None" else self._schemas.type_of(response.prop)
            for response in self._responses
        ]
        return " | ".join(dict.fromkeys(found)) or "None"

    @cached_property
    def branches(self) -> list[Branch]:
        """A branch for each status, and last the one for undeclared statuses: that of `default`, or the first one."""
        if not self._responses:
            return [Branch("", "None")]
        # openapi-python-client sorts responses: single statuses, ranges, `default`.
        first, last = self._responses[0], self._responses[-1]
        rest = last if last.is_default() or last.status_code.is_range() else first
        cases = [(self._branch(response), response) for response in self._responses if response is not rest]
        found = [
            branch._replace(condition=" or ".join(_condition(response) for _, response in same))
            for branch, same in groupby(cases, key=itemgetter(0))
        ]
        if found and found[-1]._replace(condition="") == self._branch(rest):
            found.pop()
        return [*found, self._branch(rest)]

    def _branch(self, response: Response) -> Branch:
        part = response.prop
        match response.source["return_type"]:
            case "None":
                return Branch("", "None")
            case "bytes":
                return Branch("", "content")
            case "str":
                return Branch("", 'content.decode("utf-8", "replace")')
        value = f"_read_json({', '.join(['content', *self._schemas.kinds(part)])})"
        if self._page and isinstance(part, ModelProperty) and self._context.resolve(part) is self._page.model:
            value = f"_read_page(content, {self._page.names['items']!r})"
        if self._context.is_model(part):
            return Branch("", f"_decode({self._schemas.type_of(part)}, {value})")
        return Branch("", self._schemas.decoded(part, "value"), value)


def _is_2xx(response: Response) -> bool:
    return response.status_code.range is not None and response.status_code.range[0] // 100 == 2


def _condition(response: Response) -> str:
    low, high = response.status_code.range or (0, 0)
    return f"status_code == {low}" if low == high else f"{low} <= status_code <= {high}"
