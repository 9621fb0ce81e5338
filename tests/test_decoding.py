"""Decoding is total and lossless, whatever a server sends; and what is decoded can be copied and pickled."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from stored_completions import UNSET, models
from stored_completions.models import (
    ChatCompletion,
    ChatCompletionMessage,
    ChatCompletionModeration,
    CustomToolCall,
    FunctionToolCall,
    ModerationError,
)
from stored_completions.types import Model, Unset

ROOT = Path(__file__).parent.parent
SCHEMAS: dict[str, Any] = YAML(typ="safe").load(ROOT / "openapi.yaml")["components"]["schemas"]
MODELS: list[type[Model]] = [each for name in models.__all__ if isinstance(each := getattr(models, name), type)]
REFERENCE = json.loads((ROOT / "tests/fixtures/reference/chat_completion.json").read_text(encoding="utf-8"))

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)


def shaped(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a schema, and values that a server may send in their place: dropped, null, mistyped, with more."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return st.deferred(lambda: shaped(SCHEMAS[name]))
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return st.one_of([shaped(each) for each in schema[key]])
    if "allOf" in schema:
        parts = [SCHEMAS[each["$ref"].rsplit("/", 1)[-1]] if "$ref" in each else each for each in schema["allOf"]]
        properties = {name: each for part in parts for name, each in part.get("properties", {}).items()}
        return shaped({"type": "object", "properties": properties})
    if "const" in schema or "enum" in schema:
        return st.sampled_from([schema["const"]] if "const" in schema else schema["enum"]) | st.text(max_size=5)
    if schema.get("type") == "array":
        return st.lists(shaped(schema["items"]) | scalars, max_size=3)
    if schema.get("type") == "object":
        known = {name: shaped(each) | json_values for name, each in schema.get("properties", {}).items()}
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


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_any_object_decodes_and_comes_back_equal(model: type[Model], data: st.DataObject) -> None:
    """`from_dict` never raises and `to_dict` loses nothing, with declared names holding anything."""
    names = [*SCHEMAS[model.__name__].get("properties", {}), "additional_properties"]
    keys = st.sampled_from(names) | st.text()
    value = data.draw(st.dictionaries(keys, json_values, max_size=6))
    before = copy.deepcopy(value)
    assert model.from_dict(value).to_dict() == value
    assert value == before, "the caller's object was changed"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_objects_like_a_servers_decode_copy_and_pickle(model: type[Model], data: st.DataObject) -> None:
    """Objects shaped by the schema, with keys dropped, nulled, mistyped and added, survive every way of copying."""
    value = data.draw(shaped(SCHEMAS[model.__name__]).filter(lambda each: isinstance(each, dict)))
    decoded = model.from_dict(value)
    assert decoded.to_dict() == value
    for copied in (copy.copy(decoded), copy.deepcopy(decoded), pickle.loads(pickle.dumps(decoded))):
        assert copied == decoded
        assert copied.to_dict() == value


def test_the_reference_pages_response_is_typed_throughout() -> None:
    """Nothing of the page's response is undeclared, and its numbers keep their precision."""
    completion = ChatCompletion.from_dict(REFERENCE)
    assert completion.to_dict() == REFERENCE
    assert completion.seed == 4944116822809979520
    assert completion.usage and completion.usage.total_tokens == 31
    assert completion.metadata == {}
    parts = [completion, completion.usage, completion.choices[0], completion.choices[0].message]
    assert [part.additional_keys for part in parts] == [[], [], [], []]


def test_absent_is_unset_and_null_is_none() -> None:
    """The two are told apart, and neither is true."""
    message = ChatCompletionMessage.from_dict({"role": "assistant", "content": None})
    assert message.content is None
    assert message.refusal is UNSET
    assert not message.refusal
    assert repr(message) == "ChatCompletionMessage(role='assistant', content=None)"


@pytest.mark.parametrize("copied", [copy.copy(UNSET), copy.deepcopy(UNSET), pickle.loads(pickle.dumps(UNSET))])
def test_unset_is_one(copied: Unset) -> None:
    """Copies and pickles of UNSET are UNSET."""
    assert copied is UNSET


def test_a_union_is_chosen_by_its_discriminator() -> None:
    """`type` chooses the class; an unknown one stays a dict; where the type may be left out, absence chooses too."""
    function = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    custom = {"id": "b", "type": "custom", "custom": {"name": "g", "input": ""}}
    bare = {"id": "c", "function": {"name": "h"}}
    unknown = {"id": "d", "type": "later"}
    odd = {"id": "e", "type": ["function"]}
    message = ChatCompletionMessage.from_dict({"tool_calls": [function, custom, bare, unknown, odd, None]})
    assert isinstance(message.tool_calls, list)
    kinds = [type(each) for each in message.tool_calls]
    assert kinds == [FunctionToolCall, CustomToolCall, FunctionToolCall, dict, dict, type(None)]
    moderation = ChatCompletionModeration.from_dict({"input": {"type": "error", "code": "x", "message": "y"}})
    assert isinstance(moderation.input_, ModerationError)


def test_a_model_made_by_hand_is_the_one_decoded() -> None:
    """Models are plain attrs classes: made by keyword, changed, and read by the names of the JSON in a dict."""
    made = ChatCompletionMessage(role="user", content="hi")
    assert made == ChatCompletionMessage.from_dict({"role": "user", "content": "hi"})
    made["priority"] = 1
    made.content = UNSET
    assert made.to_dict() == {"role": "user", "priority": 1}
    assert "priority" in made and made["priority"] == 1 and made.additional_keys == ["priority"]
    del made["priority"]
    assert made.additional_properties == {}


def test_unknown_values_of_open_enums_are_kept() -> None:
    """A tier or a reason that the document does not list is the string that it is."""
    completion = ChatCompletion.from_dict({"service_tier": "express", "choices": [{"finish_reason": "eos"}]})
    assert completion.service_tier == "express"
    assert completion.choices[0].finish_reason == "eos"
