# Generated from openapi.yaml by `make generate`; do not edit.
"""What the endpoints and the clients raise. Each error can be copied and pickled, and none holds the credentials."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

import httpx


class APIError(Exception):
    """What all errors of this package have in common.

    Attributes:
        message: What went wrong, in the server's words where it gave any.
        retries_taken: How often the request was sent again before this was raised.
    """

    message: str
    retries_taken: int = 0

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class APIConnectionError(APIError):
    """No response came: the server could not be reached, or the connection broke. `__cause__` has httpx's error."""


class APITimeoutError(APIConnectionError):
    """No whole response came within the time-out."""


class APIResponseError(APIError):
    """A response came, and it is not what was asked for.

    Attributes:
        status_code: The HTTP status.
        headers: The HTTP headers of the response.
        request_id: The id by which the server's support finds the request, if the server gave one.
        body: The body: its JSON value, else its text; None when it is empty.
    """

    status_code: int
    headers: httpx.Headers
    request_id: str | None
    body: Any


class APIResponseValidationError(APIResponseError):
    """The status is 2xx, and the body is not the JSON that was promised.

    Attributes:
        content_type: What the server says the body is, if it says so.
        snippet: The first characters of the body.
    """

    content_type: str | None
    snippet: str


class APIStatusError(APIResponseError):
    """The status is not 2xx.

    Attributes:
        type: The kind of error, if the body names one.
        param: The parameter that the server objects to, if the body names one.
        code: The code of the error, if the body has one.
    """

    type: str | None
    param: str | None
    code: str | int | None


class BadRequestError(APIStatusError):
    """400: The server does not understand the request."""


class AuthenticationError(APIStatusError):
    """401: The credentials are missing, wrong or expired."""


class PermissionDeniedError(APIStatusError):
    """403: The credentials do not allow this."""


class NotFoundError(APIStatusError):
    """404: What was asked for does not exist."""


class ConflictError(APIStatusError):
    """409: Another request changed the same thing."""


class UnprocessableEntityError(APIStatusError):
    """422: The server understands the request and cannot carry it out."""


class RateLimitError(APIStatusError):
    """429: Too many requests, or a quota is used up."""


class InternalServerError(APIStatusError):
    """500 and above: the server, or a gateway before it, failed."""


_CLASSES: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}

_HINTS: dict[int, str] = {
    401: "Check the API key and the organization and project that it belongs to.",
    404: "Only completions that were created with `store=true` can be retrieved, and they may take a moment to appear.",
    405: "Storing completions may not be enabled for this account or server.",
    429: "Slow down, or check the plan and billing details if the quota is used up.",
}


def status_error(request: str, status_code: int, headers: httpx.Headers, content: bytes) -> APIStatusError:
    """The error of a response whose status is not 2xx.

    Args:
        request: The method and the path, for the message.
        content: The body. These shapes are understood: `{"error": {"message", "type", "param", "code"}}`,
            `{"error": "text"}`, `{"detail": ...}`, `{"message": ...}`, HTML (its title), any text, nothing.
    """
    body = _body(content)
    details = body.get("error", body) if isinstance(body, dict) else body
    message = _message(body)
    said = message
    if not message and 300 <= status_code < 400 and "location" in headers:
        said = "the server redirects, and redirects are not followed unless follow_redirects is set"
    text = f"{status_code} {_phrase(status_code)}".strip() + f" from {request}" + (f": {_shown(said)}" if said else "")
    default = InternalServerError if status_code >= 500 else APIStatusError
    error = _CLASSES.get(status_code, default)(_sentences(text, _HINTS.get(status_code, ""), headers))
    error.message = message or _phrase(status_code)
    _describe(error, status_code, headers, body)
    error.type = _text(details, "type")
    error.param = _text(details, "param")
    code = details.get("code") if isinstance(details, dict) else None
    error.code = code if isinstance(code, str | int) else None
    return error


def validation_error(
    request: str, status_code: int, headers: httpx.Headers, content: bytes, reason: str
) -> APIResponseValidationError:
    """The error of a 2xx response whose body is not what was promised; `reason` says in what way."""
    content_type, body = headers.get("content-type"), _body(content)
    snippet = content[:200].decode("utf-8", "replace")
    hint = ""
    if isinstance(body, dict) and body.get("error"):
        reason = f"it is an error: {_shown(_message(body))}"
    elif _is_html(body):
        reason = f"it is a web page: {_shown(_message(body))}"
        hint = "Is the base URL that of the API, and not of a website or of a gateway's login page?"
    text = f"{status_code} from {request}, but the body is not what was promised: {reason}"
    facts = f"Content-Type: {content_type}; the body starts with {snippet!r}." if snippet else ""
    error = APIResponseValidationError(_sentences(text, facts + " " * bool(facts and hint) + hint, headers))
    error.content_type, error.snippet = content_type, snippet
    _describe(error, status_code, headers, body)
    return error


def _describe(error: APIResponseError, status_code: int, headers: httpx.Headers, body: Any) -> None:
    error.status_code, error.headers, error.body = status_code, headers, body
    error.request_id = headers.get("x-request-id")


def _body(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace").strip() or None


def _message(body: Any) -> str:
    """What a body says to a person, in whichever shape it says it."""
    if isinstance(body, dict):
        found = next((body[key] for key in ("error", "message", "detail") if body.get(key)), body)
        inner = found.get("message") if isinstance(found, dict) else found
        return inner if isinstance(inner, str) else json.dumps(inner or found) if found else ""
    if _is_html(body):
        title = re.search(r"<title[^>]*>(.*?)</title>", body, re.IGNORECASE | re.DOTALL)
        return " ".join(title[1].split()) if title else "an HTML page without a title"
    return body if isinstance(body, str) else "" if body is None else json.dumps(body)


def _is_html(body: Any) -> bool:
    return isinstance(body, str) and re.match(r"\s*<(!doctype|html|head|title|body)\b", body, re.IGNORECASE) is not None


def _shown(message: str) -> str:
    """The start of a server's words, in one line and without what a terminal would obey."""
    words = "".join(character if character.isprintable() else " " for character in message[:500]).split()
    return " ".join(words) + (" ..." if len(message) > 500 else "")


def _sentences(text: str, more: str, headers: httpx.Headers) -> str:
    if text[-1] not in ".!?":
        text += "."
    request_id = headers.get("x-request-id")
    return " ".join(part for part in (text, more, f"(request {_shown(request_id)})" if request_id else "") if part)


def _text(details: Any, key: str) -> str | None:
    value = details.get(key) if isinstance(details, dict) else None
    return value if isinstance(value, str) else None


def _phrase(status_code: int) -> str:
    try:
        return HTTPStatus(status_code).phrase
    except ValueError:
        return ""
