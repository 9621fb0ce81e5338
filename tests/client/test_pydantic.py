"""Models as fields of pydantic's models, in a `TypeAdapter` and in FastAPI."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.testclient import TestClient

from stored_completions.models import ChatCompletion, ChatCompletionMessage

VALUE = {"id": "a", "later": {"x": 1}, "choices": [{"index": 0, "message": {"role": "user", "content": None}}]}


class Kept(BaseModel):
    completion: ChatCompletion
    others: list[ChatCompletion] = []


def test_a_model_is_a_field_of_pydantics() -> None:
    """It is validated from a dict or a model without loss, and absent differs from null."""
    completion = ChatCompletion.from_dict(VALUE)
    for given in (VALUE, completion):
        kept = Kept.model_validate({"completion": given, "others": [given]})
        assert kept.completion == kept.others[0] == completion
        assert json.loads(kept.model_dump_json()) == {"completion": VALUE, "others": [VALUE]}
        assert kept.model_dump()["completion"] == VALUE
    with pytest.raises(ValidationError, match="A ChatCompletion is made of a dict, not of list"):
        Kept.model_validate({"completion": []})


def test_a_type_adapter_reads_and_writes_models() -> None:
    adapter = TypeAdapter(list[ChatCompletionMessage])
    found = adapter.validate_json('[{"role": "user", "later": 1}]')
    assert found[0].role == "user"
    assert adapter.dump_json(found) == b'[{"role":"user","later":1}]'


@pytest.mark.parametrize("mode", ["python", "json"])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"include": {"id"}}, {"id": "a"}),
        ({"exclude": {"choices", "later"}}, {"id": "a"}),
        ({"include": {"later": {"x"}}}, {"later": {"x": 1}}),
        ({"exclude": {"later": True, "choices": {"__all__": {"message"}}}}, {"id": "a", "choices": [{"index": 0}]}),
        ({"exclude_none": True, "include": {"choices"}}, {"choices": [{"index": 0, "message": {"role": "user"}}]}),
        ({"exclude_unset": True, "exclude_defaults": True, "by_alias": True}, VALUE),
    ],
    ids=["include", "exclude", "include inside", "exclude inside", "exclude None", "no effect"],
)
def test_pydantics_options_select_properties(options: Any, expected: Any, mode: Any) -> None:
    """FastAPI passes them too, so that what is excluded from a response is not sent."""
    completion = ChatCompletion.from_dict(VALUE)
    assert TypeAdapter(ChatCompletion).dump_python(completion, mode=mode, **options) == expected
    inside: dict[str, Any] = {
        name: {"completion": value} if isinstance(value, set | dict) else value for name, value in options.items()
    }
    found = Kept(completion=completion).model_dump(mode=mode, **inside)
    assert found.pop("completion") == expected
    assert completion.to_dict() == VALUE


def test_the_json_schema_is_that_of_the_declared_fields() -> None:
    schema: Any = Kept.model_json_schema()["properties"]["completion"]
    assert {"id", "object", "usage", "choices"} <= schema["properties"].keys()
    assert schema["required"] == ["id", "object", "created", "model", "choices"]
    assert schema["properties"]["created"] == {"type": "integer"}
    message = schema["properties"]["choices"]["items"]["properties"]["message"]
    assert message["properties"]["content"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}


def test_fastapi_takes_and_gives_models() -> None:
    app = FastAPI()

    def same(completion: ChatCompletion) -> ChatCompletion:
        return completion

    same.__annotations__ = {"completion": Annotated[ChatCompletion, Body()], "return": ChatCompletion}
    app.post("/same")(same)
    with TestClient(app) as client:
        assert client.post("/same", json=VALUE).json() == VALUE
        assert client.post("/same", json=[]).status_code == 422
        assert "ChatCompletion" in json.dumps(client.get("/openapi.json").json())
