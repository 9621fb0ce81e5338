"""Decode the responses of an operation: their types, and a branch of code for each status."""

from __future__ import annotations

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


class Responses:
    """The responses that an operation declares."""

    def __init__(self, endpoint: Endpoint, context: Context, schemas: Schemas, page: Page | None) -> None:
        self._declared, self._context, self._schemas, self._page = endpoint.responses, context, schemas, page

    def type_of(self, *, success: bool) -> str:
        """Return the type of the parsed body of successful responses, or of the others."""
        found = [
            "None" if response.source["return_type"] == "None" else self._schemas.type_of(response.prop)
            for response in self._responses(success)
        ]
        return " | ".join(dict.fromkeys(found)) or "None"

    def branches(self, *, success: bool) -> list[Branch]:
        """Return a branch for each status, and last the one for undeclared statuses: `default`, or the first one."""
        responses = self._responses(success)
        if not responses:
            return [Branch("", "None")]
        # openapi-python-client sorts responses: single statuses, ranges, `default`.
        last = responses[-1] if responses[-1].is_default() or responses[-1].status_code.is_range() else responses[0]
        found: list[tuple[list[str], Branch]] = []
        for response in responses:
            if response is not last and response.status_code.range is not None:
                low, high = response.status_code.range
                condition = f"status_code == {low}" if low == high else f"{low} <= status_code <= {high}"
                branch = self._branch(response)
                if found and found[-1][1] == branch:
                    found[-1][0].append(condition)
                else:
                    found.append(([condition], branch))
        rest = self._branch(last)
        while found and found[-1][1] == rest:
            found.pop()
        return [*(branch._replace(condition=" or ".join(conditions)) for conditions, branch in found), rest]

    def _responses(self, success: bool) -> list[Response]:
        """Return the successful responses, or the others; `default` is successful if no 2xx is declared."""
        declared = any(_is_2xx(response) for response in self._declared.patterns)
        return [
            response
            for response in self._declared
            if (not declared if response.is_default() else _is_2xx(response)) is success
        ]

    def _branch(self, response: Response) -> Branch:
        part, source = response.prop, response.source["return_type"]
        if source == "None":
            return Branch("", "None")
        if source == "bytes":
            return Branch("", "content")
        if source == "str":
            return Branch("", 'content.decode("utf-8", "replace")')
        type_ = self._schemas.type_of(part)
        value = f"_read_json({', '.join(['content', *self._schemas.kinds(part)])})"
        if self._page and isinstance(part, ModelProperty) and self._context.resolve(part) is self._page.model:
            value = f"_read_page(content, {self._page.names['items']!r})"
        if self._context.is_model(part):
            return Branch("", f"_decode({type_}, {value})")
        return Branch("", self._schemas.decoded(part, "value"), value)


def _is_2xx(response: Response) -> bool:
    return response.status_code.range is not None and response.status_code.range[0] // 100 == 2
