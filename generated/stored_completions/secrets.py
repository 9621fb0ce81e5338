# Generated from runtime/secrets.py by `make generate`; do not edit.
"""The credentials: checked before they are sent, and hidden in whatever is shown."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from ipaddress import ip_address

import httpx

Token = str | Callable[[], str] | Callable[[], Awaitable[str]]

_PACKAGE = __file__.removesuffix("secrets.py")
_HEADER_NAME = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"([!-~]([\t -~]*[!-~])?)?")


def checked_token(token: object) -> str:
    """Return a key that can be sent, or refuse it without showing it.

    Raises:
        TypeError: it is not a str.
        ValueError: it is empty, or no header can hold it.
    """
    if not isinstance(token, str):
        raise TypeError(f"The API key must be a str, not {type(token).__name__}.")
    if not token:
        raise ValueError(
            "The API key is empty. (A client that was pickled leaves its key behind, unless told otherwise.)"
        )
    if token != token.strip():
        raise ValueError("The API key has white space at its ends: was it read from a file? Strip it.")
    if not all("!" <= character <= "~" for character in token):
        raise ValueError("The API key has characters that no header can hold: white space, or other than ASCII.")
    return token


def checked_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return headers that can be sent, or refuse them without showing a value: it may be a secret.

    Raises:
        ValueError: a name or a value cannot be sent.
    """
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a header.")
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            raise ValueError(
                f"The header {name} must be a str in ASCII, without line breaks or white space at its ends."
            )
    return headers


def hidden(secret: str, text: bytes) -> bytes:
    """Return what may be shown of a text: some servers repeat the key that they refuse."""
    # What is shorter is no key, but a word that a server may use on its own.
    return text.replace(secret.encode(), b"***") if len(secret) >= 6 else text


def hidden_in_headers(secret: str, headers: httpx.Headers) -> httpx.Headers:
    """Return what may be shown of headers."""
    return httpx.Headers([(name, hidden(secret, value)) for name, value in headers.raw])


def without_user(url: str) -> str:
    """Return a URL that may be shown: the user and the password that it may have are left out."""
    return str(httpx.URL(url).copy_with(userinfo=b""))


def warn_if_readable(base_url: str) -> None:
    """Warn, once a host, where a key is about to be sent without encryption over a network."""
    url = httpx.URL(base_url)
    if url.scheme != "https" and not _is_loopback(url.host):
        _warn_of(url.host)


@cache
def _warn_of(host: str) -> None:
    # The line that is blamed is the caller's, below this package and the `__init__` that attrs makes.
    level, frame, inside = 1, sys._getframe(), (_PACKAGE, "<attrs")
    while frame.f_back and frame.f_code.co_filename.startswith(inside):
        level, frame = level + 1, frame.f_back
    warnings.warn(f"The API key is sent to {host} unencrypted: use https://.", UserWarning, stacklevel=level)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
