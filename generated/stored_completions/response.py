# Generated from runtime/response.py by `make generate`; do not edit.
"""What came back for a request."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Generic, NamedTuple, Self, TypeVar, cast

import httpx
from attrs import define

from .errors import APIError

T = TypeVar("T")
E = TypeVar("E")


class Answers(NamedTuple, Generic[T, E]):
    """What an operation makes of a status and a body.

    Attributes:
        success: Returns the model of a 2xx body.
        failure: Returns the model of any other body.

    Both raise ValueError where the body is not what is declared.
    """

    success: Callable[[int, bytes], T]
    failure: Callable[[int, bytes], E]


@define(eq=False)
class Response(Generic[T, E]):
    """What came back for a request, whatever its status.

    Attributes:
        status_code: The HTTP status.
        headers: The HTTP headers.
        content: The body, decoded from its content encoding.
        parsed: The model of the body: the operation's on a 2xx status, the error's otherwise; None when the body is
            not what is declared.
        error: What `parse` raises; None when the status is 2xx and the body is what is declared.
        elapsed: From sending the last attempt to having its whole body.
        retries_taken: How often the request was sent again.
    """

    status_code: int
    headers: httpx.Headers
    content: bytes
    parsed: T | E | None
    error: APIError | None
    elapsed: datetime.timedelta
    retries_taken: int = 0

    @property
    def request_id(self) -> str | None:
        """The id by which the server's support finds the request, if the server gave one."""
        return cast("str | None", self.headers.get("x-request-id"))

    def parse(self) -> T:
        """Return the model of a successful response.

        Raises:
            APIStatusError: the status is not 2xx; `errors` has a class for each.
            APIResponseValidationError: the status is 2xx and the body is not what is declared.
        """
        self.raise_for_status()
        return cast(T, self.parsed)

    def raise_for_status(self) -> Self:
        """Return this response, or raise what `parse` raises."""
        if self.error is not None:
            raise self.error
        return self
