"""Stores for the embedded server: the fixtures' completions, or any number of generated ones."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from stored_completions_testing.server import RefusalError, Store
from tests import ROOT

SPEC, CONFIG, GENERATED = ROOT / "openapi.yaml", ROOT / "generator-config.yml", ROOT / "generated"
FIXTURES = ROOT / "tests" / "fixtures"


@cache
def recorded() -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """Return the fixtures' completions, oldest first, and the known messages of each."""
    from tests.support.bodies import read  # noqa: PLC0415 - what it imports takes a second in each process

    completions: dict[str, dict[str, Any]] = {}
    messages: dict[str, dict[str, dict[str, Any]]] = {}
    paths = (path for path in sorted(FIXTURES.rglob("*")) if path.suffix in (".json", ".yaml"))
    for body in (body.value for path in paths for body in read(path, path.name) if isinstance(body.value, dict)):
        for item in body["data"] if body.get("object") == "list" else [body]:
            if item.get("object") == "chat.completion":
                completions.setdefault(item["id"], item)
            elif "role" in item:
                messages.setdefault(item["id"].rpartition("-")[0], {}).setdefault(item["id"], item)
    in_order = sorted(completions.values(), key=lambda completion: completion["created"])
    return in_order, {completion_id: [*found.values()] for completion_id, found in messages.items()}


def recorded_store() -> Store:
    """Return a new store with the fixtures' completions."""
    return Store(*recorded())


class Generated(Store):
    """A store of any number of completions, oldest first, that are generated on request.

    Attributes:
        number: How many there are.
        seconds: How long each answer takes, as if the server were far away.
        largest_page: The most items of a page, even if more are asked for.
    """

    def __init__(self, number: int, seconds: float = 0.0, largest_page: int = 100) -> None:
        self.number, self.seconds, self.largest_page = number, seconds, largest_page

    def indices(self, after: int | None, limit: int, descending: bool) -> tuple[list[int], bool]:
        """Return the indices of a page, and whether another page follows."""
        if descending:
            start = self.number - 1 if after is None else after - 1
            return [*range(start, max(start - limit, -1), -1)], start - limit >= 0
        start = 0 if after is None else after + 1
        return [*range(start, min(start + limit, self.number))], start + limit < self.number

    def text(self, index: int) -> str:
        """Return the JSON text of a completion."""
        return (
            f'{{"id":"{generated_id(index)}","object":"chat.completion","created":{1_700_000_000 + index},'
            f'"model":"gpt-4o-2024-08-06","temperature":1.0,"seed":{4944116822809979520 + index},'
            f'"metadata":{{"half":"{index % 2}"}},'
            '"usage":{"prompt_tokens":13,"completion_tokens":18,"total_tokens":31},'
            f'"choices":[{{"index":0,"message":{{"role":"assistant","content":"Answer {index}: {_FILLING}"}},'
            '"finish_reason":"stop","logprobs":null}]}'
        )

    def message_text(self, index: int) -> str:
        """Return the JSON text of a completion's only message."""
        completion_id = generated_id(index)
        return f'{{"id":"{completion_id}-0","role":"user","content":"Question {index}?","name":null}}'

    def index(self, completion_id: str) -> int:
        """Return the index of an id, or a refusal if there is none."""
        number = completion_id.removeprefix("chatcmpl-")
        if not number.isdecimal() or int(number) >= self.number:
            raise RefusalError(404, f"Chat completion with id {completion_id!r} not found.", code="not_found")
        return int(number)

    async def retrieve(self, request: Request) -> Response:
        await asyncio.sleep(self.seconds)
        return _json(self.text(self.index(request.path_params["completion_id"])))

    async def list(self, request: Request) -> Response:
        query = request.query_params
        after = self.index(query["after"]) if "after" in query else None
        await asyncio.sleep(self.seconds)
        limit = min(int(query.get("limit", "20")), self.largest_page)
        indices, more = self.indices(after, limit, query.get("order") == "desc")
        return _page_of([self.text(index) for index in indices], [generated_id(index) for index in indices], more)

    async def messages(self, request: Request) -> Response:
        index = self.index(request.path_params["completion_id"])
        await asyncio.sleep(self.seconds)
        return _page_of([self.message_text(index)], [f"{generated_id(index)}-0"], False)


_FILLING = "Mind of circuits hum, learning patterns in silence: future's quiet spark. " * 4


def generated_id(index: int) -> str:
    """Return the id of a generated completion."""
    return f"chatcmpl-{index:09}"


def _page_of(texts: list[str], ids: list[str], more: bool) -> Response:
    first, last = (json.dumps(ids[end] if ids else None) for end in (0, -1))
    has_more = "true" if more else "false"
    return _json(
        f'{{"object":"list","data":[{",".join(texts)}],"first_id":{first},"last_id":{last},"has_more":{has_more}}}'
    )


def _json(text: str) -> Response:
    return Response(text.encode("utf-8", "surrogatepass"), media_type="application/json")
