# Generated from generator/runtime/errors.py by `make generate`; do not edit.
"""The errors that the endpoints and the clients raise.

Errors can be constructed, to fake them in tests, and can be copied and pickled. A pickle holds the whole response, but
of the request only the method and the URL without user, password and query.
"""

from __future__ import annotations

import codecs
import time
from contextlib import suppress
from email.utils import mktime_tz, parsedate_tz
from typing import Any, ClassVar, cast

import httpx

from .decoding import charset
from .document import NEVER_RETRIED
from .tree import flat, restored

LONGEST_RETRY_AFTER = 120.0  # seconds; if a server asks for a longer wait, the call fails at once
# Errors that another attempt would end in again.
_LASTING = (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.LocalProtocolError)


class Error(Exception):
    """The base of this package's errors."""


class CredentialsError(Error, ValueError):
    """A client was given no credentials, or more than one kind."""


class APIError(Error):
    """The base of all errors of a request.

    Attributes:
        message: The server's message if the response has one, else a description of the failure.
        body: The error object of the response: the value of `error` in a JSON object, else the JSON value, else the
            text; None when the body is empty.
        type: The type of the error, if the body has one.
        param: The parameter that the server objects to, if the body names one.
        code: The code of the error, if the body has one.
        retries_taken: How many times the request was sent again before this error was raised.
    """

    retries_taken: int = 0

    def __init__(self, message: str, request: httpx.Request | None = None, *, body: object | None = None) -> None:
        super().__init__(message)
        self.message = message
        self._request = request
        self.body = body
        details = body if isinstance(body, dict) else {}
        self.type = _str(details.get("type"))
        self.param = _str(details.get("param"))
        code = details.get("code")
        self.code = str(code) if isinstance(code, str | int) else None

    @property
    def request(self) -> httpx.Request:
        """The request, without its credentials.

        Raises:
            RuntimeError: The error was made without a request.
        """
        if self._request is None:
            raise RuntimeError("This error was made without a request.")
        return self._request

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed if it is sent again. The client's own retries follow this."""
        return False

    def __reduce__(self) -> tuple[Any, ...]:
        # `__init__` does not take `args`. The body is flattened because pickle recurses and the body may be deep.
        state = {**vars(self), "body": flat(self.body), "_request": self._request and without_secrets(self._request)}
        return _restored, (type(self), self.args, state)


class PagingError(APIError, RuntimeError):
    """There is no next page, or the server does not say where the next page starts."""


class APIConnectionError(APIError):
    """The server could not be reached, or the connection broke. `__cause__` is httpx's error."""

    def __init__(self, *, message: str = "Connection error.", request: httpx.Request | None = None) -> None:
        super().__init__(message, request)

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed if it is sent again; not if it cannot be sent, for example."""
        cause = self.__cause__
        return cause is None or (isinstance(cause, httpx.RequestError | OSError) and not isinstance(cause, _LASTING))


class APITimeoutError(APIConnectionError):
    """No complete response came within the timeout."""

    def __init__(self, request: httpx.Request | None = None, *, message: str = "Request timed out.") -> None:
        super().__init__(message=message, request=request)


class APIResponseError(APIError):
    """The base of errors with a response.

    Attributes:
        response: The response, read and without credentials; `response.request` is the request.
        status_code: The HTTP status.
    """

    def __init__(self, message: str, *, response: httpx.Response, body: object | None) -> None:
        super().__init__(message, _request_of(response), body=body)
        self.response = response
        self.status_code = response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The HTTP headers of the response."""
        return self.response.headers

    @property
    def request_id(self) -> str | None:
        """The id of the request, for the server's support, if the server sent one."""
        return cast("str | None", self.response.headers.get("x-request-id"))

    def __reduce__(self) -> tuple[Any, ...]:
        restore, (kind, arguments, state) = super().__reduce__()
        content, request = _content_of(self.response), state["_request"]
        response = closed_response(self.response.status_code, self.response.headers, content, request)
        return restore, (kind, arguments, {**state, "response": response})


class APIResponseValidationError(APIResponseError):
    """The status is 2xx, but the body does not follow the spec."""

    def __init__(self, response: httpx.Response, body: object | None, *, message: str | None = None) -> None:
        super().__init__(message or "The response does not follow the spec.", response=response, body=body)

    @property
    def content_type(self) -> str | None:
        """The `Content-Type` header, if the server sent one."""
        return cast("str | None", self.response.headers.get("content-type"))

    @property
    def snippet(self) -> str:
        """The first 200 bytes of the body, as a str."""
        return _content_of(self.response)[:200].decode("utf-8", "replace")


class APIStatusError(APIResponseError):
    """The status is not 2xx."""

    by_status: ClassVar[dict[int, type[APIStatusError]]] = {}

    @classmethod
    def of(cls, status_code: int) -> type[APIStatusError]:
        """Return the error class of a status."""
        return cls.by_status.get(status_code, InternalServerError if status_code >= 500 else APIStatusError)

    def __init_subclass__(cls, *, status: int | None = None) -> None:
        if status is not None:
            cls.by_status[status] = cls
            cls.status_code = status

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed if it is sent again: on 408, 409, 429 and from 500, by default.

        A server can decide it by `x-should-retry`. It is False if the server asks to wait longer than 120 seconds.
        """
        if self.code in NEVER_RETRIED or self.type in NEVER_RETRIED or (self.retry_after or 0) > LONGEST_RETRY_AFTER:
            return False
        told = self.headers.get("x-should-retry")
        if told in ("true", "false"):
            return bool(told == "true")
        return self.status_code in (408, 409, 429) or self.status_code >= 500

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks to wait: `retry-after-ms`, or `Retry-After` as seconds or a date.

        None if the server does not ask, and for 0 or a past date, after which all clients would retry at once.
        """
        text = self.headers.get("retry-after", "")
        for value, unit in ((self.headers.get("retry-after-ms", ""), 0.001), (text, 1.0)):
            with suppress(ValueError):
                seconds = float(value) * unit
                if seconds > 0:
                    return seconds
        # The standard library raises any of these for dates that it cannot compute.
        with suppress(ValueError, OverflowError, TypeError, IndexError):
            date = parsedate_tz(text)
            if date:
                seconds = mktime_tz(date) - time.time()
                return seconds if seconds > 0 else None
        return None


class BadRequestError(APIStatusError, status=400):
    """400: The server does not understand the request."""


class AuthenticationError(APIStatusError, status=401):
    """401: The credentials are missing, wrong or expired."""


class PermissionDeniedError(APIStatusError, status=403):
    """403: The credentials do not allow this."""


class NotFoundError(APIStatusError, status=404):
    """404: The requested object does not exist."""


class ConflictError(APIStatusError, status=409):
    """409: The request conflicts with another one."""


class UnprocessableEntityError(APIStatusError, status=422):
    """422: The server understands the request, but cannot carry it out."""


class RateLimitError(APIStatusError, status=429):
    """429: Too many requests, or a quota is used up."""


class InternalServerError(APIStatusError):
    """500 and above: the server, or a gateway before it, failed."""


def closed_response(
    status_code: int, headers: httpx.Headers, content: bytes, request: httpx.Request | None
) -> httpx.Response:
    """Return an httpx response with a body that was read and decompressed before."""
    # The headers are set afterwards: otherwise httpx would decompress the content again, and change its length.
    response = httpx.Response(status_code, content=content, request=request)
    response.headers = headers
    encoding = charset(headers.get("content-type", "")) or "utf-8"
    if encoding in _BYTE_ORDER_MARKS and not content.startswith(_BYTE_ORDER_MARKS[encoding]):
        encoding += "-le"  # httpx requires a byte order mark for `utf-16` and `utf-32`
    response.encoding = encoding
    return response


_BYTE_ORDER_MARKS = {
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}


def _restored(kind: type[APIError], arguments: tuple[Any, ...], state: dict[str, Any]) -> APIError:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    vars(error).update(state, body=restored(state["body"]))
    return error


def without_secrets(request: httpx.Request) -> httpx.Request:
    """Return a request with only the method, and the URL without user, password and query, for pickles."""
    return httpx.Request(request.method, request.url.copy_with(userinfo=b"", query=None, fragment=None))


def _request_of(response: httpx.Response) -> httpx.Request | None:
    try:
        return response.request
    except RuntimeError:  # the response was made without a request
        return None


def _content_of(response: httpx.Response) -> bytes:
    try:
        return response.content
    except httpx.ResponseNotRead:
        return b""


def _str(value: object) -> str | None:
    return value if isinstance(value, str) else None
