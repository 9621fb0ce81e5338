"""A completion as the server sent it: the text that is kept, and what was checked of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard
from unicodedata import category

from stored_completions.models import ChatCompletion
from stored_completions_cli import jsontext
from stored_completions_cli.times import readable

NO_ID = "sha256:"  # begins the key of what has no id: the hash of its text
_LONGEST_ID = 5000  # characters; percent-encoded, it fits into a URL
EMPTY_PAGE = "the server says that more follows, and sent an empty page, twice"


@dataclass(frozen=True, slots=True)
class Completion:
    """A stored completion.

    Attributes:
        created: Unix seconds, where the server sent a time that can be relied on.
        text: The JSON object as received, on one line; empty where it was not fetched.
        model: The model, where the server sent one.
        metadata: The metadata, where the server sent a JSON object.
        problem: Why it is not a whole completion, if so.
        messages: The JSON array of its messages as received, on one line; None where they were not fetched.
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
        """Whether the server sent an id that it can be asked for by."""
        return not self.id.startswith(NO_ID)

    @property
    def has_messages(self) -> bool:
        """Whether its own object has its messages."""
        own = json.loads(self.text).get("messages") if '"messages"' in self.text else None
        return isinstance(own, list) and bool(own)

    def with_messages(self, messages: str) -> Completion:
        """Return it with the JSON array of its messages, unless its own object has them."""
        return self if self.has_messages else replace(self, messages=messages)


def received(value: object, text: str) -> Completion:
    """Return what was received as a completion, with what is wrong with it.

    Args:
        value: What the client decoded it to.
        text: The JSON text of it.
    """
    text = jsontext.on_one_line(text.strip(" \t\r\n"))
    if not isinstance(value, ChatCompletion):
        return Completion(key_of(None, text), None, text, problem="it is not a JSON object")
    completion_id, model, metadata = (member(value, name) for name in ("id", "model", "metadata"))
    return Completion(
        key_of(completion_id, text),
        readable(member(value, "created")),
        text,
        model if isinstance(model, str) else None,
        metadata if isinstance(metadata, Mapping) else None,
        _problem(value),
    )


def unreadable(text: str, reason: str) -> Completion:
    """Return a completion that is JSON but that Python does not decode, such as one that is nested 30,000 deep."""
    completion_id = jsontext.members(text).get("id", "")
    completion_id = json.loads(completion_id) if completion_id.startswith('"') else ""
    text = jsontext.on_one_line(text)
    return Completion(key_of(completion_id, text), None, text, problem=f"it cannot be read: {reason}")


def unlisted(after: str | None) -> Completion:
    """Return what stands for the completions that a page should have: it is a failure, so they are listed again."""
    return Completion(key_of(None, f"after {after}"), problem=f"{EMPTY_PAGE} (after {after or 'the start'})")


def member(value: Any, name: str) -> Any:
    """Return a property of a model or a JSON object by its name on the wire; None if it is absent."""
    return value[name] if name in value else None  # noqa: SIM401 - a model has no `get`


def key_of(completion_id: object, text: str) -> str:
    """Return an id, or the key of what has none that a request can name: it is told from others by its text."""
    return completion_id if is_id(completion_id) else f"{NO_ID}{hashlib.sha256(jsontext.encode(text)).hexdigest()}"


def is_id(value: object) -> TypeGuard[str]:
    """Return whether this is an id that a request can name."""
    if not isinstance(value, str) or value in ("", ".", "..") or len(value) > _LONGEST_ID:
        return False
    return not any(category(character) in ("Cc", "Cs") for character in value)


def error_in(value: Mapping[str, Any] | Any) -> str:
    """Return what a server says in place of what was asked for: the message of `error`, or nothing."""
    error = member(value, "error")
    if error is None:
        return ""
    message = error.get("message") if isinstance(error, Mapping) else error
    return f"the server sent an error in its place ({jsontext.shortened(str(message))})"


def _problem(value: ChatCompletion) -> str:
    if error := error_in(value):
        return error
    completion_id = member(value, "id")
    if not is_id(completion_id):
        told = jsontext.shortened(repr(completion_id))
        return f"no request can name its id, {told}" if completion_id else "it has no id"
    return "" if isinstance(member(value, "choices"), list) else "it has no choices"
