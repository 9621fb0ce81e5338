"""The response of an operation, with its decoded body."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Generic, NamedTuple, Self, TypeVar, cast

import httpx
from attrs import asdict, define, field

from .document import HEADERS
from .errors import APIConnectionError, APIError, closed_response, without_secrets
from .model import Model
from .redirects import OPEN_HEADERS

T = TypeVar("T")
E = TypeVar("E")


_SHOWN_HEADERS = OPEN_HEADERS | {name.lower() for name in HEADERS}


class Operation(NamedTuple, Generic[T, E]):
    """An operation, with its decoders.

    Attributes:
        name: The name of the endpoint's function.
        path: The path, with the names of its parameters in braces.
        success: Decodes the body of a 2xx status.
        failure: Decodes the body of any other status.

    The decoders raise ValueError if the body does not follow its schema.
    """

    name: str
    path: str
    success: Callable[[int, bytes], T]
    failure: Callable[[int, bytes], E]


@define(eq=False)
class Response(Generic[T, E]):
    """A response of any status.

    Attributes:
        status_code: The HTTP status.
        headers: The HTTP headers.
        content: The decompressed body.
        parsed: The model of the body: the operation's on a 2xx status, the error's otherwise; None if the body does not
            follow its schema.
        error: The error that `parse` raises; None if the status is 2xx and the body follows its schema.
        elapsed: The duration of the last attempt, until its body was read.
        retries_taken: How many times the request was sent again.
    """

    status_code: int
    headers: httpx.Headers
    content: bytes
    parsed: T | E | None
    error: APIError | None
    elapsed: datetime.timedelta
    retries_taken: int = 0
    _sent: httpx.Request | None = field(default=None, repr=False, alias="sent")

    @property
    def request_id(self) -> str | None:
        """The id of the request, for the server's support, if the server sent one."""
        return cast("str | None", self.headers.get("x-request-id"))

    def parse(self) -> T:
        """Return the model of a successful response.

        Raises:
            APIStatusError: The status is not 2xx; common statuses have subclasses in `errors`.
            APIResponseValidationError: The status is 2xx, but the body does not follow its schema.
        """
        self.raise_for_status()
        if isinstance(self.parsed, Model):
            self.parsed._set_request_id(self.request_id)
        return cast(T, self.parsed)

    def raise_for_status(self) -> Self:
        """Return this response, or raise the error that `parse` raises."""
        if self.error is not None:
            raise self.error
        return self

    @property
    def text(self) -> str:
        """The content as a str, in the encoding that the headers name."""
        return self.http_response.text

    def json(self) -> Any:
        """Return the JSON value of the content.

        Raises:
            ValueError: The content is not JSON.
        """
        return json.loads(self.content)

    @property
    def http_request(self) -> httpx.Request:
        """The request that was sent, with stars in place of headers that may be secret.

        Raises:
            RuntimeError: The response was made without a request.
        """
        if self._sent is None:
            raise RuntimeError("This response was made without a request.")
        headers = [(name, value if name in _SHOWN_HEADERS else "***") for name, value in self._sent.headers.items()]
        url = self._sent.url.copy_with(userinfo=b"")
        request = httpx.Request(self._sent.method, url, headers=headers, stream=self._sent.stream)
        if isinstance(request.stream, httpx.ByteStream):
            request.read()
        return request

    @property
    def http_response(self) -> httpx.Response:
        """The httpx response, read and closed."""
        return closed_response(self.status_code, self.headers, self.content, self.http_request)

    @property
    def is_closed(self) -> bool:
        """Always True: the content was read."""
        return True

    @property
    def method(self) -> str:
        """The HTTP method of the request."""
        return self.http_request.method

    @property
    def url(self) -> httpx.URL:
        """The URL of the request."""
        return self.http_request.url

    def __getstate__(self) -> dict[str, Any]:
        return {**asdict(self, recurse=False), "_sent": self._sent and without_secrets(self._sent)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)


# The list that responses of calls are added to, for `raw`; None if they are not kept.
kept_responses: ContextVar[list[Response[Any, Any]] | None] = ContextVar("kept_responses", default=None)

# The outcome of an attempt.
Outcome = Response[T, E] | APIConnectionError


def failure_of(outcome: Outcome[Any, Any]) -> APIError | None:
    """Return the error of an attempt, or None if it succeeded."""
    return outcome if isinstance(outcome, APIError) else outcome.error
