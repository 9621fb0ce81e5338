"""The errors that the endpoints and the clients raise.

Each error can be constructed, to fake it in tests, and can be copied and pickled. A pickle holds the whole response; of
the request, it holds the method and the URL without user, password and query.
"""

from __future__ import annotations

import codecs
import time
from contextlib import suppress
from email.utils import mktime_tz, parsedate_tz
from typing import Any, ClassVar, cast

import httpx

from .decoding import charset
from .tree import flat, restored


class Error(Exception):
    """The base of this package's errors: `APIError` for what the server does, `CredentialsError` for missing keys."""


class CredentialsError(Error, ValueError):
    """A client was given no credentials, or two kinds of them."""


class APIError(Error):
    """The base of all errors that a request can end in.

    Attributes:
        message: What went wrong, in the server's words where it gave any.
        body: The error as the response describes it: the value of `error` in a JSON object, else the JSON value, else
            the text; None when the body is empty.
        type: The kind of error, if the body names one.
        param: The parameter that the server objects to, if the body names one.
        code: The code of the error, if the body has one.
        retries_taken: How often the request was sent again before this was raised.
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
            RuntimeError: the error was made without one; httpx raises the same for a response without one.
        """
        if self._request is None:
            raise RuntimeError("This error was made without a request.")
        return self._request

    def __reduce__(self) -> tuple[Any, ...]:
        # `__init__` takes other arguments than `args` has. pickle recurses, and a body may be deeper than that goes.
        state = {**vars(self), "body": flat(self.body), "_request": self._request and without_secrets(self._request)}
        return _restored, (type(self), self.args, state)


class PagingError(APIError, RuntimeError):
    """There is no next page, or the server does not say where it starts."""


class APIConnectionError(APIError):
    """No response came: the server could not be reached, or the connection broke. `__cause__` has httpx's error."""

    def __init__(self, *, message: str = "Connection error.", request: httpx.Request | None = None) -> None:
        super().__init__(message, request)


class APITimeoutError(APIConnectionError):
    """No complete response came within the timeout."""

    def __init__(self, request: httpx.Request | None = None, *, message: str = "Request timed out.") -> None:
        super().__init__(message=message, request=request)


class APIResponseError(APIError):
    """A response came, but not the one that was asked for.

    Attributes:
        response: The response, read and without the credentials; `response.request` is the request.
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
        """The id that the server's support finds the request by, if the server sent one."""
        return cast("str | None", self.response.headers.get("x-request-id"))

    def __reduce__(self) -> tuple[Any, ...]:
        restore, (kind, arguments, state) = super().__reduce__()
        content, request = _content_of(self.response), state["_request"]
        response = closed_response(self.response.status_code, self.response.headers, content, request)
        return restore, (kind, arguments, {**state, "response": response})


class APIResponseValidationError(APIResponseError):
    """The status is 2xx, but the body is not what the document declares."""

    def __init__(self, response: httpx.Response, body: object | None, *, message: str | None = None) -> None:
        super().__init__(message or "The response is not what the document declares.", response=response, body=body)

    @property
    def content_type(self) -> str | None:
        """The header `Content-Type`, if the server sent it."""
        return cast("str | None", self.response.headers.get("content-type"))

    @property
    def snippet(self) -> str:
        """The first characters of the body."""
        return _content_of(self.response)[:200].decode("utf-8", "replace")


class APIStatusError(APIResponseError):
    """The status is not 2xx."""

    by_status: ClassVar[dict[int, type[APIStatusError]]] = {}

    @classmethod
    def of(cls, status_code: int) -> type[APIStatusError]:
        """Return the class of errors for a status."""
        return cls.by_status.get(status_code, InternalServerError if status_code >= 500 else APIStatusError)

    def __init_subclass__(cls, *, status: int | None = None) -> None:
        if status is not None:
            cls.by_status[status] = cls
            cls.status_code = status

    @property
    def retry_after(self) -> float | None:
        """Seconds that the server asks to wait: `retry-after-ms`, or `Retry-After` as seconds or a date.

        None if it asks for none, and for 0 and a date in the past: all clients would come back at the same moment.
        """
        text = self.headers.get("retry-after", "")
        for value, unit in ((self.headers.get("retry-after-ms", ""), 0.001), (text, 1.0)):
            with suppress(ValueError):
                seconds = float(value) * unit
                if seconds > 0:
                    return seconds
        # Dates that the standard library cannot count raise several errors.
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
    """404: What was asked for does not exist."""


class ConflictError(APIStatusError, status=409):
    """409: Another request changed the same thing."""


class UnprocessableEntityError(APIStatusError, status=422):
    """422: The server understands the request and cannot carry it out."""


class RateLimitError(APIStatusError, status=429):
    """429: Too many requests, or a quota is used up."""


class InternalServerError(APIStatusError):
    """500 and above: the server, or a gateway before it, failed."""


def closed_response(
    status_code: int, headers: httpx.Headers, content: bytes, request: httpx.Request | None
) -> httpx.Response:
    """Return a response whose body was read and decoded already."""
    # The headers are set afterwards: with them httpx would decode the content again, and compute its length.
    response = httpx.Response(status_code, content=content, request=request)
    response.headers = headers
    encoding = charset(headers.get("content-type", "")) or "utf-8"
    if encoding in _BYTE_ORDER_MARKS and not content.startswith(_BYTE_ORDER_MARKS[encoding]):
        encoding += "-le"  # httpx refuses to read it without a mark
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
    """Return the request that a pickle holds: the method, and the URL without user, password and query."""
    return httpx.Request(request.method, request.url.copy_with(userinfo=b"", query=None, fragment=None))


def _request_of(response: httpx.Response) -> httpx.Request | None:
    try:
        return response.request
    except RuntimeError:  # httpx raises it where a response was made without one
        return None


def _content_of(response: httpx.Response) -> bytes:
    try:
        return response.content
    except httpx.ResponseNotRead:
        return b""


def _str(value: object) -> str | None:
    return value if isinstance(value, str) else None
