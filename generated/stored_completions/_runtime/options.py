# Generated from generator/runtime/options.py by `make generate`; do not edit.
"""The options of clients and calls: their defaults, and checks of their values."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any, TypedDict, cast

import httpx

from .deadlines import checked_timeout
from .document import BASE_URL
from .fork_lock import fork_lock
from .secrets import without_credentials
from .types import Timeout
from .unset import UNSET, Unset

TIMEOUT = httpx.Timeout(600, connect=5)
MAX_RETRIES = 2
MAX_RESPONSE_BYTES = 256 * 2**20


class ClientOptions(TypedDict, total=False):
    """The options of a client, as `Client` describes them."""

    base_url: str
    headers: Mapping[str, str] | None
    cookies: Mapping[str, str] | None
    query: Mapping[str, Any] | None
    paths: Mapping[str, str] | None
    timeout: Timeout
    max_retries: int
    max_response_bytes: int
    follow_redirects: bool
    verify_ssl: str | bool | ssl.SSLContext
    httpx_args: Mapping[str, Any] | None


class RequestOptions(TypedDict, total=False):
    """The options of a single call.

    Attributes:
        timeout: Seconds for each attempt, or an `httpx.Timeout`, or None for no limit.
        max_retries: How many times the request is sent again.
        extra_headers: Headers beside the client's.
        extra_query: Query parameters, which replace the client's and the operation's of the same name.
        extra_body: Properties of a JSON body, which replace those of the same name; a GET has no body to add them to.
    """

    timeout: Timeout | Unset
    max_retries: int | Unset
    extra_headers: Mapping[str, str] | None
    extra_query: Mapping[str, object] | None
    extra_body: Mapping[str, object] | None


def request_options(
    timeout: Timeout | Unset, max_retries: int | Unset, **extra: Mapping[str, object] | None
) -> RequestOptions:
    """Return the options without those that were left out."""
    given = {"timeout": timeout, "max_retries": max_retries}
    options = {name: value for name, value in given.items() if value is not UNSET}
    return cast(RequestOptions, {**options, **{name: value for name, value in extra.items() if value is not None}})


def merged_headers(*mappings: Mapping[str, str]) -> dict[str, str]:
    """Merge headers. Later ones replace earlier ones; the case of names does not matter. Bytes become str, as in httpx.

    Raises:
        TypeError: Headers are not a mapping.
    """
    merged: dict[str, tuple[str, str]] = {}
    for headers in mappings:
        if not isinstance(headers, Mapping):
            raise TypeError(f"Headers must be a mapping of names to values, not {type(headers).__name__}.")
        for name, value in headers.items():
            name, value = (_text(part) for part in (name, value))
            merged[str(name).lower()] = name, value
    return dict(merged.values())


def _text(part: Any) -> Any:
    return part.decode("latin-1") if isinstance(part, bytes) else part


def check_options(timeout: Timeout, max_retries: int) -> None:
    """Check options of a client or a call.

    Raises:
        TypeError: The timeout is not a number, an `httpx.Timeout` or None.
        ValueError: The timeout or `max_retries` is out of range.
    """
    checked_timeout(timeout)
    if not is_whole(max_retries) or max_retries < 0:
        raise ValueError(
            f"max_retries must be a whole number from 0, which sends each request once, not {max_retries!r}."
        )


def is_whole(number: object) -> bool:
    """Return whether a value is an int and not a bool."""
    return isinstance(number, int) and not isinstance(number, bool)


def without_query(url: httpx.URL) -> str:
    """Return a base URL as a str without query, fragment and final slash, so that paths can be appended."""
    return str(url.copy_with(query=None, fragment=None)).rstrip("/")


def checked_url(text: str) -> httpx.URL:
    """Parse a base URL.

    Raises:
        ValueError: No request can be sent to the URL.
    """
    try:
        url = httpx.URL(text)
        with fork_lock:
            url.host.encode("idna")  # the first call imports the codec
    except (httpx.InvalidURL, UnicodeError) as error:
        shown = without_credentials(str(text))
        # httpx's reason may show a part of a password.
        reason = error if shown == text else f"{shown} (are its user and password percent-encoded?)"
        raise ValueError(f"base_url is not a URL: {reason}") from None
    if not 0 <= (url.port or 0) < 2**16:
        raise ValueError(f"base_url has the port {url.port}, but ports are numbers from 0 to 65535.")
    if not url.is_absolute_url and text == BASE_URL:
        relative = f"its server is {text!r}, which names no host" if text else "it names no server"
        raise ValueError(f"base_url must be given: the API's spec does not say where the API is ({relative}).")
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("base_url must start with http:// or https:// and name a host.")
    return url
