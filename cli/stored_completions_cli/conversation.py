"""A completion as a conversation: an example for fine-tuning, or an item for evals.

Fine-tuning lines are what OpenAI's fine-tuning takes and what the chat templates of TRL and vLLM can render: where
tools are called they are declared, the arguments of a call are a JSON object, its result follows, and each message has
content, since templates join it to text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from stored_completions_cli.completion import Completion
from stored_completions_cli.errors import OddError

# What a message may have, and what only says where it was stored.
_KEPT = ("role", "content", "name", "tool_calls", "tool_call_id", "function_call", "weight")
_STORAGE = ("id", "content_parts")
_ROLES = ("developer", "system", "user", "assistant", "tool", "function")
_PARTS = {"text": str, "image_url": dict, "refusal": str}
_NOTHING: tuple[object, ...] = (None, [], {}, "")
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")

Message = Mapping[str, Any]


def finetune_example(completion: Completion, choice: int, left_out: Counter[str]) -> str:
    """Return `{"messages": [..., answer], "tools": [...]}`.

    Raises:
        OddError: fine-tuning takes no such conversation.
    """
    stored, prompt, answer = _conversation(completion, choice)
    if not any(answer.get(name) for name in ("content", "tool_calls", "function_call")):
        reason = next((name for name in ("refusal", "audio") if answer.get(name)), None)
        raise OddError(f"its answer has only {reason}" if reason else "its answer is empty")
    messages = [_message(message, left_out, trains=True) for message in (*prompt, {**answer, "role": "assistant"})]
    _check_calls(messages, _functions(stored, "tools"), _functions(stored, "functions"))
    declared = {name: stored[name] for name in ("tools", "functions") if stored.get(name) not in _NOTHING}
    return _json({"messages": messages, **declared})


def evals_item(completion: Completion, choice: int, left_out: Counter[str]) -> str:
    """Return `{"item": {"input": [messages], "output": text}}`, and `output_tools` where the answer calls tools.

    Raises:
        OddError: there is no such conversation.
    """
    _, prompt, answer = _conversation(completion, choice)
    texts = [answer[name] for name in ("content", "refusal") if isinstance(answer.get(name), str)]
    calls = {"output_tools": answer["tool_calls"]} if answer.get("tool_calls") else {}
    if not texts and not calls:
        raise OddError("its answer has no text")
    messages = [_message(message, left_out, trains=False) for message in prompt]
    return _json({"item": {"input": messages, "output": [*texts, ""][0], **calls}})


def _conversation(completion: Completion, choice: int) -> tuple[Message, list[Message], Message]:
    """Return a completion, the messages that were sent, and the answer."""
    stored = json.loads(completion.text)
    messages = json.loads(completion.messages) if completion.messages else stored.get("messages", [])
    answer = _answer(stored, choice)
    prompt = [*_objects(messages, "its messages")]
    if prompt and prompt[-1].get("role") == "assistant" and _said(prompt[-1]) == _said(answer):
        # Some servers store the answer with the messages.
        prompt.pop()
    if not prompt:
        raise OddError("it has no messages")
    return stored, prompt, answer


def _said(message: Message) -> list[Any]:
    return [message.get(name) or None for name in ("content", "refusal", "tool_calls")]


def _answer(stored: Message, choice: int) -> Message:
    for answer in _objects(stored.get("choices", []), "its choices"):
        if answer.get("index", 0) == choice:
            if isinstance(message := answer.get("message"), dict):
                return message
            raise OddError(f"choice {choice} has no message")
    raise OddError(f"it has no choice {choice}")


def _message(stored: Message, left_out: Counter[str], *, trains: bool) -> dict[str, Any]:
    """Return a message with the properties that have a place, in their order; what is null or empty says nothing.

    Args:
        trains: Whether it is for fine-tuning, which takes fewer: texts in one piece, images of users, no developers.
    """
    role = stored.get("role")
    if role not in _ROLES:
        raise OddError(f"a message has the role {json.dumps(role)}")
    found = {name: stored[name] for name in _KEPT if stored.get(name) not in _NOTHING}
    if stored.get("content") == "":
        found["content"] = ""
    parts = stored.get("content_parts")
    if not parts and isinstance(stored.get("content"), list):
        parts = stored["content"]
    if parts:
        found["content"] = _content(parts, role, left_out, trains)
    elif not isinstance(found.get("content", ""), str):
        raise OddError("the content of a message is neither text nor parts")
    if role != "tool":
        found.pop("tool_call_id", None)
    if trains:
        _check_message(found, role)
        found["role"] = "system" if role == "developer" else role
        found.setdefault("content", "")
        if "tool_calls" in found:
            found["tool_calls"] = [_call(call, left_out) for call in _objects(found["tool_calls"], "its tool calls")]
    for name, value in stored.items():
        if name not in found and name not in (*_KEPT[:2], *_STORAGE) and value not in _NOTHING:
            left_out[f"messages.{name}"] += 1
    return {name: found[name] for name in _KEPT if name in found}


def _check_message(message: Message, role: str) -> None:
    calls = message.keys() & {"tool_calls", "function_call"}
    if role != "assistant" and calls:
        raise OddError(f"a message of the role {role} calls tools")
    if "content" not in message and not calls:
        raise OddError(f"a message of the role {role} has no content")
    if "weight" in message and (role != "assistant" or message["weight"] not in (0, 1)):
        raise OddError(f"a message of the role {role} has the weight {json.dumps(message['weight'])}")
    if "name" in message and not (isinstance(message["name"], str) and re.fullmatch(r"[^\s<|\\/>]+", message["name"])):
        raise OddError(f"a message has the name {json.dumps(message['name'])}")


def _content(parts: Any, role: str, left_out: Counter[str], trains: bool) -> Any:
    made: list[Message] = []
    for part in _objects(parts, "its content parts"):
        kind = str(part.get("type"))
        of = _PARTS.get(kind)
        if of is None or (trains and (kind == "refusal" or (kind == "image_url" and role != "user"))):
            raise OddError(f"a message of the role {role} has a part of the type {json.dumps(kind)}")
        if not isinstance(part.get(kind), of) or (of is dict and not isinstance(part[kind].get("url"), str)):
            raise OddError(f"a part of the type {json.dumps(kind)} has no {kind}")
        made.append(_kept(part, ("type", kind), "messages.content[]", left_out))
    if trains and all(part["type"] == "text" for part in made):
        return "\n".join(part["text"] for part in made)
    return made


def _functions(stored: Message, kind: str) -> set[str]:
    """Return the names of the functions that a completion declares.

    Raises:
        OddError: not all of them are functions with names.
    """
    declared = stored.get(kind) or []
    if not isinstance(declared, list):
        raise OddError(f"its {kind} are not a list")
    names = set()
    for declaration in declared:
        if kind == "tools" and not (isinstance(declaration, dict) and declaration.get("type") == "function"):
            of = declaration.get("type") if isinstance(declaration, dict) else None
            raise OddError(f"it offers a tool of the type {json.dumps(of)}")
        function = declaration.get("function") if kind == "tools" else declaration
        function = function if isinstance(function, dict) else {}
        name = function.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise OddError(f"it offers a function without a name of letters, digits, _ and -: {json.dumps(name)}")
        if not isinstance(function.get("parameters"), dict | None):
            raise OddError(f"the parameters of its function {name} are no JSON object")
        if name in names:
            raise OddError(f"it offers the function {name} twice")
        names.add(name)
    return names


def _check_calls(messages: list[dict[str, Any]], tools: set[str], functions: set[str]) -> None:
    """Check that each call is of what is declared, and that its result follows before anything else.

    Raises:
        OddError: it is not so.
    """
    waiting: list[str] = []
    before: Message = {}
    for message in messages:
        role = message["role"]
        if role == "tool":
            if message.get("tool_call_id") not in waiting:
                raise OddError("a tool's result is not preceded by its call")
            waiting.remove(message["tool_call_id"])
        elif waiting:
            raise OddError("a tool call is not followed by its result")
        if role == "function" and message.get("name") != before.get("function_call", {}).get("name", ""):
            raise OddError("a function's result is not preceded by its call")
        if "function_call" in message:
            _check_function(message["function_call"], functions, "functions")
        for call in message.get("tool_calls", []):
            _check_function(call["function"], tools, "tools")
            if call["id"] in waiting:
                raise OddError("a tool call has no id that others have not")
            waiting.append(call["id"])
        before = message


def _call(call: Message, left_out: Counter[str]) -> Message:
    """Return a tool call with what has a place."""
    if call.get("type") != "function":
        raise OddError(f"a tool call has the type {json.dumps(call.get('type'))}")
    if not isinstance(call.get("id"), str) or not call["id"]:
        raise OddError("a tool call has no id that others have not")
    if isinstance(function := call.get("function"), dict):
        function = _kept(function, ("name", "arguments"), "messages.tool_calls[].function", left_out)
    return _kept({**call, "function": function}, ("id", "type", "function"), "messages.tool_calls[]", left_out)


def _kept(value: Message, names: tuple[str, ...], where: str, left_out: Counter[str]) -> Message:
    left_out.update(f"{where}.{name}" for name in value if name not in names and value[name] not in _NOTHING)
    return {name: value[name] for name in names if name in value}


def _check_function(function: Any, declared: set[str], kind: str) -> None:
    if not isinstance(function, dict) or not isinstance(function.get("name"), str) or not function["name"]:
        raise OddError("a call does not name its function")
    if not declared:
        raise OddError(f"it calls {function['name']}, and the {kind} were not stored")
    if function["name"] not in declared:
        raise OddError(f"it calls {function['name']}, which is not among its {kind}")
    try:
        arguments = json.loads(function["arguments"])
    except (KeyError, TypeError, ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict) or not isinstance(function["arguments"], str):
        raise OddError("the arguments of a call are not the text of a JSON object")


def _objects(values: Any, what: str) -> Iterator[Message]:
    if not isinstance(values, list):
        raise OddError(f"{what} are not a list")
    for value in values:
        if not isinstance(value, dict):
            raise OddError(f"one of {what} is not an object")
        yield value


def _json(value: Any) -> str:
    """Return JSON; where it has a lone surrogate, which UTF-8 cannot hold, with escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text
