"""Convert a completion and its messages to an example for fine-tuning, or to an item for evals.

Fine-tuning lines are valid for OpenAI's fine-tuning and for the chat templates of TRL and vLLM: all called tools are
declared, the arguments of a call are a JSON object, each call is followed by its result, and each message has content,
because templates concatenate it with text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from stored_completions_cli import jsontext
from stored_completions_cli.completion import Completion
from stored_completions_cli.errors import UnusableError

# The properties that a message may have, and those that can be left out without losing content.
_PROPERTIES = ("role", "content", "name", "tool_calls", "tool_call_id", "function_call", "weight")
_IGNORED = ("id", "content_parts")
_ROLES = ("developer", "system", "user", "assistant", "tool", "function")
_PARTS = {"text": str, "image_url": dict, "refusal": str}
_EMPTY: tuple[object, ...] = (None, [], {}, "")
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")

Message = Mapping[str, Any]


def finetune_example(completion: Completion, choice: int, left_out: Counter[str]) -> str:
    """Return the JSON text `{"messages": [..., answer], "tools": [...]}`.

    Args:
        choice: The index of the choice that is the answer.
        left_out: Counts the properties that are left out.

    Raises:
        UnusableError: the conversation is not valid for fine-tuning.
    """
    stored, prompt, answer = _conversation(completion, choice)
    if not any(answer.get(name) for name in ("content", "tool_calls", "function_call")):
        reason = next((name for name in ("refusal", "audio") if answer.get(name)), None)
        raise UnusableError(f"its answer has only {reason}" if reason else "its answer is empty")
    messages = [_message(message, left_out, trains=True) for message in (*prompt, {**answer, "role": "assistant"})]
    _check_calls(messages, _functions(stored, "tools"), _functions(stored, "functions"))
    declared = {name: stored[name] for name in ("tools", "functions") if stored.get(name) not in _EMPTY}
    return jsontext.compact({"messages": messages, **declared})


def evals_item(completion: Completion, choice: int, left_out: Counter[str]) -> str:
    """Return the JSON text `{"item": {"input": [messages], "output": text}}`, with `output_tools` if tools are called.

    Args:
        choice: The index of the choice that is the answer.
        left_out: Counts the properties that are left out.

    Raises:
        UnusableError: there are no messages or no answer, or a message is malformed.
    """
    _, prompt, answer = _conversation(completion, choice)
    texts = [answer[name] for name in ("content", "refusal") if isinstance(answer.get(name), str)]
    calls = {"output_tools": answer["tool_calls"]} if answer.get("tool_calls") else {}
    if not texts and not calls:
        raise UnusableError("its answer has no text")
    messages = [_message(message, left_out, trains=False) for message in prompt]
    return jsontext.compact({"item": {"input": messages, "output": [*texts, ""][0], **calls}})


def _conversation(completion: Completion, choice: int) -> tuple[Message, list[Message], Message]:
    """Return the decoded completion, the messages that it was created from, and the message of the choice."""
    stored = json.loads(completion.text)
    messages = json.loads(completion.messages) if completion.messages else stored.get("messages", [])
    answer = _answer(stored, choice)
    prompt = [*_objects(messages, "its messages")]
    if prompt and prompt[-1].get("role") == "assistant" and _content_of(prompt[-1]) == _content_of(answer):
        # Some servers store the answer as the last message.
        prompt.pop()
    if not prompt:
        raise UnusableError("it has no messages")
    return stored, prompt, answer


def _content_of(message: Message) -> list[Any]:
    return [message.get(name) or None for name in ("content", "refusal", "tool_calls")]


def _answer(stored: Message, choice: int) -> Message:
    for answer in _objects(stored.get("choices", []), "its choices"):
        if answer.get("index", 0) == choice:
            if isinstance(message := answer.get("message"), dict):
                return message
            raise UnusableError(f"choice {choice} has no message")
    raise UnusableError(f"it has no choice {choice}")


def _message(stored: Message, left_out: Counter[str], *, trains: bool) -> dict[str, Any]:
    """Return a message with only the properties that the format has, without null and empty ones.

    Args:
        trains: Whether to apply the rules of fine-tuning: text content is one string, only users send images, and
            developer messages become system messages.
    """
    role = stored.get("role")
    if role not in _ROLES:
        raise UnusableError(f"a message has the role {json.dumps(role)}")
    found = {name: stored[name] for name in _PROPERTIES if stored.get(name) not in _EMPTY}
    if stored.get("content") == "":
        found["content"] = ""
    parts = stored.get("content_parts")
    if not parts and isinstance(stored.get("content"), list):
        parts = stored["content"]
    if parts:
        found["content"] = _content(parts, role, left_out, trains)
    elif not isinstance(found.get("content", ""), str):
        raise UnusableError("the content of a message is neither text nor parts")
    if role != "tool":
        found.pop("tool_call_id", None)
    if trains:
        _check_message(found, role)
        found["role"] = "system" if role == "developer" else role
        found.setdefault("content", "")
        if "tool_calls" in found:
            found["tool_calls"] = [_call(call, left_out) for call in _objects(found["tool_calls"], "its tool calls")]
    for name, value in stored.items():
        if name not in found and name not in (*_PROPERTIES[:2], *_IGNORED) and value not in _EMPTY:
            left_out[f"messages.{name}"] += 1
    return {name: found[name] for name in _PROPERTIES if name in found}


def _check_message(message: Message, role: str) -> None:
    """Raise UnusableError if a message is not valid for fine-tuning."""
    calls = message.keys() & {"tool_calls", "function_call"}
    if role != "assistant" and calls:
        raise UnusableError(f"a message of the role {role} calls tools")
    if "content" not in message and not calls:
        raise UnusableError(f"a message of the role {role} has no content")
    if "weight" in message and (role != "assistant" or message["weight"] not in (0, 1)):
        raise UnusableError(f"a message of the role {role} has the weight {json.dumps(message['weight'])}")
    if "name" in message and not (isinstance(message["name"], str) and re.fullmatch(r"[^\s<|\\/>]+", message["name"])):
        raise UnusableError(f"a message has the name {json.dumps(message['name'])}")


def _content(parts: Any, role: str, left_out: Counter[str], trains: bool) -> Any:
    """Return the content parts of a message, joined to one text for fine-tuning if all of them are text."""
    selected: list[Message] = []
    for part in _objects(parts, "its content parts"):
        kind = str(part.get("type"))
        expected = _PARTS.get(kind)
        if expected is None or (trains and (kind == "refusal" or (kind == "image_url" and role != "user"))):
            raise UnusableError(f"a message of the role {role} has a part of the type {json.dumps(kind)}")
        value = part.get(kind)
        if not isinstance(value, expected) or (isinstance(value, dict) and not isinstance(value.get("url"), str)):
            raise UnusableError(f"a part of the type {json.dumps(kind)} has no {kind}")
        selected.append(_selected(part, ("type", kind), "messages.content[]", left_out))
    if trains and all(part["type"] == "text" for part in selected):
        return "\n".join(part["text"] for part in selected)
    return selected


def _functions(stored: Message, kind: str) -> set[str]:
    """Return the names of the functions in a completion's `tools` or `functions`, which must be valid and unique."""
    names = set()
    for function in _objects(stored.get(kind) or [], f"its {kind}"):
        if kind == "tools":
            if function.get("type") != "function":
                raise UnusableError(f"it offers a tool of the type {json.dumps(function.get('type'))}")
            function = function["function"] if isinstance(function.get("function"), dict) else {}
        name = function.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise UnusableError(f"it offers a function without a name of letters, digits, _ and -: {json.dumps(name)}")
        if not isinstance(function.get("parameters"), dict | None):
            raise UnusableError(f"the parameters of its function {name} are no JSON object")
        if name in names:
            raise UnusableError(f"it offers the function {name} twice")
        names.add(name)
    return names


def _check_calls(messages: list[dict[str, Any]], tools: set[str], functions: set[str]) -> None:
    """Check that each call names a declared function, and is followed at once by its result."""
    waiting: list[str] = []
    before: Message = {}
    for message in messages:
        role = message["role"]
        if role == "tool":
            if message.get("tool_call_id") not in waiting:
                raise UnusableError("a tool's result is not preceded by its call")
            waiting.remove(message["tool_call_id"])
        elif waiting:
            raise UnusableError("a tool call is not followed by its result")
        if role == "function" and message.get("name") != before.get("function_call", {}).get("name", ""):
            raise UnusableError("a function's result is not preceded by its call")
        if "function_call" in message:
            _check_function(message["function_call"], functions, "functions")
        for call in message.get("tool_calls", []):
            _check_function(call["function"], tools, "tools")
            if call["id"] in waiting:
                raise UnusableError("a tool call has the id of another one")
            waiting.append(call["id"])
        before = message


def _call(call: Message, left_out: Counter[str]) -> Message:
    """Return a tool call with only the properties that fine-tuning has."""
    if call.get("type") != "function":
        raise UnusableError(f"a tool call has the type {json.dumps(call.get('type'))}")
    if not isinstance(call.get("id"), str) or not call["id"]:
        raise UnusableError("a tool call has no id")
    if isinstance(function := call.get("function"), dict):
        function = _selected(function, ("name", "arguments"), "messages.tool_calls[].function", left_out)
    return _selected({**call, "function": function}, ("id", "type", "function"), "messages.tool_calls[]", left_out)


def _selected(value: Message, names: tuple[str, ...], where: str, left_out: Counter[str]) -> Message:
    """Return an object with only the named properties, and count the others unless they are empty."""
    left_out.update(f"{where}.{name}" for name in value if name not in names and value[name] not in _EMPTY)
    return {name: value[name] for name in names if name in value}


def _check_function(function: Any, declared: set[str], kind: str) -> None:
    """Check that a call names a declared function, and that its arguments are a JSON object."""
    if not isinstance(function, dict) or not isinstance(function.get("name"), str) or not function["name"]:
        raise UnusableError("a call does not name its function")
    if not declared:
        raise UnusableError(f"it calls {function['name']}, and the {kind} were not stored")
    if function["name"] not in declared:
        raise UnusableError(f"it calls {function['name']}, which is not among its {kind}")
    try:
        arguments = json.loads(function["arguments"])
    except (KeyError, TypeError, ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict) or not isinstance(function["arguments"], str):
        raise UnusableError("the arguments of a call are not the text of a JSON object")


def _objects(values: Any, what: str) -> Iterator[Message]:
    """Yield the items of a list, which must be JSON objects."""
    if not isinstance(values, list):
        raise UnusableError(f"{what} are not a list")
    for value in values:
        if not isinstance(value, dict):
            raise UnusableError(f"one of {what} is not an object")
        yield value
