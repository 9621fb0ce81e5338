"""Models work as attrs classes, and keep absent and null apart."""

from __future__ import annotations

import copy
import importlib
import inspect
import json
import pickle
import pydoc
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import cattrs
import pytest
from attrs import define, evolve, field
from cattrs.errors import ClassValidationError, StructureHandlerNotFoundError
from cattrs.strategies import use_class_methods
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from stored_completions import models
from stored_completions.models import ChatCompletion, ChatCompletionMessage, ChatCompletionUpdate, Choice
from stored_completions.types import Model
from tests import ROOT
from tests.support.amount import WHOLE, examples
from tests.support.generating import generate
from tests.support.server import CONFIG

# Names that Python, models or attrs use, and attributes' types.
ODD = """openapi: 3.1.0
info: {title: Odd, version: "1"}
paths: {}
components:
  schemas:
    Model:
      type: object
      required: [id, class, self]
      properties:
        id: {type: string}
        class: {type: string}
        self: {type: [string, "null"]}
        NOTHING: {type: string}
        attr_dict: {type: string}
        field: {type: string}
        define: {type: string, deprecated: true}
        to_dict: {type: string}
        additional_properties: {type: string}
        content-type: {type: string}
        born: {type: string, format: date}
        at: {type: string, format: date-time}
        inner: {$ref: "#/components/schemas/Any"}
        many: {type: array, items: {$ref: "#/components/schemas/Any"}}
    Any:
      type: object
      properties: {Literal: {type: string, enum: [a]}, x: {type: integer}}
      additionalProperties: {type: integer}
"""


def package(name: str, spec: Path, folder: Path) -> ModuleType:
    """Return the models of a package that is generated from a spec."""
    config = folder / "generator-config.yml"
    config.write_text(CONFIG.read_text(encoding="utf-8").replace("stored_completions", name), encoding="utf-8")
    (folder / "out").mkdir()
    generate(folder / "out", spec=spec, config=config)
    sys.path.insert(0, str(folder / "out"))
    try:
        return importlib.import_module(f"{name}.models")
    finally:
        sys.path.remove(str(folder / "out"))


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[type[Model]]]:
    """Return the models of three packages."""
    odd = tmp_path_factory.mktemp("odd")
    (odd / "odd.yaml").write_text(ODD, encoding="utf-8")
    library = ROOT / "tests/programs/documents/library.yaml"
    found = {
        "fragment": models,
        "library": package("library", library, tmp_path_factory.mktemp("library")),
        "odd": package("odd", odd / "odd.yaml", odd),
    }
    return {
        name: [kind for one in module.__all__ if isinstance(kind := getattr(module, one), type)]
        for name, module in found.items()
    }


@pytest.fixture(params=["fragment", "library", "odd"])
def classes(request: pytest.FixtureRequest, packages: dict[str, list[type[Model]]]) -> list[type[Model]]:
    """Return the model classes of one package."""
    return packages[request.param]


def declared(model: type[Any]) -> list[attrs.Attribute[Any]]:
    """Return the fields that the spec declares for a model."""
    return [attribute for attribute in attrs.fields(model) if attribute.name != "additional_properties"]


def made(model: type[Model], **more: Any) -> Model:
    """Return an instance with a value for each required argument."""
    required = {attribute.name: "x" for attribute in declared(model) if attribute.default is attrs.NOTHING}
    return model(**{**required, **more})


objects = st.dictionaries(
    st.sampled_from(["later", "to_dict", "id", "role", "x"]) | st.text(max_size=3),
    st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2),
    max_size=5,
)


def test_each_model_is_an_attrs_class(classes: list[type[Model]]) -> None:
    """A model has its fields, with their types, and a keyword-only constructor."""
    assert classes
    for model in classes:
        assert attrs.has(model)
        assert attrs.fields_dict(model).keys() == {attribute.name for attribute in attrs.fields(model)}
        attrs.resolve_types(model)
        assert not any(isinstance(attribute.type, str) for attribute in attrs.fields(model))
        parameters = inspect.signature(model).parameters
        assert [*parameters] == [*(attribute.name for attribute in declared(model)), "additional_properties"]
        assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
        assert all(parameter.annotation is not inspect.Parameter.empty for parameter in parameters.values())


def test_help_shows_the_fields_first(classes: list[type[Model]]) -> None:
    for model in classes:
        screen = pydoc.plain(pydoc.render_doc(model)).splitlines()[:24]
        for attribute in declared(model)[:4]:
            assert any(attribute.name in line for line in screen), "\n".join(screen)


def test_fields_have_wire_names_and_deprecation_as_metadata(packages: dict[str, list[type[Model]]]) -> None:
    model = next(item for item in packages["odd"] if "content_type" in attrs.fields_dict(item))
    metadata = {attribute.name: dict(attribute.metadata) for attribute in attrs.fields(model) if attribute.metadata}
    assert metadata["content_type"] == {"wire_name": "content-type"}
    assert metadata["class_"] == {"wire_name": "class"}
    assert metadata["define"] == {"deprecated": True}
    assert attrs.fields_dict(ChatCompletion)["system_fingerprint"].metadata == {"deprecated": True}


def lists(value: Any) -> Any:
    """Replace tuples by lists, as cattrs does for the parts of a file."""
    if isinstance(value, list | tuple):
        return [lists(item) for item in value]
    return {key: lists(item) for key, item in value.items()} if isinstance(value, dict) else value


def test_hypothesis_builds_models_that_unstructure_as_asdict(classes: list[type[Model]]) -> None:
    """The values follow the types of the fields; `asdict` and cattrs cannot tell absent from null, `to_dict` can."""
    converter = cattrs.Converter()
    for model in () if WHOLE else classes:  # Hypothesis would infer it again in each place of a model
        st.register_type_strategy(attrs.resolve_types(model), st.builds(model))
    for model in classes:

        @given(instance=st.from_type(model))
        @settings(
            max_examples=1,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            deadline=None,
        )
        def check(instance: Model) -> None:
            assert repr(type(instance).from_dict(instance.to_dict()).to_dict()) == repr(instance.to_dict())
            if "additional_properties" not in type(instance).__annotations__:  # undeclared properties are untyped
                instance["later"] = {"a": 1}
            found = attrs.asdict(instance)
            assert [*found] == [attribute.name for attribute in attrs.fields(type(instance))]
            assert type(found["additional_properties"]) is dict
            assert lists(converter.unstructure(instance)) == lists(found)

        check()


def test_nested_models_are_unstructured_too() -> None:
    value = {"id": "a", "choices": [{"index": 0, "message": {"role": "user", "content": "x", "later": 1}}]}
    completion = ChatCompletion.from_dict(value)
    found = cattrs.Converter().unstructure(completion)
    assert found == attrs.asdict(completion)
    assert found["choices"][0]["message"]["content"] == "x"
    assert json.dumps(attrs.asdict(completion))


def test_a_converter_without_the_models_methods_is_strict() -> None:
    """It checks the declared types: another type raises an error of cattrs."""
    converter = cattrs.Converter()
    with pytest.raises(AttributeError):
        converter.unstructure(ChatCompletion.from_dict({"choices": [{"message": "text"}]}))
    with pytest.raises((StructureHandlerNotFoundError, ClassValidationError)):  # either, depending on cattrs' version
        converter.structure({"index": 0}, Choice)


@given(value=objects)
@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_converter_with_the_models_methods_is_lossless(value: dict[str, Any], classes: list[type[Model]]) -> None:
    converter = cattrs.Converter()
    use_class_methods(converter, "from_dict", "to_dict")
    for model in classes:
        found = converter.structure(value, model)
        assert type(found) is model
        assert json.dumps(converter.unstructure(found)) == json.dumps(value)


@given(value=objects, data=st.data())
@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_evolve_changes_only_the_given_attributes(
    value: dict[str, Any], data: st.DataObject, classes: list[type[Model]]
) -> None:
    """Absent stays absent, None is null; undeclared properties, the order and the original stay."""
    model = data.draw(st.sampled_from([kind for kind in classes if declared(kind)]))
    names = {attribute.name: attribute.metadata.get("wire_name", attribute.name) for attribute in declared(model)}
    value = {**value, **data.draw(st.dictionaries(st.sampled_from([*names.values()]), st.none() | st.integers()))}
    changes: dict[str, Any] = data.draw(
        st.dictionaries(st.sampled_from([*names]), st.none() | st.integers(), max_size=3)
    )
    source = model.from_dict(value)
    before = json.dumps(source.to_dict())
    expected = {**value, **{names[name]: change for name, change in changes.items()}}
    for changed in (evolve(source, **changes), source.__replace__(**changes)):
        assert type(changed) is model
        assert json.dumps(changed.to_dict()) == json.dumps(expected)
    assert json.dumps(source.to_dict()) == before
    assert evolve(source) == source and evolve(source) is not source


@given(value=objects, extra=st.dictionaries(st.sampled_from("abc"), st.integers()), data=st.data())
@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_evolve_can_replace_undeclared_properties(
    value: dict[str, Any], extra: dict[str, Any], data: st.DataObject, classes: list[type[Model]]
) -> None:
    """Absent stays absent and null stays null, whether the properties come from a dict or another model."""
    model = data.draw(st.sampled_from(classes))
    names = [attribute.metadata.get("wire_name", attribute.name) for attribute in declared(model)]
    value = {**value, **data.draw(st.dictionaries(st.sampled_from(names), st.none()) if names else st.just({}))}
    extra = {name: item for name, item in extra.items() if name not in names}
    source = model.from_dict(value)
    before = json.dumps(source.to_dict())
    expected = {name: item for name, item in value.items() if name in names or name in extra} | extra
    for given_extra in (extra, model.from_dict(extra).additional_properties):
        for change in (evolve, Model.__replace__):
            changed = change(source, additional_properties=given_extra)
            assert json.dumps(changed.to_dict()) == json.dumps(expected)
    assert json.dumps(source.to_dict()) == before


@pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace is new in Python 3.13")
def test_copy_replace_is_evolve() -> None:
    update = ChatCompletionUpdate.from_dict({"later": 1})
    replace: Any = getattr(copy, "replace", None)
    assert replace(update, metadata=None).to_dict() == {"later": 1, "metadata": None}


def test_a_wrong_keyword_is_named() -> None:
    kind: Any = ChatCompletionUpdate
    with pytest.raises(TypeError, match="unexpected keyword argument 'metdata'"):
        kind(metdata={})
    with pytest.raises(TypeError, match="unexpected keyword argument 'metdata'"):
        evolve(kind(metadata=None), metdata={})
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'metadata'"):
        kind()


@given(data=st.data())
@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_constructor_keeps_order_and_leaves_out_the_rest(data: st.DataObject, classes: list[type[Model]]) -> None:
    model = data.draw(st.sampled_from(classes))
    names = {attribute.name: attribute.metadata.get("wire_name", attribute.name) for attribute in declared(model)}
    required = {attribute.name for attribute in declared(model) if attribute.default is attrs.NOTHING}
    chosen = data.draw(st.permutations([*names]))
    kept = [name for name in chosen if name in required or data.draw(st.booleans())]
    values: dict[str, Any] = {name: data.draw(st.none() | st.integers()) for name in kept}
    found = model(**values)
    assert json.dumps(found.to_dict()) == json.dumps({names[name]: value for name, value in values.items()})
    assert [getattr(found, name) for name in names] == [values.get(name) for name in names]
    assert [name in found for name in names.values()] == [name in values for name in names]
    assert found == model.from_dict(found.to_dict())


def test_undeclared_properties_can_be_given_and_replaced() -> None:
    message = ChatCompletionMessage(additional_properties={"a": 1}, role="user")
    assert message.to_dict() == {"a": 1, "role": "user"}
    message.additional_properties = {"b": 2}
    assert message.to_dict() == {"role": "user", "b": 2}
    message.additional_properties |= {"c": 3}
    assert message.additional_properties.pop("b") == 2
    message.additional_properties.setdefault("d", 4)
    assert message.to_dict() == {"role": "user", "c": 3, "d": 4}
    assert json.dumps(message.additional_properties) == '{"c": 3, "d": 4}'
    assert type(copy.deepcopy(message.additional_properties)) is dict
    with pytest.raises(KeyError, match="role is declared"):
        ChatCompletionMessage(additional_properties={"role": "user"}, role="user")


def test_keyword_patterns_match_nested_classes() -> None:
    value = {"id": "a", "choices": [{"message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}]}
    match ChatCompletion.from_dict(value):
        case ChatCompletion(
            id=found, usage=None, choices=[Choice(message=ChatCompletionMessage(role="assistant", content=str(text)))]
        ):
            assert (found, text) == ("a", "hello")
        case _:
            raise AssertionError("nothing matched")


def test_models_are_copied_and_pickled(classes: list[type[Model]]) -> None:
    for model in classes:
        instance = made(model)
        instance["later"] = [1]
        for found in (copy.copy(instance), copy.deepcopy(instance), pickle.loads(pickle.dumps(instance))):
            assert found == instance and found is not instance and found["later"] is not instance["later"]


class Plain(ChatCompletionUpdate):
    """A subclass with a method, without the decorator."""

    def first(self) -> str:
        return next(iter(self.metadata or {}), "")


class Own(ChatCompletionMessage):
    """A subclass with a constructor."""

    def __init__(self, text: str | None) -> None:
        super().__init__(role="user", content=text)


@define(kw_only=True, slots=False, eq=False, repr=False)
class More(ChatCompletionUpdate):
    """A subclass with the decorator and the arguments that the models use."""

    team: str | None = None
    size: int = 1


@define
class Default(ChatCompletionUpdate):
    """A subclass with attrs' default decorator, which makes slots and compares fields."""

    team: str | None = field(default=None, kw_only=True)


def test_subclasses_without_the_decorator_are_models() -> None:
    plain = Plain(metadata={"a": "b"})
    assert plain.first() == "a" and plain.to_dict() == {"metadata": {"a": "b"}}
    assert evolve(Plain.from_dict({"later": 1}), metadata=None).to_dict() == {"later": 1, "metadata": None}
    assert Own(None).to_dict() == {"role": "user", "content": None}
    assert pickle.loads(pickle.dumps(plain)) == plain


def test_subclasses_with_the_decorator_have_more_fields() -> None:
    assert More(metadata=None).to_dict() == {"metadata": None, "size": 1}
    assert More(team="a", metadata=None, size=2).to_dict() == {"team": "a", "metadata": None, "size": 2}
    assert evolve(More.from_dict({"metadata": None}), size=3).to_dict() == {"metadata": None, "size": 3}
    default = Default(metadata=None, team="a")
    assert default.to_dict() == {"metadata": None, "team": "a"}
    assert (Default.from_dict({"team": "b"}).team, Default.from_dict({}).team) == ("b", None)
    assert evolve(Default.from_dict({"later": 1}), team=None).to_dict() == {"later": 1, "team": None}
    for subject in (default, More(metadata=None)):
        assert pickle.loads(pickle.dumps(subject)) == subject == copy.deepcopy(subject)


def test_an_absent_attribute_is_read_as_fast_as_a_present_one() -> None:
    """The default is found on the class; `__getattr__` is only called for unknown names."""
    model: Any = ChatCompletion
    assert all(getattr(model, attribute.name) is None for attribute in declared(ChatCompletion))
