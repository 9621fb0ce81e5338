"""The client's requests follow the document, as Steady judges each of them.

The calls are made from the document itself: every operation, with all its parameters and with none that it can do
without, through each of the endpoint functions; and the same with values that the document does not allow.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from stored_completions import AuthenticatedClient, models
from stored_completions.errors import BadRequestError
from stored_completions.types import Model
from tests import ROOT
from tests.support.callers import Async, Sync
from tests.support.spec import METHODS, Pointer, Spec, snake

SPEC = Spec(ROOT / "openapi.yaml")
FUNCTIONS = ("sync", "sync_detailed", "asyncio", "asyncio_detailed")

# Values that must be escaped.
SAMPLES: dict[str, Any] = {"string": "ü & ? = # / %", "integer": 3, "number": 0.5, "boolean": True, "null": None}


class Call(NamedTuple):
    """A call of an operation, and what Steady must object to, if anything."""

    module: str
    arguments: dict[str, Any]
    body: tuple[str, Any] | None = None
    objection: str | None = None

    def __str__(self) -> str:
        return f"{self.module}-{self.objection or len(self.arguments)}"


def sample(pointer: Pointer) -> Any:
    """Return a value that the schema at a pointer allows."""
    pointer, schema = SPEC.at(pointer)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return sample((*pointer, choice, "0"))
    if schema.get("type") == "object":
        value = {name: sample((*pointer, "properties", name)) for name in schema.get("properties", {})}
        extra = isinstance(schema.get("additionalProperties"), dict)
        return value | ({"a key": sample((*pointer, "additionalProperties"))} if extra else {})
    return SAMPLES[schema["type"]]


def calls() -> Iterator[Call]:
    """Return good and bad calls of all operations."""
    for path, item in SPEC.value["paths"].items():
        place = ("paths", path)
        for method in sorted(item.keys() & {*METHODS}):
            operation = item[method]
            module = f"{snake(operation.get('tags', ['default'])[0])}.{snake(operation['operationId'])}"
            parameters = {}
            for origin in (place, (*place, method)):
                for number in range(len(SPEC.at(origin)[1].get("parameters", ()))):
                    pointer, parameter = SPEC.at((*origin, "parameters", str(number)))
                    parameters[parameter["name"]] = (pointer, parameter)
            arguments = {snake(name): sample((*pointer, "schema")) for name, (pointer, _) in parameters.items()}
            needed = {snake(name) for name, (_, parameter) in parameters.items() if parameter.get("required")}
            if "requestBody" not in operation:
                yield Call(module, arguments)
                yield Call(module, {name: arguments[name] for name in needed})
                for name, (pointer, _) in parameters.items():
                    schema = SPEC.at((*pointer, "schema"))[1]
                    if schema.get("type") == "integer" or "enum" in schema:
                        yield Call(module, {**arguments, snake(name): "none of these"}, objection=f"query.{name}")
            else:
                at, schema = SPEC.at((*place, method, "requestBody", "content", "application/json", "schema"))
                yield Call(module, arguments, (at[-1], sample(at)))
                for name in schema.get("required", ()):
                    yield Call(module, arguments, (at[-1], {}), objection="body")
                    yield Call(module, arguments, (at[-1], {name: 5}), objection=f"body.{name}")


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("call", list(calls()), ids=str)
def test_a_request_is_what_the_document_says(judge: str, function: str, call: Call) -> None:
    """Steady accepts a good request, and names what is wrong in a bad one."""
    arguments = dict(call.arguments)
    if call.body:
        model, value = call.body
        arguments["body"] = getattr(models, model).from_dict(value)
    endpoint: Any = importlib.import_module(f"stored_completions.api.{call.module}")

    async def result() -> Any:
        with AuthenticatedClient(base_url=judge, token="a-key") as client:
            async with client:
                returned = getattr(endpoint, function)(client=client, **arguments)
                return await returned if inspect.isawaitable(returned) else returned

    if not function.endswith("_detailed") and call.objection:
        with pytest.raises(BadRequestError):
            asyncio.run(result())
        return
    response = asyncio.run(result())
    if not function.endswith("_detailed"):
        assert isinstance(response, Model)
        return
    headers = response.headers
    assert headers["x-steady-error-count"] == ("1" if call.objection else "0"), dict(headers)
    assert response.status_code == (400 if call.objection else 200)
    assert headers.get("x-steady-error-1-path") == call.objection


@pytest.mark.parametrize("kind", [Sync, Async])
def test_the_resources_send_the_same(judge: str, kind: type[Sync]) -> None:
    """Steady accepts the requests of each method of `client.chat.completions`."""
    caller = kind({"api_key": "a-key", "base_url": judge})
    completions = caller.client().chat.completions.with_raw_response
    messages = caller.client().chat.completions.messages.with_raw_response
    page = {"after": "an id", "limit": 2, "order": "desc"}
    filters = {"model": "a/model", "metadata": {"a": "b", "c d": "ü"}}
    of_all, of_one = "/chat/completions", "/chat/completions/{completion_id}"
    for call, path in (
        (completions.list(**page, **filters), of_all),
        (completions.retrieve("an id"), of_one),
        (completions.update("an id", metadata={"a": "b"}), of_one),
        (completions.update("an id", metadata=None), of_one),
        (completions.delete("an id"), of_one),
        (messages.list("an id", **page), f"{of_one}/messages"),
    ):
        response = caller.run(call)
        assert response.headers["x-steady-error-count"] == "0", dict(response.headers)
        assert response.headers["x-steady-matched-path"] == path
        assert response.parse()
    caller.close()
