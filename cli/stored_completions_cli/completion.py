"""A completion as the server sent it: its JSON text, and the properties that the command needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from unicodedata import category

from stored_completions.models import ChatCompletion
from stored_completions_cli import jsontext

NO_ID = "sha256:"  # the prefix of keys that are made for completions without an id
LONGEST_ID = 5000  # characters; fits into a URL when percent-encoded
# Unix seconds. Servers that do not know when a completion was created send 0, and some count milliseconds.
_EARLIEST, _LATEST = 86400, 10**11
EMPTY_PAGE = "the server says that more follows, and sent an empty page, twice"


@dataclass(frozen=True, slots=True)
class Completion:
    """A stored completion.

    Attributes:
        id: The id, or a key made by `key_of` if the server sent no valid id.
        created: Unix seconds, or None if the server sent no plausible time.
        text: The JSON object as received, on one line; empty if it was not fetched.
        model: The model, or None if the server sent no string.
        metadata: The metadata, or None if the server sent no JSON object.
        problem: Why this is not a complete completion; empty if it is one.
        messages: The JSON array of its messages as received, on one line; None if they were not fetched.
    """

    id: str
    created: int | None = None
    text: str = ""
    model: str | None = None
    metadata: Mapping[str, Any] | None = None
    problem: str = ""
    messages: str | None = None

    @property
    def has_id(self) -> bool:
        """Whether the server sent an id that a request can name."""
        return not self.id.startswith(NO_ID)

    @property
    def has_messages(self) -> bool:
        """Whether the JSON object contains the messages."""
        messages = json.loads(self.text).get("messages") if '"messages"' in self.text else None
        return isinstance(messages, list) and bool(messages)


def received(value: object, text: str) -> Completion:
    """Make a completion from a response or an item of a page, and check it.

    Args:
        value: The decoded value: a model, unless the server sent something else than an object.
        text: The JSON text.
    """
    text = jsontext.on_one_line(text.strip(" \t\r\n"))
    if not isinstance(value, ChatCompletion):
        return Completion(key_of(None, text), None, text, problem="it is not a JSON object")
    completion_id, created, model, metadata = (member(value, name) for name in ("id", "created", "model", "metadata"))
    return Completion(
        key_of(completion_id, text),
        created if isinstance(created, int) and _EARLIEST <= created < _LATEST else None,
        text,
        model if isinstance(model, str) else None,
        metadata if isinstance(metadata, Mapping) else None,
        _problem(value),
    )


def unreadable(text: str, reason: str) -> Completion:
    """Make a completion from JSON that Python cannot decode, for example because it is nested too deeply."""
    completion_id = jsontext.members(text).get("id", "")
    completion_id = json.loads(completion_id) if completion_id.startswith('"') else ""
    text = jsontext.on_one_line(text)
    return Completion(key_of(completion_id, text), None, text, problem=f"it cannot be read: {reason}")


def unlisted(after: str | None) -> Completion:
    """Make a placeholder for the completions missing from an empty page, so that the next run lists the page again."""
    return Completion(key_of(None, f"after {after}"), problem=f"{EMPTY_PAGE} (after {after or 'the start'})")


def member(value: Any, name: str) -> Any:
    """Return a property of a model or a JSON object by its name on the wire; None if it is absent."""
    return value[name] if name in value else None  # noqa: SIM401 - a model has no `get`


def key_of(completion_id: object, text: str) -> str:
    """Return a valid id unchanged, or else a key made of the hash of the completion's text."""
    return completion_id if is_id(completion_id) else f"{NO_ID}{hashlib.sha256(jsontext.encode(text)).hexdigest()}"


def is_id(value: object) -> TypeGuard[str]:
    """Return whether a value is an id that a request can name."""
    if not isinstance(value, str) or value in ("", ".", "..") or len(value) > LONGEST_ID:
        return False
    return not any(category(character) in ("Cc", "Cs") for character in value)


def error_in(value: Mapping[str, Any] | Any) -> str:
    """Describe the `error` that a server sent with status 200; empty if there is none."""
    error = member(value, "error")
    if error is None:
        return ""
    message = error.get("message") if isinstance(error, Mapping) else error
    return f"the server sent an error in its place ({jsontext.shortened(str(message))})"


def _problem(value: ChatCompletion) -> str:
    """Return why a value is not a complete completion; empty if it is one."""
    if error := error_in(value):
        return error
    completion_id = member(value, "id")
    if not is_id(completion_id):
        shortened = jsontext.shortened(repr(completion_id))
        return f"no request can name its id, {shortened}" if completion_id else "it has no id"
    return "" if isinstance(member(value, "choices"), list) else "it has no choices"
