"""A store whose server answers some requests as broken servers, gateways and proxies do."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from stored_completions_testing.faults import answer
from stored_completions_testing.seed import completion, messages
from stored_completions_testing.server import Store

OLD = 1_700_000_000
# Makes a faulty body of a correct one; None keeps the body.
Fault = Callable[[Any], Response | None]


def _changed(**values: Any) -> Fault:
    return lambda body: answer({**body, **values})


def _without(name: str) -> Fault:
    return lambda body: answer({key: value for key, value in body.items() if key != name})


ERROR = {"error": {"message": "The backend is away.", "type": "server_error", "code": None}}
LOGIN = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>...</form></body></html>"
DEEP = b"[" * 30_000 + b"]" * 30_000

# Faults of any body.
ANYWHERE: dict[str, Fault] = {
    "error with 200": lambda body: answer(ERROR),
    "an empty object": lambda body: answer({}),
    "an array": lambda body: answer([]),
    "null": lambda body: answer(None),
    "a string": lambda body: answer("ok"),
    "a number": lambda body: answer(1),
    "a login page": lambda body: Response(LOGIN, 200, {"content-type": "text/html"}),
    "an empty body": lambda body: answer(b""),
    "a cut body": lambda body: answer(json.dumps(body).encode()[:-7]),
    "half a body": lambda body: answer(json.dumps(body).encode()[: len(json.dumps(body)) // 2]),
    "no UTF-8": lambda body: answer(b"\xff\xfe{\x00"),
    "a byte of another charset": lambda body: answer(json.dumps(body).encode().replace(b'"object"', b'"obj\xe9ct"', 1)),
    "too deep": lambda body: answer(DEEP),
    "deep inside": lambda body: answer(json.dumps(body).encode()[:-1] + b',"deep":' + DEEP + b"}"),
    "a long number": lambda body: answer(json.dumps(body).encode()[:-1] + b',"long":' + b"7" * 5000 + b"}"),
    "an error beside": lambda body: answer({**body, **ERROR}),
    "500": lambda body: answer(ERROR, 500, retry_after_ms="1"),
    "502 page": lambda body: Response(LOGIN, 502, {"content-type": "text/html", "retry-after-ms": "1"}),
    "429": lambda body: answer(ERROR, 429, retry_after_ms="5"),
    "404": lambda body: answer(ERROR, 404),
    "401": lambda body: answer(ERROR, 401),
    "400": lambda body: answer(ERROR, 400),
    "302": lambda body: answer(b"", 302, location="http://127.0.0.1:9/"),
}
# Faults of lists.
LISTS: dict[str, Fault] = {
    "data null": _changed(data=None),
    "data missing": _without("data"),
    "data an object": _changed(data={}),
    "data of nulls": lambda body: answer({**body, "data": [None for _ in body["data"]]}),
    "data of empty objects": lambda body: answer({**body, "data": [{} for _ in body["data"]]}),
    "data of strings": lambda body: answer({**body, "data": ["a" for _ in body["data"]]}),
    "more without a cursor": lambda body: answer({"object": "list", "data": [], "has_more": True}),
    "no items in a byte of another charset": lambda body: answer(b'{"object": "list\xe9", "data": []}'),
    "a cursor that stands": lambda body: answer({**body, "has_more": True, "last_id": "chatcmpl-000"}),
}
# Faults of lists of completions only.
LISTINGS: dict[str, Fault] = {
    "half a character as an id": lambda body: answer(
        {**body, "data": [{**item, "id": "\ud800"} for item in body["data"][:1]] + body["data"][1:]}
    ),
}
# Faults of completions.
OBJECTS: dict[str, Fault] = {
    "another id": _changed(id="chatcmpl-other"),
    "id null": _changed(id=None),
    "id missing": _without("id"),
    "choices null": _changed(choices=None),
    "choices missing": _without("choices"),
    "only id and error": lambda body: answer({"id": body.get("id"), **ERROR}),
}
# Complete answers without metadata, so that filters cannot be judged.
METADATA: dict[str, Fault] = {
    "metadata missing": _without("metadata"),
    "metadata a string": _changed(metadata="x"),
    "metadata null": _changed(metadata=None),
}
DELETIONS: dict[str, Fault] = {
    "deleted false": _changed(deleted=False),
    "deleted missing": _without("deleted"),
    "another deleted": _changed(id="chatcmpl-other"),
}
OF_KIND: dict[str, dict[str, Fault]] = {
    "list": {**ANYWHERE, **LISTS, **LISTINGS},
    "retrieve": {**ANYWHERE, **OBJECTS},
    "messages": {**ANYWHERE, **LISTS},
    "update": {**ANYWHERE, **OBJECTS},
    "delete": {**ANYWHERE, **DELETIONS},
}


class Faulty(Store):
    """A store of ten completions, by default, whose answers may have faults.

    Attributes:
        spoil: Is told the kind of a request and its number, and returns the fault of its answer, if it has one.
        deleted: What each completion and its messages were when they were deleted.
        largest_page: The most items of a page.
    """

    def __init__(self, number: int = 10) -> None:
        self.names = [f"chatcmpl-{index:03}" for index in range(number)]
        super().__init__(
            [
                completion(name, f"Answer {name}.", created=OLD + index, metadata={"run": "test", "kept": name})
                for index, name in enumerate(self.names)
            ],
            {name: messages(name, f"Question {name}?", "More?") for name in self.names},
        )
        self.spoil: Callable[[str, int], Fault | None] = lambda kind, number: None
        self.seen: Counter[str] = Counter()
        self.deleted: dict[str, dict[str, Any]] = {}
        self.largest_page = 4

    def line(self, name: str) -> dict[str, Any]:
        """Return the line of a completion in an export."""
        return {**copy.deepcopy(self.completions[name]), "messages": copy.deepcopy(self._messages[name])}

    def _answer(self, kind: str, response: Response) -> Response:
        fault = self.spoil(kind, self.seen[kind])
        self.seen[kind] += 1
        if fault is None or response.status_code != 200:
            return response
        return fault(json.loads(bytes(response.body))) or response

    async def list(self, request: Request) -> Response:
        limit = min(int(request.query_params.get("limit", "20")), self.largest_page)
        query = [(name, value) for name, value in request.query_params.multi_items() if name != "limit"]
        scope = {**request.scope, "query_string": _encoded([*query, ("limit", str(limit))])}
        return self._answer("list", await super().list(Request(scope)))

    async def retrieve(self, request: Request) -> Response:
        return self._answer("retrieve", await super().retrieve(request))

    async def messages(self, request: Request) -> Response:
        return self._answer("messages", await super().messages(request))

    async def update(self, request: Request) -> Response:
        return self._answer("update", await super().update(request))

    async def delete(self, request: Request) -> Response:
        name = request.path_params["completion_id"]
        if name in self.completions:
            self.deleted[name] = self.line(name)
        return self._answer("delete", await super().delete(request))


def _encoded(query: list[tuple[str, str]]) -> bytes:
    return urlencode(query).encode()
