"""How a completion is written on its line of a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from stored_completions_cli import jsontext
from stored_completions_cli.errors import InexpressibleError
from stored_completions_cli.jsontext import Value
from stored_completions_cli.source import Completion


class Format(StrEnum):
    """The formats of an export."""

    JSONL = "jsonl"
    FINETUNE = "finetune"
    EVALS = "evals"
    PARQUET = "parquet"


# The formats whose lines are what was received.
WHOLE = (Format.JSONL, Format.PARQUET)


# What the examples of a fine-tuning file may have in a message, and what only says where a message was stored.
_KEPT = ("role", "content", "name", "tool_calls", "tool_call_id", "function_call", "weight")
_STORAGE = ("id", "content_parts")
_PARTS = {"text": ("type", "text"), "image_url": ("type", "image_url"), "refusal": ("type", "refusal")}
_NULL = Value("null", None)


class Line(NamedTuple):
    """A line with its end, and how often a property was left out of it because the format has no place for it."""

    content: bytes
    left_out: Counter[str]


class Formatter:
    """Makes the lines of a format."""

    def __init__(self, kind: Format, choice: int = 0) -> None:
        self._kind, self._choice = kind, choice

    def line(self, completion: Completion) -> Line:
        """Return the line of a completion.

        Raises:
            InexpressibleError: the format cannot hold it.
        """
        left_out: Counter[str] = Counter()
        text = self._whole(completion) if self._kind in WHOLE else self._conversation(completion, left_out)
        return Line(jsontext.encode(text + "\n"), left_out)

    def _whole(self, completion: Completion) -> str:
        if completion.messages is None:
            return completion.text
        return jsontext.with_member(completion.text, "messages", completion.messages)

    def _conversation(self, completion: Completion, left_out: Counter[str]) -> str:
        whole = jsontext.members(completion.text)
        stored = completion.messages or whole.get("messages", Value("[]", None)).text
        answer = self._answer(whole)
        prompt = [jsontext.members(each) for each in _objects(stored, "its messages")]
        if prompt and _is_answer(prompt[-1], answer):
            # Some servers store the answer with the messages.
            prompt.pop()
        if not prompt:
            raise InexpressibleError("it has no messages")
        asked = [_message(each, left_out) for each in prompt]
        if self._kind is Format.FINETUNE:
            example = {"messages": jsontext.array([*asked, _answered(answer, left_out)])}
            tools = whole.get("tools", _NULL)
            return jsontext.object_of({**example, "tools": tools.text} if tools.decoded else example)
        item = {"input": jsontext.array(asked), "output": _text_of(answer)}
        if answer.get("tool_calls", _NULL).decoded:
            item["output_tools"] = answer["tool_calls"].text
        return jsontext.object_of({"item": jsontext.object_of(item)})

    def _answer(self, whole: Mapping[str, Value]) -> dict[str, Value]:
        for choice in _objects(whole.get("choices", Value("[]", None)).text, "its choices"):
            found = jsontext.members(choice)
            if found.get("index", Value("0", 0)).decoded == self._choice:
                if isinstance(found.get("message", _NULL).decoded, dict):
                    return jsontext.members(found["message"].text)
                raise InexpressibleError(f"choice {self._choice} has no message")
        raise InexpressibleError(f"it has no choice {self._choice}")


def _objects(text: str, what: str) -> Iterable[str]:
    if not text.startswith("["):
        raise InexpressibleError(f"{what} are not a list")
    for value in jsontext.elements(text):
        if not isinstance(value.decoded, dict):
            raise InexpressibleError(f"one of {what} is not an object")
        yield value.text


def _answered(answer: Mapping[str, Value], left_out: Counter[str]) -> str:
    if not any(answer.get(name, _NULL).decoded for name in ("content", "tool_calls", "function_call")):
        reason = next((name for name in ("refusal", "audio") if answer.get(name, _NULL).decoded), None)
        raise InexpressibleError(f"its answer has only {reason}" if reason else "its answer is empty")
    return _message({"role": Value('"assistant"', "assistant"), **answer}, left_out)


def _text_of(answer: Mapping[str, Value]) -> str:
    for name in ("content", "refusal"):
        if isinstance(answer.get(name, _NULL).decoded, str):
            return answer[name].text
    if answer.get("tool_calls", _NULL).decoded:
        return '""'
    raise InexpressibleError("its answer has no text")


def _is_answer(message: Mapping[str, Value], answer: Mapping[str, Value]) -> bool:
    said = [
        [each.get(name, _NULL).decoded for name in ("content", "refusal", "tool_calls")] for each in (message, answer)
    ]
    return message.get("role", _NULL).decoded == "assistant" and said[0] == said[1]


def _message(stored: Mapping[str, Value], left_out: Counter[str]) -> str:
    """Return a message as fine-tuning takes it; what is null says nothing, and goes."""
    message = {name: value.text for name, value in stored.items() if name in _KEPT and value.decoded is not None}
    parts = stored.get("content_parts", _NULL)
    if parts.decoded:
        message["content"] = jsontext.array(_part(part, left_out) for part in _objects(parts.text, "its content parts"))
    elif isinstance(stored.get("content", _NULL).decoded, list):
        content = _objects(stored["content"].text, "its content parts")
        message["content"] = jsontext.array(_part(part, left_out) for part in content)
    for name, value in stored.items():
        if name not in (*_KEPT, *_STORAGE) and value.decoded not in (None, [], {}, ""):
            left_out[f"messages.{name}"] += 1
    ordered = sorted(message, key=_KEPT.index)
    return jsontext.object_of({name: message[name] for name in ordered})


def _part(text: str, left_out: Counter[str]) -> str:
    part = jsontext.members(text)
    kind = part.get("type", _NULL).decoded
    kept = _PARTS.get(kind) if isinstance(kind, str) else None
    if kept is None:
        raise InexpressibleError(f"a message has a part of the type {json.dumps(kind)}")
    for name in part.keys() - {*kept}:
        left_out[f"messages.content[].{name}"] += 1
    return jsontext.object_of({name: part[name].text for name in kept if name in part})
