"""Build the errors of failed requests, whose messages say what the server answered and what to do."""

from __future__ import annotations

import json
import re
from http.client import responses as phrases
from typing import Any

import httpx

from .decoding import in_utf8
from .document import HINTS
from .errors import APIConnectionError, APIError, APIResponseValidationError, APIStatusError, APITimeoutError
from .request import Request
from .secrets import Secret, redacted, strip_frames, without_userinfo
from .tree import json_text

# A URL in a message. Some transports name the URL of the request, with its user, password and query.
_URL = r"((?:https?:)?//)(?:[^\s/@'\"]*@)?([^\s?'\"]*)(?:\?[^\s'\"]*)?"
_TIMEOUTS: dict[type[Exception], str] = {
    httpx.ConnectTimeout: "no connection could be made in time",
    httpx.PoolTimeout: "no connection became free in time",
}


def status_error(request: Request, base_url: str, response: httpx.Response, broken: str) -> APIStatusError:
    """Return the error of a response whose status is not 2xx.

    The message is found in these bodies: `{"error": {"message", "type", "param", "code"}}`, `{"error": "text"}`,
    `{"detail": ...}`, `{"message": ...}`, HTML (its title), and any other text.

    Args:
        base_url: The base URL without user and password, for the message.
        broken: Why the body cannot be shown; empty if it can.
    """
    status_code, body = response.status_code, None if broken else _body(response)
    message = _message(body)
    said = message
    if broken:
        said = f"its body cannot be read: {broken}"
    elif not message and 300 <= status_code < 400 and "location" in response.headers:
        target = _in_one_line(_without_secret_parts(response.headers["location"]).partition("?")[0][:200])
        said = (
            f"the server redirects to {target!r}, and redirects are not followed unless follow_redirects is set"
            " and the target is an http or https URL"
        )
    text = (
        f"{status_code} {phrases.get(status_code, '')}".strip()
        + f" from {request.route}"
        + (f": {_in_one_line(said)}" if said else "")
    )
    hint = HINTS.get(status_code, "")
    if status_code == 404 and not request.has_id:
        hint = f"Is the base URL right, including its path? It is {base_url}."
    details = body.get("error", body) if isinstance(body, dict) else body
    error = APIStatusError.of(status_code)(_sentences(text, hint, response), response=response, body=details)
    error.message = message or phrases.get(status_code, "")
    return error


def validation_error(
    request: Request, response: httpx.Response, reason: str, is_text: bool
) -> APIResponseValidationError:
    """Return the error of a 2xx response whose body does not follow its schema, for the given reason."""
    content_type, body = response.headers.get("content-type"), _body(response) if is_text else None
    hint = ""
    if isinstance(body, dict) and body.get("error"):
        reason = f"it is an error: {_in_one_line(_message(body))}"
    elif _is_html(body):
        reason = f"it is a web page: {_in_one_line(_message(body))}"
        hint = "Is the base URL that of the API, and not of a website or of a gateway's login page?"
    error = APIResponseValidationError(response, body)
    text = f"{response.status_code} from {request.route}, but the body is not what is declared: {reason}"
    details = (
        f"Content-Type: {content_type}; the body starts with {error.snippet!r}." if is_text and error.snippet else ""
    )
    error.message = _sentences(text, details + " " * bool(details and hint) + hint, response)
    error.args = (error.message,)
    return error


def connection_error(
    request: Request, error: Exception, base_url: str, timeout: object, secret: Secret
) -> APIConnectionError:
    """Return the error of a request without a complete response."""
    place = f"{request.route} at {httpx.URL(without_userinfo(base_url)).copy_with(path='/')}".rstrip("/")
    sent = httpx.Request(request.method, without_userinfo(base_url) + request.path)
    failure: APIConnectionError
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        what = _TIMEOUTS.get(type(error), "no complete response came in time")
        failure = APITimeoutError(sent, message=f"{place}: {what}; timeout={timeout!r}, in seconds.")
    else:
        first = _first_error(error)
        what = str(first) or f"the connection broke ({type(first).__name__})"
        hint = (
            ". Is the base URL right, and can this machine reach it?" if isinstance(error, httpx.ConnectError) else ""
        )
        failure = APIConnectionError(message=f"{place}: {_in_one_line(_redacted(secret, what))}{hint}", request=sent)
    failure.__cause__ = _without_secrets(error, secret, sent)
    return failure


def _first_error(error: BaseException) -> BaseException:
    """Return the first error of an exception group, which anyio raises if connecting fails."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def explain_deleted(error: APIError) -> None:
    """Add to the message of a 404 that an earlier attempt of the DELETE may have succeeded."""
    error.args = (f"{error} An attempt before this one, whose answer was lost, may have deleted it.",)


def _without_secrets(error: Exception, secret: Secret, request: httpx.Request) -> Exception | None:
    """Return the error without secrets, to be the `__cause__` of another; None if secrets cannot be removed."""
    strip_frames(error)
    text = str(error)
    shown = _redacted(secret, text)
    if isinstance(error, httpx.RequestError):
        error.__cause__ = error.__context__ = None
        error.request = request
        error.args = (shown,)
        return error
    return error if shown == text else None


def _redacted(secret: Secret, text: str) -> str:
    """Return the text of an error without the key, and without users, passwords and queries of URLs."""
    return _without_secret_parts(redacted(secret, text.encode("utf-8", "replace")).decode())


def _without_secret_parts(text: str) -> str:
    """Return a text without the users, passwords and queries of its URLs."""
    return re.sub(_URL, r"\1\2", text)


def _body(response: httpx.Response) -> Any:
    content = in_utf8(response.content, response.headers.get("content-type", ""))
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace").strip() or None


def _message(body: Any) -> str:
    """Return the server's message in a body."""
    if isinstance(body, dict):
        found = next((body[key] for key in ("error", "message", "detail") if body.get(key)), body)
        inner = found.get("message") if isinstance(found, dict) else found
        return inner if isinstance(inner, str) else json_text(inner or found, None) if found else ""
    if _is_html(body):
        # No repetition can match the start of the pattern, so the search is linear for any body.
        title = re.search(r"<title[^<>]*>([^<]*)</title", body, re.IGNORECASE)
        return " ".join(title[1].split()) if title else "an HTML page without a title"
    return body if isinstance(body, str) else "" if body is None else json_text(body, None)


def _is_html(body: Any) -> bool:
    return isinstance(body, str) and re.match(r"\s*<(!doctype|html|head|title|body)\b", body, re.IGNORECASE) is not None


def _in_one_line(message: str) -> str:
    """Return the start of a server's message, on one line and without control characters."""
    words = "".join(character if character.isprintable() else " " for character in message[:500]).split()
    return " ".join(words) + (" ..." if len(message) > 500 else "")


def _sentences(text: str, more: str, response: httpx.Response) -> str:
    if text[-1] not in ".!?":
        text += "."
    request_id = response.headers.get("x-request-id")
    shown_id = f"(request {_in_one_line(request_id)})" if request_id else ""
    return " ".join(part for part in (text, more, shown_id) if part)
