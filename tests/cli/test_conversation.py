"""Fine-tuning lines for all combinations of prompts, answers and tools: written, or refused with a reason."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest

from stored_completions_cli.completion import Completion
from stored_completions_cli.errors import UnusableError
from stored_completions_cli.formats import Format, line_of

USER = {"role": "user", "content": "Hi"}
TEXT = {"type": "text", "text": "Part"}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


FUNCTION = {"role": "function", "name": "f", "content": "1"}


def call(call_id: Any = "c1", arguments: Any = "{}", kind: str = "function", name: Any = "f") -> dict[str, Any]:
    return {"id": call_id, "type": kind, "function": {"name": name, "arguments": arguments}}


def calling(*calls: Any, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": [*calls], **more}


def result(call_id: Any = "c1", content: Any = "1") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


PROMPTS: list[list[Any]] = [
    [USER],
    [{"role": "system", "content": [TEXT, TEXT]}, USER],
    [{"role": "user", "content": [TEXT, IMAGE]}],
    [{"role": "user", "content": None, "content_parts": [TEXT]}],
    [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}],
    [{"role": "system", "content": [IMAGE]}, USER],
    [{"role": "user", "content": None}],
    [{"role": "robot", "content": "Hi"}],
    [USER, {"role": "assistant", "content": "Yes?", "tool_calls": [], "function_call": None}, USER],
    [USER, {"role": "assistant", "content": None, "tool_calls": []}, USER],
    [USER, calling(call()), result()],
    [USER, calling(call()), result(content=[TEXT, TEXT])],
    [USER, calling(call()), result(content=[IMAGE])],
    [USER, calling(call())],
    [USER, calling(call()), USER],
    [USER, result()],
    [USER, calling(call()), result("c2")],
    [USER, calling(call()), result(), result()],
    [USER, calling(call(), call()), result()],
    [USER, calling(call("c1"), call("c2")), result("c2"), result("c1")],
    [USER, calling(call(arguments=None)), result()],
    [USER, calling(call(arguments={})), result()],
    [USER, calling(call(arguments="no JSON")), result()],
    [USER, calling(call(arguments="[]")), result()],
    [USER, calling(call(name=None)), result()],
    [USER, calling(call(kind="custom")), result()],
    [USER, {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}}, USER],
    [USER, {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": None}}, USER],
    [USER, FUNCTION],
    [USER, {"role": "function", "content": "1"}],
    [{"role": "developer", "content": "Be brief."}, USER],
    [{**USER, "name": "ada lovelace"}],
    [{**USER, "name": "ada", "tool_call_id": "c1"}],
    [{**USER, "weight": 1}],
    [USER, {"role": "assistant", "content": "Yes?", "weight": 0}, USER],
    [USER, {"role": "assistant", "content": "Yes?", "weight": 0.5}, USER],
    [USER, calling(call(name="g")), result()],
    [USER, calling({**call(), "index": None, "more": 1}), result()],
    [USER, calling(call()), result(["c1"])],
    [USER, {**USER, "tool_calls": [call()]}],
    [USER, {"role": "assistant", "content": "Yes?", "tool_calls": 5, "function_call": ""}, USER],
    [USER, {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}}, FUNCTION],
    [{"role": "user", "content": [{"type": "image_url", "image_url": None}]}],
    [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": 1}}]}],
    [{"role": "user", "content": [{"type": ["text"], "text": 1}, 5]}],
    [{"role": "user", "content": 5}],
    [{"role": "user", "content": ""}],
    [None],
    [],
]
ANSWERS: list[Any] = [
    {"role": "assistant", "content": "Yes.", "tool_calls": []},
    {"role": "assistant", "content": "", "tool_calls": None},
    {"role": "assistant", "content": None, "tool_calls": [call("c9")]},
    {"role": "assistant", "content": "x", "tool_calls": [call("c9", arguments=None)]},
    {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
    {"role": "assistant", "content": None, "refusal": "No."},
    {"role": "assistant", "content": "x", "tool_calls": [{**call("c9"), "id": ""}]},
    {"content": "\ud800"},
    None,
]
TOOLS: list[dict[str, Any]] = [
    {},
    {"tools": []},
    {"tools": [{"type": "function", "function": {"name": "f"}}]},
    {"tools": [{"type": "custom", "custom": {"name": "f"}}]},
    {"functions": [{"name": "f"}]},
    {"functions": [{}]},
    {"tools": [{"type": "function", "function": {"name": "a b"}}]},
    {"tools": [{"type": "function", "function": {"name": "f", "parameters": []}}]},
    {"tools": [{"type": "function", "function": {"name": "f"}}] * 2},
    {"tools": {"f": 1}},
]


# What the vendor's schema of a line has (FineTuneChatRequestInput), by role.
ALLOWED = {
    "system": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {"role", "content", "name", "tool_calls", "function_call", "weight"},
    "tool": {"role", "content", "name", "tool_call_id"},
    "function": {"role", "content", "name"},
}


def check(example: dict[str, Any]) -> None:
    """Check that a line has nothing that fine-tuning refuses."""
    assert example.keys() <= {"messages", "tools", "functions"}
    tools, functions = ([*example.get(name, [])] for name in ("tools", "functions"))
    names = {tool["function"]["name"] for tool in tools}, {function["name"] for function in functions}
    assert all(example[name] for name in ("tools", "functions") if name in example)
    assert [len(name) for name in names] == [len(tools), len(functions)]
    assert all(re.fullmatch(r"[\w-]{1,64}", name, re.ASCII) for item in names for name in item)
    assert example["messages"][-1]["role"] == "assistant"
    waiting: list[str] = []
    for message in example["messages"]:
        role, content = message["role"], message["content"]
        assert message.keys() <= ALLOWED[role]
        assert None not in message.values() and [] not in message.values()
        assert isinstance(content, str) or role == "user"
        assert role == "tool" or not waiting
        if role == "tool":
            waiting.remove(message["tool_call_id"])
        for item in message.get("tool_calls", []):
            assert item.keys() == {"id", "type", "function"} and item["type"] == "function"
            assert item["function"].keys() == {"name", "arguments"} and item["function"]["name"] in names[0]
            assert isinstance(json.loads(item["function"]["arguments"]), dict)
            waiting.append(item["id"])
        if "function_call" in message:
            assert message["function_call"]["name"] in names[1]
            assert isinstance(json.loads(message["function_call"]["arguments"]), dict)
        assert message.get("weight") in (None, 0, 1) and " " not in message.get("name", "")
        assert len({*waiting}) == len(waiting)


def test_every_conversation_is_taken_or_refused_with_a_reason() -> None:
    """Enough of them are written."""
    taken = 0
    for prompt, answer, tools in product(PROMPTS, ANSWERS, TOOLS):
        text = json.dumps({"id": "a", "choices": [{"index": 0, "message": answer}], **tools})
        completion = Completion("a", text=text, messages=json.dumps(prompt))
        try:
            line = line_of(completion, Format.FINETUNE)
        except UnusableError as reason:
            assert str(reason).startswith("The format finetune cannot hold it: ")
            continue
        check(json.loads(line.content.decode("utf-8")))
        taken += 1
    assert taken > 60


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ([{"role": "user", "content": [TEXT, TEXT]}], "Part\nPart"),
        ([{"role": "user", "content": None, "content_parts": [TEXT]}], "Part"),
    ],
)
def test_parts_of_text_are_joined(prompt: list[Any], wanted: str) -> None:
    """With line breaks, as vLLM joins them."""
    text = json.dumps({"id": "a", "choices": [{"index": 0, "message": {"content": "Yes."}}]})
    line = line_of(Completion("a", text=text, messages=json.dumps(prompt)), Format.FINETUNE)
    assert json.loads(line.content)["messages"][0]["content"] == wanted
