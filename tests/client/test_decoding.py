"""Decoding accepts any object, loses nothing, and decoded models can be copied and pickled."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
import pprint
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from rich.pretty import pretty_repr
from ruamel.yaml import YAML

from stored_completions import UNSET, models
from stored_completions.models import (
    ChatCompletion,
    ChatCompletionMessage,
    ChatCompletionModeration,
    CompletionUsage,
    CustomToolCall,
    FunctionToolCall,
    ModerationError,
)
from stored_completions.types import Model, Unset
from tests import ROOT
from tests.support.amount import examples, some

SCHEMAS: dict[str, Any] = YAML(typ="safe").load(ROOT / "openapi.yaml")["components"]["schemas"]
MODELS: list[type[Model]] = [model for name in models.__all__ if isinstance(model := getattr(models, name), type)]
REFERENCE = json.loads((ROOT / "tests/fixtures/reference/chat_completion.json").read_text(encoding="utf-8"))

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)


def shaped(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Generate values of a schema, with properties dropped, nulled, mistyped and added."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return st.deferred(lambda: shaped(SCHEMAS[name]))
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return st.one_of([shaped(item) for item in schema[key]])
    if "allOf" in schema:
        parts = [SCHEMAS[item["$ref"].rsplit("/", 1)[-1]] if "$ref" in item else item for item in schema["allOf"]]
        properties = {name: property_ for part in parts for name, property_ in part.get("properties", {}).items()}
        return shaped({"type": "object", "properties": properties})
    if "const" in schema or "enum" in schema:
        return st.sampled_from([schema["const"]] if "const" in schema else schema["enum"]) | st.text(max_size=5)
    if schema.get("type") == "array":
        return st.lists(shaped(schema["items"]) | scalars, max_size=3)
    if schema.get("type") == "object":
        known = {name: shaped(property_) | json_values for name, property_ in schema.get("properties", {}).items()}
        more = st.dictionaries(st.text(), json_values, max_size=2)
        return st.builds(
            lambda unknown, declared: {**unknown, **declared}, more, st.fixed_dictionaries({}, optional=known)
        )
    return {
        "string": st.text(max_size=5),
        "integer": st.integers(),
        "number": st.floats(allow_nan=False) | st.integers(),
        "boolean": st.booleans(),
    }.get(str(schema.get("type")), json_values)


def declared(schema: dict[str, Any]) -> set[str]:
    """Return the names of an object schema's properties, those of `allOf` included."""
    parts = [SCHEMAS[part["$ref"].rpartition("/")[2]] if "$ref" in part else part for part in schema.get("allOf", [])]
    return set(schema.get("properties", {})).union(*map(declared, parts))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@given(data=st.data())
@settings(max_examples=examples(20))
def test_any_object_decodes_and_comes_back_equal(model: type[Model], data: st.DataObject) -> None:
    """`from_dict` never raises, and `to_dict` keeps all values and their order."""
    names = [*sorted(declared(SCHEMAS[model.__name__])), *dir(Model)]
    keys = st.sampled_from(names) | st.text()
    value = data.draw(st.dictionaries(keys, json_values, max_size=6))
    before = copy.deepcopy(value)
    decoded = model.from_dict(value)
    assert json.dumps(decoded.to_dict()) == json.dumps(value)
    assert value == before, "the caller's object was changed"
    assert [decoded[name] for name in value] == list(vars(decoded).values())
    assert set(decoded.additional_properties) | declared(SCHEMAS[model.__name__]) >= set(value)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@given(data=st.data())
@settings(max_examples=examples(20))
def test_objects_like_a_servers_decode_copy_and_pickle(model: type[Model], data: st.DataObject) -> None:
    """Objects shaped by the schema, with keys dropped, nulled, mistyped and added, survive every way of copying."""
    value = data.draw(shaped(SCHEMAS[model.__name__]).filter(lambda item: isinstance(item, dict)))
    decoded = model.from_dict(value)
    assert decoded.to_dict() == value
    assert list(decoded.to_dict()) == list(value)
    assert model.from_json(decoded.to_json()) == decoded
    for copied in (copy.copy(decoded), copy.deepcopy(decoded), pickle.loads(pickle.dumps(decoded))):
        assert copied == decoded
        assert json.dumps(copied.to_dict()) == json.dumps(value)
        copied["x"] = 1
        assert copied != decoded


@given(data=st.data(), length=st.integers(0, 20))
@settings(max_examples=examples(50))
def test_decoding_json_text_equals_decoding_its_object(data: st.DataObject, length: int) -> None:
    """Even where decoding shares parts of the text's values, and empties long lists to save memory."""
    value = data.draw(shaped(SCHEMAS["ChatCompletion"]))
    token = {"token": "a", "logprob": -1.5, "top_logprobs": [{"token": str(number)} for number in range(length)]}
    odd = [1, None, [token], "x"]
    value["choices"] = [{"logprobs": {"content": [*odd, *[token] * length, *odd]}, "x": [odd]}] * (length // 2)
    text = json.dumps(value)
    decoded = ChatCompletion.from_json(text)
    assert decoded == ChatCompletion.from_dict(value)
    assert json.dumps(decoded.to_dict()) == text


@given(data=st.data())
@settings(max_examples=examples(50))
def test_to_dict_and_deep_copies_share_nothing_with_the_model(data: st.DataObject) -> None:
    """Emptying all containers of the result does not change the model."""
    value = data.draw(shaped(SCHEMAS["ChatCompletion"]))
    model = ChatCompletion.from_dict(value)
    before = json.dumps(value)

    def empty(container: Any) -> None:
        for inner in container.values() if isinstance(container, dict) else container:
            if isinstance(inner, Model):
                empty(vars(inner))
            elif isinstance(inner, dict | list):
                empty(inner)
        container.clear()

    empty(model.to_dict())
    empty(vars(copy.deepcopy(model)))
    empty(vars(pickle.loads(pickle.dumps(model))))
    assert json.dumps(model.to_dict()) == before


def test_from_dict_keeps_objects_without_a_class() -> None:
    """Undeclared values and free-form objects are shared with the caller's dict; nested models are not."""
    later, tool = {"a": [1]}, {"type": "function"}
    value = {"later": later, "tools": [tool], "choices": []}
    completion = ChatCompletion.from_dict(value)
    assert completion["later"] is later
    assert completion.tools and completion.tools[0] is tool
    del completion["later"]
    assert "later" in value


def nested(depth: int) -> str:
    """Return JSON nested to a depth."""
    return '{"a": [' * (depth // 2) + "1" + "]}" * (depth // 2)


def test_models_hold_json_of_any_depth() -> None:
    """It is decoded, written, copied, pickled and compared at the greatest depth that `json.loads` can read."""

    def readable(depth: int) -> bool:
        try:
            json.loads(f'{{"id": "x", "later": {nested(depth)}}}')
        except RecursionError:
            return False
        return True

    deepest = max(depth for depth in range(0, 4000, 2) if readable(depth))
    text = f'{{"id": "x", "later": {nested(deepest)}}}'
    model = ChatCompletion.from_json(text)
    assert model.to_json() == text
    assert len(model.to_json(indent=1)) >= len(text)
    for copied in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert copied == model
        assert copied.to_json() == text
    assert ChatCompletion.from_json(text.replace("1", "2")) != model
    assert "later={'a': [{'a': [" in repr(model)


def test_the_reference_pages_response_is_typed_throughout() -> None:
    """All properties of the page's response are declared, and its numbers keep their precision."""
    completion = ChatCompletion.from_dict(REFERENCE)
    assert completion.to_dict() == REFERENCE
    assert completion.seed == 4944116822809979520
    assert completion.usage and completion.usage.total_tokens == 31
    assert completion.metadata == {}
    parts = [completion, completion.usage, completion.choices[0], completion.choices[0].message]
    assert [part.additional_keys for part in parts] == [[], [], [], []]


def test_absent_reads_as_none_and_is_distinguished_from_null() -> None:
    """By `in` and by `to_dict`; a required property that a server left out reads as None too."""
    message: Any = ChatCompletionMessage.from_dict({"content": None})
    assert (message.content, message.refusal, message.role) == (None, None, None)
    assert ("content" in message, "refusal" in message, "role" in message, 1 in message) == (True, False, False, False)
    assert message.to_dict() == {"content": None}
    assert repr(message) == "ChatCompletionMessage(content=None)"


def test_assigning_makes_present_and_deleting_makes_absent() -> None:
    """By attribute or by name, declared or not; a new property comes last."""
    message: Any = ChatCompletionMessage.from_dict({"content": "a", "role": "user"})
    message.refusal = None
    message["later"] = [1]
    message.content = "b"
    assert message.to_json() == '{"content": "b", "role": "user", "refusal": null, "later": [1]}'
    del message.content
    del message["refusal"]
    assert (message.content, "content" in message) == (None, False)
    assert message.to_dict() == {"role": "user", "later": [1]}
    for name in ("content", "nothing"):
        with pytest.raises(KeyError, match=name):
            message[name]
        with pytest.raises(KeyError, match=name):
            del message[name]


def test_an_undeclared_property_is_an_attribute_a_typo_is_named() -> None:
    """As in openai-python; a suggestion is a declared name or one that came."""
    message: Any = ChatCompletionMessage.from_dict({"role": "user", "reasoning": "because"})
    assert message.reasoning == "because"
    with pytest.raises(AttributeError, match=r"has no attribute 'contents'. Did you mean 'content'\?"):
        _ = message.contents
    with pytest.raises(AttributeError, match=r"Did you mean 'reasoning'\?"):
        _ = message.reasonning
    with pytest.raises(AttributeError, match=r"has no attribute 'xyz'\.$"):
        _ = message.xyz
    assert not hasattr(message, "__html__")


def test_properties_may_have_the_names_of_model_methods() -> None:
    """A server may send `to_dict`, `__class__` or `__dict__` without replacing anything of the model."""
    value = {name: f"the server's {name}" for name in dir(Model)}
    message = ChatCompletionMessage.from_dict({"content": "a", **value})
    assert message.to_dict() == {"content": "a", **value}
    assert type(message) is ChatCompletionMessage
    assert message["to_dict"] == "the server's to_dict"
    assert message.additional_properties["from_dict"] == "the server's from_dict"
    del message["to_dict"]
    assert "to_dict" not in message
    assert copy.deepcopy(message) == message == pickle.loads(pickle.dumps(message))


@pytest.mark.parametrize("copied", [copy.copy(UNSET), copy.deepcopy(UNSET), pickle.loads(pickle.dumps(UNSET))])
def test_unset_is_a_singleton(copied: Unset) -> None:
    """Copies and pickles of UNSET are UNSET."""
    assert copied is UNSET


def test_a_union_is_chosen_by_its_discriminator() -> None:
    """`type` chooses the class; an unknown type stays a dict; a missing type can choose a class too."""
    function = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    custom = {"id": "b", "type": "custom", "custom": {"name": "g", "input": ""}}
    bare = {"id": "c", "function": {"name": "h"}}
    unknown = {"id": "d", "type": "later"}
    odd = {"id": "e", "type": ["function"]}
    message = ChatCompletionMessage.from_dict({"tool_calls": [function, custom, bare, unknown, odd, None]})
    assert isinstance(message.tool_calls, list)
    kinds = [type(call) for call in message.tool_calls]
    assert kinds == [FunctionToolCall, CustomToolCall, FunctionToolCall, dict, dict, type(None)]
    moderation = ChatCompletionModeration.from_dict({"input": {"type": "error", "code": "x", "message": "y"}})
    assert isinstance(moderation.input, ModerationError)


def test_a_constructed_model_equals_a_decoded_one() -> None:
    """Arguments are keyword-only; a left-out one is absent, None is null, and required ones must be given."""
    made = ChatCompletionMessage(role="user", content="hi", refusal=None)
    assert made == ChatCompletionMessage.from_dict({"content": "hi", "role": "user", "refusal": None})
    assert made.to_dict() == {"role": "user", "content": "hi", "refusal": None}
    assert made != ChatCompletionMessage(role="user", content="hi")
    made["priority"] = 1
    assert "priority" in made and made["priority"] == 1 and made.additional_keys == ["priority"]
    del made.additional_properties["priority"]
    assert made.additional_properties == {}
    kind: Any = ChatCompletionMessage
    with pytest.raises(TypeError, match=r"missing 1 required keyword-only argument: 'role'"):
        kind(content="hi")
    with pytest.raises(TypeError, match="unexpected keyword argument 'contents'"):
        kind(role="user", contents="hi")
    with pytest.raises(TypeError):
        kind("user")
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


def test_additional_properties_are_a_view() -> None:
    """Changes of the dict change the model; it does not contain declared names."""
    message = ChatCompletionMessage.from_dict({"a": 1, "role": "user", "b": 2})
    rest = message.additional_properties
    assert (dict(rest), len(rest), repr(rest)) == ({"a": 1, "b": 2}, 2, "{'a': 1, 'b': 2}")
    rest["c"] = 3
    del rest["a"]
    assert message.to_dict() == {"role": "user", "b": 2, "c": 3}
    with pytest.raises(KeyError):
        rest["role"]
    with pytest.raises(KeyError):
        del rest["role"]
    with pytest.raises(KeyError, match="role is declared"):
        rest["role"] = "system"


def test_json_is_read_and_written() -> None:
    """From bytes or str, to a str that is indented on request."""
    message = ChatCompletionMessage.from_json('{"role": "user", "content": "é"}'.encode())
    assert message == ChatCompletionMessage.from_json(message.to_json())
    assert message.to_json() == '{"role": "user", "content": "é"}'
    assert message.to_json(indent=2) == '{\n  "role": "user",\n  "content": "é"\n}'
    with pytest.raises(ValueError, match="A ChatCompletionMessage is a JSON object, not a JSON list"):
        ChatCompletionMessage.from_json("[]")
    with pytest.raises(ValueError, match="Expecting value"):
        ChatCompletionMessage.from_json("")


def test_a_repr_is_readable() -> None:
    """Absent values are left out, long values of nested models are cut, and rich and pprint break lines."""
    entries = [{"token": "a", "logprob": -1.0}] * 30
    choice = {"index": 0, "message": {"role": "assistant", "content": "x" * 500}, "logprobs": {"content": entries}}
    completion = ChatCompletion.from_dict({**REFERENCE, "choices": [choice], "model": "m" * 500})
    shown = repr(completion)
    assert "x" * 200 + "'... 300 more characters" in shown
    assert "... 10 more]" in shown
    assert f"model='{'m' * 500}'" in shown
    assert "moderation" not in shown
    assert len(shown) < 3000
    for printed in (pprint.pformat(completion, width=100), pretty_repr(completion, max_width=100)):
        assert len(printed.splitlines()) > 20
        assert "usage=CompletionUsage(" in printed
    assert pprint.pformat(CompletionUsage.from_dict({"total_tokens": 1})) == "CompletionUsage(total_tokens=1)"


def test_unknown_values_of_open_enums_are_kept() -> None:
    """A value that the spec does not list stays a str."""
    completion = ChatCompletion.from_dict({"service_tier": "express", "choices": [{"finish_reason": "eos"}]})
    assert completion.service_tier == "express"
    assert completion.choices[0].finish_reason == "eos"


@pytest.mark.parametrize(
    ("leaf", "other"), some([(1, 2), ({"a": 1}, {"b": 1}), ([1], [1, 2]), ([[1]], [[2]])], 1), ids=str
)
def test_models_of_any_depth_are_compared_and_written(leaf: Any, other: Any) -> None:
    """Programs can make models deeper than any JSON text that can be read."""

    def deep(value: Any) -> ChatCompletion:
        for _ in range(20_000):
            value = {"a": [value]}
        return ChatCompletion.from_dict({"id": "x", "later": value, "empty": [{}, []]})

    model = deep(leaf)
    assert model == deep(leaf)
    assert model != deep(other)
    text = nested(40_000).replace("1", json.dumps(leaf))
    assert model.to_json() == f'{{"id": "x", "later": {text}, "empty": [{{}}, []]}}'


def test_a_model_is_equal_to_models_of_its_class_alone() -> None:
    values = {"role": "user", "content": "x"}
    message = ChatCompletionMessage.from_dict(values)
    assert message == ChatCompletionMessage.from_dict(values)
    assert message != values
    assert message != ChatCompletion.from_dict(values)


def test_a_wrong_option_of_model_dump_is_named() -> None:
    options: Any = {"exclude_defaults": True}
    with pytest.raises(TypeError, match="model_dump takes no argument 'exclude_defaults'"):
        ChatCompletionMessage(role="user", content="x").model_dump(**options)


def test_model_validate_takes_a_model_or_a_dict() -> None:
    message = ChatCompletionMessage(role="user", content="x")
    assert ChatCompletionMessage.model_validate(message) is message
    assert ChatCompletionMessage.model_validate(message.to_dict()) == message
    with pytest.raises(TypeError, match="A ChatCompletionMessage is made of a dict, not of list"):
        ChatCompletionMessage.model_validate([])


def test_a_deep_copy_keeps_values_that_are_not_json() -> None:
    message = ChatCompletionMessage(role="user", content="x")
    message["sent"] = {"at": datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC)}
    found = copy.deepcopy(message)
    assert found["sent"] == message["sent"] and found["sent"] is not message["sent"]
