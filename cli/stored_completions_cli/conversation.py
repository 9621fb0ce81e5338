"""A completion as a conversation: an example for fine-tuning, or an item for evals.

Fine-tuning lines are what OpenAI's fine-tuning takes and what the chat templates of TRL and vLLM can render: where
tools are called they are declared, the arguments of a call are a JSON object, and its result follows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from stored_completions_cli import jsontext
from stored_completions_cli.completion import Completion
from stored_completions_cli.errors import OddError
from stored_completions_cli.jsontext import Value

# What the examples of a fine-tuning file may have in a message, and what only says where a message was stored.
_KEPT = ("role", "content", "name", "tool_calls", "tool_call_id", "function_call", "weight")
_STORAGE = ("id", "content_parts")
_ROLES = ("developer", "system", "user", "assistant", "tool", "function")
_PARTS = {"text": ("type", "text"), "image_url": ("type", "image_url"), "refusal": ("type", "refusal")}
_NOTHING: tuple[object, ...] = (None, [], {}, "")
_NULL = Value("null", None)

Message = Mapping[str, Value]


def finetune_example(completion: Completion, choice: int, left_out: Counter[str]) -> str:
    """Return `{"messages": [..., answer], "tools": [...]}`.

    Raises:
        OddError: fine-tuning takes no such conversation.
    """
    declared = jsontext.members(completion.text)
    prompt, answer = _conversation(completion, declared, choice)
    if not any(answer.get(name, _NULL).decoded for name in ("content", "tool_calls", "function_call")):
        reason = next((name for name in ("refusal", "audio") if answer.get(name, _NULL).decoded), None)
        raise OddError(f"its answer has only {reason}" if reason else "its answer is empty")
    messages = [_message(each, left_out, joins=True) for each in (*prompt, _answered(answer))]
    example = {"messages": jsontext.array(jsontext.object_of(_texts(each)) for each in messages)}
    for name in ("tools", "functions"):
        if declared.get(name, _NULL).decoded not in _NOTHING:
            example[name] = declared[name].text
    _check_functions(declared)
    _check_calls(messages, declared)
    return jsontext.object_of(example)


def evals_item(completion: Completion, choice: int, left_out: Counter[str]) -> str:
    """Return `{"item": {"input": [messages], "output": text}}`, and `output_tools` where the answer calls tools.

    Raises:
        OddError: there is no such conversation.
    """
    prompt, answer = _conversation(completion, jsontext.members(completion.text), choice)
    messages = [_texts(_message(each, left_out, joins=False)) for each in prompt]
    item = {"input": jsontext.array(map(jsontext.object_of, messages)), "output": _text_of(answer)}
    if answer.get("tool_calls", _NULL).decoded:
        item["output_tools"] = answer["tool_calls"].text
    return jsontext.object_of({"item": jsontext.object_of(item)})


def _conversation(completion: Completion, declared: Message, choice: int) -> tuple[list[Message], Message]:
    """Return the messages that were sent, and the answer."""
    stored = completion.messages or declared.get("messages", Value("[]", [])).text
    answer = _answer(declared, choice)
    prompt: list[Message] = [jsontext.members(each) for each in _objects(stored, "its messages")]
    if prompt and _is_answer(prompt[-1], answer):
        # Some servers store the answer with the messages.
        prompt.pop()
    if not prompt:
        raise OddError("it has no messages")
    return prompt, answer


def _answer(declared: Message, choice: int) -> Message:
    for each in _objects(declared.get("choices", Value("[]", [])).text, "its choices"):
        found = jsontext.members(each)
        if found.get("index", Value("0", 0)).decoded == choice:
            if isinstance(found.get("message", _NULL).decoded, dict):
                return jsontext.members(found["message"].text)
            raise OddError(f"choice {choice} has no message")
    raise OddError(f"it has no choice {choice}")


def _answered(answer: Message) -> Message:
    return {**answer, "role": Value('"assistant"', "assistant")}


def _is_answer(message: Message, answer: Message) -> bool:
    said = [
        [each.get(name, _NULL).decoded or None for name in ("content", "refusal", "tool_calls")]
        for each in (message, answer)
    ]
    return message.get("role", _NULL).decoded == "assistant" and said[0] == said[1]


def _text_of(answer: Message) -> str:
    for name in ("content", "refusal"):
        if isinstance(answer.get(name, _NULL).decoded, str):
            return answer[name].text
    if answer.get("tool_calls", _NULL).decoded:
        return '""'
    raise OddError("its answer has no text")


def _message(stored: Message, left_out: Counter[str], *, joins: bool) -> dict[str, Value]:
    """Return a message with the properties that have a place, in their order; what is null or empty says nothing.

    Args:
        joins: Whether parts become one text where all of them are texts, and others are taken of users alone.
    """
    found = {name: stored[name] for name in _KEPT if stored.get(name, _NULL).decoded not in (None, [], {})}
    if found.get("name", _NULL).decoded == "":
        del found["name"]
    role = stored.get("role", _NULL).decoded
    if role not in _ROLES:
        raise OddError(f"a message has the role {json.dumps(role)}")
    parts = stored.get("content_parts", _NULL)
    if not parts.decoded and isinstance(stored.get("content", _NULL).decoded, list):
        parts = stored["content"]
    if parts.decoded:
        found["content"] = _content(parts, str(role), left_out, joins)
    elif "content" in found and not isinstance(found["content"].decoded, str):
        raise OddError("the content of a message is neither text nor parts")
    for name, value in stored.items():
        if name not in (*_KEPT, *_STORAGE) and value.decoded not in _NOTHING:
            left_out[f"messages.{name}"] += 1
    return {name: found[name] for name in _KEPT if name in found}


def _content(parts: Value, role: str, left_out: Counter[str], joins: bool) -> Value:
    made: list[str] = []
    texts: list[str] = []
    for text in _objects(parts.text, "its content parts"):
        part = jsontext.members(text)
        kind = part.get("type", _NULL).decoded
        kept = _PARTS.get(kind) if isinstance(kind, str) else None
        if kept is None or (joins and (kind == "refusal" or (kind == "image_url" and role != "user"))):
            raise OddError(f"a message of the role {role} has a part of the type {json.dumps(kind)}")
        if any(name not in part for name in kept):
            raise OddError(f"a part of the type {json.dumps(kind)} has no {kept[1]}")
        for name in part.keys() - {*kept}:
            left_out[f"messages.content[].{name}"] += 1
        made.append(jsontext.object_of({name: part[name].text for name in kept}))
        if kind == "text":
            if not isinstance(part["text"].decoded, str):
                raise OddError('a part of the type "text" has no text')
            texts.append(part["text"].decoded)
    if joins and len(texts) == len(made):
        joined = "\n".join(texts)
        return Value(jsontext.string(joined), joined)
    return Value(jsontext.array(made), [])


def _check_functions(declared: Message) -> None:
    """Check that all tools are functions with names.

    Raises:
        OddError: one is not.
    """
    tools, functions = (declared.get(name, _NULL).decoded or [] for name in ("tools", "functions"))
    if not isinstance(tools, list) or not isinstance(functions, list):
        raise OddError("its tools are not a list")
    for tool in tools:
        kind = tool.get("type") if isinstance(tool, dict) else None
        if kind != "function":
            raise OddError(f"it offers a tool of the type {json.dumps(kind)}")
    for each in [*(tool.get("function") for tool in tools), *functions]:
        if not isinstance(each, dict) or not isinstance(each.get("name"), str) or not each["name"]:
            raise OddError("it offers a function without a name")


def _check_calls(messages: list[dict[str, Value]], declared: Message) -> None:
    """Check that each call is whole and of what is declared, and that its result follows before anything else.

    Raises:
        OddError: it is not so.
    """
    waiting: set[str] = set()
    for number, message in enumerate(messages, 1):
        role = message["role"].decoded
        is_last = number == len(messages)
        if role == "tool":
            answered = message.get("tool_call_id", _NULL).decoded
            if answered not in waiting:
                raise OddError("a tool's result is not preceded by its call")
            waiting.remove(answered)
        elif waiting:
            raise OddError("a tool call is not followed by its result")
        if role == "function" and not message.get("name", _NULL).decoded:
            raise OddError("a function's result does not name it")
        if role != "assistant" and ("tool_calls" in message or "function_call" in message):
            raise OddError(f"a message of the role {role} calls tools")
        for call in _calls_of(message, declared):
            waiting.add(call)
        if "content" not in message and not ("tool_calls" in message or "function_call" in message):
            raise OddError(f"a message of the role {role} has no content")
        if is_last and waiting:
            waiting.clear()


def _calls_of(message: dict[str, Value], declared: Message) -> list[str]:
    """Return the ids of the tool calls of a message, which are checked."""
    if "function_call" in message:
        if declared.get("functions", _NULL).decoded in _NOTHING:
            raise OddError("it has a function_call, and the functions were not stored")
        _check_call(message["function_call"].decoded)
    calls = message["tool_calls"].decoded if "tool_calls" in message else []
    if not isinstance(calls, list):
        raise OddError("its tool calls are not a list")
    if calls and declared.get("tools", _NULL).decoded in _NOTHING:
        raise OddError("it has tool calls, and the tools were not stored")
    ids = []
    for call in calls:
        kind = call.get("type") if isinstance(call, dict) else None
        if kind != "function":
            raise OddError(f"a tool call has the type {json.dumps(kind)}")
        if not isinstance(call.get("id"), str) or not call["id"] or call["id"] in ids:
            raise OddError("a tool call has no id that others have not")
        _check_call(call.get("function"))
        ids.append(call["id"])
    return ids


def _check_call(function: Any) -> None:
    if not isinstance(function, dict) or not isinstance(function.get("name"), str) or not function["name"]:
        raise OddError("a call does not name its function")
    try:
        arguments = json.loads(function["arguments"])
    except (KeyError, TypeError, ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict) or not isinstance(function["arguments"], str):
        raise OddError("the arguments of a call are not the text of a JSON object")


def _objects(text: str, what: str) -> Iterable[str]:
    if not text.startswith("["):
        raise OddError(f"{what} are not a list")
    for value in jsontext.elements(text):
        if not isinstance(value.decoded, dict):
            raise OddError(f"one of {what} is not an object")
        yield value.text


def _texts(message: Mapping[str, Value]) -> dict[str, str]:
    return {name: value.text for name, value in message.items()}
