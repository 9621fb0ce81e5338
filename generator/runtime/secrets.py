"""The credentials: checked before they are sent, and hidden in everything that is shown."""

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

# Compiled when they are first needed, and kept: `re` keeps no more than some hundred of a whole program's.
_pattern = cache(re.compile)
_TOKEN = r"[!-~](?:[ -~]*[!-~])?"
_NAME = r"[-!#$%&'*+.^_`|~0-9A-Za-z]+"
# What the values of headers and cookies may be, and what they have to be without.
_VALUES = {
    "header": (r"([!-~]([\t -~]*[!-~])?)?", "line breaks"),
    "cookie": (r"[!-:<-~]([ -:<-~]*[!-:<-~])?|", "semicolons, line breaks"),
}
# What httpx says of the body itself: another length breaks the connection.
_OF_THE_BODY = frozenset({"content-length", "transfer-encoding"})
# The modules whose frames hold requests: see `without_frames`.
_HOLDING = frozenset(
    {__name__.partition(".")[0], "httpx", "httpcore", "httpx2", "httpcore2", "h11", "h2", "anyio", "asyncio", "trio"}
    | {"aiohttp", "httpx_aiohttp", "ssl", "socket", "contextlib", "encodings"}
)


class Secret:
    """A str that no repr and no traceback shows.

    Attributes:
        others: Those that the same request has besides.
    """

    __slots__ = ("_value", "others")

    def __init__(self, value: str) -> None:
        self._value = value
        self.others: tuple[Secret, ...] = ()

    def reveal(self) -> str:
        """Return the str, for a header."""
        return self._value

    def __repr__(self) -> str:
        return "'***'"


def concealed(function: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function so that no traceback out of it shows its arguments: a key may be among them."""

    @wraps(function)
    def called(*arguments: P.args, **options: P.kwargs) -> T:
        try:
            return function(*arguments, **options)
        except Exception as error:  # noqa: BLE001 - it is raised again
            reason = error.with_traceback(None)
        del arguments, options
        raise reason

    return called


@concealed
def checked_token(token: object) -> Secret:
    """Return a key that can be sent, or refuse it without showing it.

    Raises:
        TypeError: it is not a str.
        ValueError: it is empty, or no header can hold it.
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


@concealed
def checked_values(kind: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Return headers or cookies that can be sent, or refuse them without showing a value: it may be a secret.

    Args:
        kind: `header` or `cookie`.

    Raises:
        ValueError: a name or a value cannot be sent.
    """
    allowed, breaks = _VALUES[kind]
    for name in values:
        if not isinstance(name, str) or not _pattern(_NAME).fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a {kind}.")
        if kind == "header" and name.lower() in _OF_THE_BODY:
            raise ValueError(f"The header {name} describes the body and cannot be set: leave it out.")
        if not isinstance(values[name], str):
            raise ValueError(f"The {kind} {name} must be a str, not {type(values[name]).__name__}.")
        if not _pattern(allowed).fullmatch(values[name]):
            raise ValueError(f"The {kind} {name} must be a str in ASCII, without {breaks} or white space at its ends.")
    return values


def hidden(secret: Secret, text: bytes) -> bytes:
    """Return a server's text with the key hidden: some servers repeat the key that they refuse.

    The key is found unescaped, escaped as in JSON, in HTML and in URLs, also when it was escaped several times, and in
    base64. Of a key `user:password`, the password is found on its own too.
    """
    for other in secret.others:
        text = hidden(other, text)
    key = secret.reveal()
    for part in (key, key.partition(":")[2]):
        # What is shorter is no key, but a word that a server may use on its own.
        if len(part) >= 6:
            text = text.replace(part.encode(), b"***")
            text = _escaped(part).sub(b"***", text) if re.search(rb"[\\%&+]", text) else text
            for run, pattern in _in_base64(part):
                text = pattern.sub(b"***", text) if run in text else text
    return text


@lru_cache(maxsize=8)
def _escaped(secret: str) -> re.Pattern[bytes]:
    """Return what finds a secret, each of its characters escaped in some way."""
    return re.compile("".join(map(_ways, secret)).encode())


@lru_cache(maxsize=8)
def _in_base64(secret: str) -> list[tuple[bytes, re.Pattern[bytes]]]:
    """Return what finds a secret in base64 that it is a part of, each with letters that have to be there."""
    found = {}
    for before in range(3):
        for others in (b"+/", b"-_"):
            text = b64encode(bytes(before) + secret.encode(), others).decode()
            # The characters beside these hold bits of the secret, and of what stands beside it.
            own = text[before and before + 1 : (before + len(secret)) * 8 // 6]
            pattern = "".join(character if character.isalnum() else _ways(character) for character in own)
            found[own] = rf"[\w+/-]?{pattern}[\w+/-]?(?:{_ways('=')}){{0,2}}"
    runs = {own: max(re.split(r"\W|_", own), key=len) for own in found}
    return [(runs[own].encode(), re.compile(pattern.encode())) for own, pattern in found.items()]


@cache
def _ways(character: str) -> str:
    """Return a pattern for a character, escaped or not."""
    with fork_lock:
        from html.entities import html5  # noqa: PLC0415 - no call that succeeds needs it

    code = ord(character)
    hexadecimal = "".join(f"[{digit.upper()}{digit}]" for digit in f"{code:02x}")
    names = [re.escape(name.rstrip(";")) for name, meant in html5.items() if meant == character]
    also = r"|\+" if character == " " else ""  # as a form has it
    entity = "|".join([f"#0{{0,6}}{code}", f"#[xX]0{{0,6}}{hexadecimal}", *names])
    # The repetitions have bounds, so that no text takes long.
    return (
        rf"(?:{re.escape(character)}|\\{{1,32}}(?:{re.escape(character)}|u00{hexadecimal}|x{hexadecimal})"
        rf"|%(?:25){{0,4}}{hexadecimal}|&(?:amp;){{0,4}}(?:{entity});?{also})"
    )


def hidden_in_headers(secret: Secret, headers: httpx.Headers) -> httpx.Headers:
    """Return headers with the key hidden."""
    return httpx.Headers([(name, hidden(secret, value)) for name, value in headers.raw])


def without_frames(error: BaseException) -> None:
    """Remove the frames of an error's traceback that hold a request and its credentials, but not the caller's own."""
    waiting, seen = [error], {id(error)}
    for raised in waiting:  # it grows in the loop
        frames, kept = [], None
        traceback = raised.__traceback__
        while traceback is not None:
            frames.append(traceback)
            traceback = traceback.tb_next
        for frame in reversed(frames):
            if frame.tb_frame.f_globals.get("__name__", "").partition(".")[0] not in _HOLDING:
                kept = TracebackType(kept, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
        raised.__traceback__ = kept
        for below in (raised.__cause__, raised.__context__, *getattr(raised, "exceptions", ())):
            if isinstance(below, BaseException) and id(below) not in seen:
                seen.add(id(below))
                waiting.append(below)


def without_user(url: str) -> str:
    """Return a URL without the user and password that it may have, to be raised."""
    return str(httpx.URL(url).copy_with(userinfo=b""))


def warn_if_readable(base_url: str) -> None:
    """Warn, once for each host, that a key is about to be sent over a network without encryption."""
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
