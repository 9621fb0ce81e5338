# Generated from generator/runtime/secrets.py by `make generate`; do not edit.
"""Credentials: check them before they are sent, and redact them in everything that people see."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache, lru_cache, wraps
from ipaddress import ip_address
from types import TracebackType
from typing import ParamSpec, TypeVar

import httpx

from .fork_lock import fork_lock
from .warning import warn_caller

P = ParamSpec("P")
T = TypeVar("T")

# Patterns are compiled on first use, and cached here: the cache of `re` is small, and shared with the whole program.
_pattern = cache(re.compile)
_TOKEN = r"[!-~](?:[ -~]*[!-~])?"
_NAME = r"[-!#$%&'*+.^_`|~0-9A-Za-z]+"
# Patterns of valid values of headers and cookies, and the characters that a message names as invalid.
_VALUES = {
    "header": (r"([!-~]([\t -~]*[!-~])?)?", "line breaks"),
    "cookie": (r"[!-:<-~]([ -:<-~]*[!-:<-~])?|", "semicolons, line breaks"),
}
# httpx sets these to fit the body: another length would break the connection.
_FRAMING_HEADERS = frozenset({"content-length", "transfer-encoding"})
# The packages whose frames in a traceback may hold a request with its credentials.
PACKAGES_WITH_REQUESTS = frozenset(
    {__name__.partition(".")[0], "httpx", "httpcore", "httpx2", "httpcore2", "h11", "h2", "anyio", "asyncio", "trio"}
    | {"aiohttp", "httpx_aiohttp", "ssl", "socket", "contextlib", "encodings"}
)


class Secret:
    """A key whose repr is stars.

    Attributes:
        others: Further keys that the same request is sent with.
    """

    __slots__ = ("_value", "others")

    def __init__(self, value: str) -> None:
        self._value = value
        self.others: tuple[Secret, ...] = ()

    def reveal(self) -> str:
        """Return the key as a plain str."""
        return self._value

    def __repr__(self) -> str:
        return "'***'"


def hides_arguments(function: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function so that its arguments, which may include a key, are in no traceback of its errors."""

    @wraps(function)
    def called(*arguments: P.args, **options: P.kwargs) -> T:
        try:
            return function(*arguments, **options)
        except Exception as error:  # noqa: BLE001 - it is raised again
            reason = error.with_traceback(None)
            if reason.__suppress_context__:
                reason.__context__ = None  # crash reports may show what `from None` suppresses
        del arguments, options
        raise reason

    return called


@hides_arguments
def checked_token(token: object) -> Secret:
    """Return the key as a `Secret`; no error message shows the key.

    Raises:
        TypeError: The key is not a str.
        ValueError: The key is empty, or has characters that a header cannot hold.
    """
    if not isinstance(token, str):
        raise TypeError(f"The API key must be a str, not {type(token).__name__}.")
    if _pattern(_TOKEN).fullmatch(token):
        return Secret(token)
    if not token:
        raise ValueError("The API key is empty. (A pickled client leaves its key behind, unless pickle_token is set.)")
    if token != token.strip():
        raise ValueError("The API key has white space at its ends: was it read from a file? Strip it.")
    raise ValueError("The API key has characters that no header can hold: control characters, or other than ASCII.")


@hides_arguments
def checked_values(kind: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Return headers or cookies unchanged if they can be sent; no error message shows a value.

    Args:
        kind: `header` or `cookie`.

    Raises:
        ValueError: A name or a value cannot be sent.
    """
    allowed, breaks = _VALUES[kind]
    for name in values:
        if not isinstance(name, str) or not _pattern(_NAME).fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a {kind}.")
        if kind == "header" and name.lower() in _FRAMING_HEADERS:
            raise ValueError(f"The header {name} describes the body and cannot be set: leave it out.")
        if not isinstance(values[name], str):
            raise ValueError(f"The {kind} {name} must be a str, not {type(values[name]).__name__}.")
        if not _pattern(allowed).fullmatch(values[name]):
            raise ValueError(f"The {kind} {name} must be a str in ASCII, without {breaks} or white space at its ends.")
    return values


def redacted(secret: Secret, text: bytes) -> bytes:
    """Replace a key in a server's text by stars: some servers repeat the key that they refuse.

    The key is found as plain text, escaped for JSON, HTML or URLs (also several times over), and in base64. Of a key
    `user:password`, the password alone is found too.
    """
    for other in secret.others:
        text = redacted(other, text)
    key = secret.reveal()
    for part in (key, key.partition(":")[2]):
        # A shorter text may be an ordinary word in the server's message.
        if len(part) >= 6:
            text = text.replace(part.encode(), b"***")
            text = _escaped(part).sub(b"***", text) if re.search(rb"[\\%&+]", text) else text
            for run, pattern in _in_base64(part):
                text = pattern.sub(b"***", text) if run in text else text
    return text


@lru_cache(maxsize=8)
def _escaped(secret: str) -> re.Pattern[bytes]:
    """Compile a pattern that finds a secret in which any character may be escaped."""
    return re.compile("".join(map(_escapes, secret)).encode())


@lru_cache(maxsize=8)
def _in_base64(secret: str) -> list[tuple[bytes, re.Pattern[bytes]]]:
    """Compile patterns that find a secret inside longer base64 text.

    Each pattern comes with a piece of text that all its matches contain, for a fast check before the search.
    """
    found = {}
    for before in range(3):
        for others in (b"+/", b"-_"):
            text = b64encode(bytes(before) + secret.encode(), others).decode()
            # The characters at the edges also encode bits of the text around the secret, so they can be any.
            own = text[before and before + 1 : (before + len(secret)) * 8 // 6]
            pattern = "".join(character if character.isalnum() else _escapes(character) for character in own)
            found[own] = rf"[\w+/-]?{pattern}[\w+/-]?(?:{_escapes('=')}){{0,2}}"
    runs = {own: max(re.split(r"\W|_", own), key=len) for own in found}
    return [(runs[own].encode(), re.compile(pattern.encode())) for own, pattern in found.items()]


@cache
def _escapes(character: str) -> str:
    """Return a pattern for a character, as plain text or escaped."""
    with fork_lock:
        from html.entities import html5  # noqa: PLC0415 - only failed calls need it

    code = ord(character)
    hexadecimal = "".join(f"[{digit.upper()}{digit}]" for digit in f"{code:02x}")
    names = [re.escape(name.rstrip(";")) for name, meant in html5.items() if meant == character]
    also = r"|\+" if character == " " else ""  # forms write a space as `+`
    entity = "|".join([f"#0{{0,6}}{code}", f"#[xX]0{{0,6}}{hexadecimal}", *names])
    # Bounded repetitions keep the search linear for any text.
    return (
        rf"(?:{re.escape(character)}|\\{{1,32}}(?:{re.escape(character)}|u00{hexadecimal}|x{hexadecimal})"
        rf"|%(?:25){{0,4}}{hexadecimal}|&(?:amp;){{0,4}}(?:{entity});?{also})"
    )


def redacted_headers(secret: Secret, headers: httpx.Headers) -> httpx.Headers:
    """Return a copy of headers with the key replaced by stars."""
    return httpx.Headers([(name, redacted(secret, value)) for name, value in headers.raw])


def strip_frames(error: BaseException) -> None:
    """Remove from an error's tracebacks the frames that may hold credentials; the caller's own frames stay."""
    waiting, seen = [error], {id(error)}
    for raised in waiting:  # the loop appends to it
        frames, kept = [], None
        traceback = raised.__traceback__
        while traceback is not None:
            frames.append(traceback)
            traceback = traceback.tb_next
        for frame in reversed(frames):
            if _module(frame).partition(".")[0] not in PACKAGES_WITH_REQUESTS:
                kept = TracebackType(kept, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
        raised.__traceback__ = kept
        for below in (raised.__cause__, raised.__context__, *getattr(raised, "exceptions", ())):
            if isinstance(below, BaseException) and id(below) not in seen:
                seen.add(id(below))
                waiting.append(below)


def origin(error: BaseException) -> str:
    """Return the name of the module whose code raised an error; empty if no traceback says so."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return "" if traceback is None else _module(traceback)


def _module(traceback: TracebackType) -> str:
    return str(traceback.tb_frame.f_globals.get("__name__", ""))


def without_userinfo(url: str) -> str:
    """Return a URL without the user and password, to be shown in a message."""
    return str(httpx.URL(url).copy_with(userinfo=b""))


def without_credentials(url: str) -> str:
    """Return a URL that may be invalid with stars in place of its user and password, to be shown in a message."""
    return re.sub(r"(?is)^([a-z][a-z0-9+.-]*://)?.*@", r"\1***@", url)


def warn_if_unencrypted(base_url: str) -> None:
    """Warn, once for each host, that the key is sent over a network without encryption."""
    url = httpx.URL(base_url)
    if url.scheme != "https" and not _is_loopback(url.host):
        _warn_of(url.host)


@cache
def _warn_of(host: str) -> None:
    warn_caller(f"The API key is sent to {host} unencrypted: use https://.", UserWarning)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
