"""The five operations over HTTP on loopback, in memory: what the demo, the tests and the benchmarks talk to.

`python -m tests.server` serves until it is interrupted; `python -m tests.server PROGRAM ARGS...` runs a program
against it, and exits with the program's status. `--generated NUMBER` before the program: with so many completions.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.bodies import read

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
KEY = "sk-embedded-server"


@cache
def recorded() -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """What the fixtures hold: the completions, oldest first, and the messages of each that some are known of."""
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


class RefusalError(Exception):
    """What the server answers instead, worded as the vendor's API does."""

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}

    def response(self) -> Response:
        return JSONResponse({"error": self.error}, self.status)


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire; the path is still quoted, and the port is that of the connection."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Headers
    body: bytes
    port: int


class Store:
    """The completions that the server keeps, oldest first, and the messages that each was created from."""

    def __init__(self) -> None:
        completions, self._messages = recorded()
        self.completions = {completion["id"]: copy.deepcopy(completion) for completion in completions}

    def completion(self, request: Request) -> dict[str, Any]:
        """The completion that the path names."""
        completion_id = request.path_params["completion_id"]
        if completion_id not in self.completions:
            raise RefusalError(404, f"Chat completion with id {completion_id!r} not found.", code="not_found")
        return self.completions[completion_id]

    async def retrieve(self, request: Request) -> Response:
        return JSONResponse(self.completion(request))

    async def list(self, request: Request) -> Response:
        model = request.query_params.get("model")
        metadata = {name[9:-1]: value for name, value in request.query_params.items() if name.startswith("metadata[")}

        def wanted(completion: dict[str, Any]) -> bool:
            has = completion.get("metadata") or {}
            return model in (None, completion["model"]) and metadata.items() <= has.items()

        return _page(request, [*self.completions.values()], wanted)

    async def update(self, request: Request) -> Response:
        completion, body = self.completion(request), await request.json()
        if not isinstance(body, dict) or "metadata" not in body:
            raise RefusalError(400, "Missing required parameter: 'metadata'.", param="metadata")
        completion["metadata"] = body["metadata"] or {}
        return JSONResponse(completion)

    async def delete(self, request: Request) -> Response:
        completion_id = self.completion(request)["id"]
        del self.completions[completion_id]
        return JSONResponse({"object": "chat.completion.deleted", "id": completion_id, "deleted": True})

    async def messages(self, request: Request) -> Response:
        completion_id = self.completion(request)["id"]
        made_up = [
            {"id": f"{completion_id}-{index}", "role": role, "content": text, "name": None, "content_parts": None}
            for index, (role, text) in enumerate((("system", "Answer with a haiku."), ("user", "Write about AI.")))
        ]
        return _page(request, self._messages.get(completion_id, made_up))

    def application(self) -> Starlette:
        one = "/v1/chat/completions/{completion_id}"
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self.list, methods=["GET"]),
                Route(one, self.retrieve, methods=["GET"]),
                Route(one, self.update, methods=["POST"]),
                Route(one, self.delete, methods=["DELETE"]),
                Route(f"{one}/messages", self.messages, methods=["GET"]),
            ],
            exception_handlers={HTTPException: _refused, RefusalError: _refused},
        )


class Generated(Store):
    """Any number of completions, oldest first, each made when it is asked for and kept nowhere.

    Attributes:
        number: How many there are.
        seconds: How long each answer takes, as if the server were far away.
        largest_page: The most items of a page, whatever is asked for.
    """

    def __init__(self, number: int, seconds: float = 0.0, largest_page: int = 100) -> None:
        self.number, self.seconds, self.largest_page = number, seconds, largest_page

    def indices(self, after: int | None, limit: int, descending: bool) -> tuple[list[int], bool]:
        """What a page holds, by index, and whether another page follows."""
        if descending:
            start = self.number - 1 if after is None else after - 1
            return [*range(start, max(start - limit, -1), -1)], start - limit >= 0
        start = 0 if after is None else after + 1
        return [*range(start, min(start + limit, self.number))], start + limit < self.number

    def text(self, index: int) -> str:
        """The JSON text of a completion."""
        return (
            f'{{"id":"{generated_id(index)}","object":"chat.completion","created":{1_700_000_000 + index},'
            f'"model":"gpt-4o-2024-08-06","temperature":1.0,"seed":{4944116822809979520 + index},'
            f'"metadata":{{"half":"{index % 2}"}},'
            '"usage":{"prompt_tokens":13,"completion_tokens":18,"total_tokens":31},'
            f'"choices":[{{"index":0,"message":{{"role":"assistant","content":"Answer {index}: {_FILLING}"}},'
            '"finish_reason":"stop","logprobs":null}]}'
        )

    def message_text(self, index: int) -> str:
        """The JSON text of the only message of a completion."""
        completion_id = generated_id(index)
        return f'{{"id":"{completion_id}-0","role":"user","content":"Question {index}?","name":null}}'

    def index(self, completion_id: str) -> int:
        """The index of an id; a refusal when there is none."""
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
    """The id of a generated completion."""
    return f"chatcmpl-{index:09}"


def _page_of(texts: list[str], ids: list[str], more: bool) -> Response:
    first, last = (json.dumps(ids[end] if ids else None) for end in (0, -1))
    has_more = "true" if more else "false"
    return _json(
        f'{{"object":"list","data":[{",".join(texts)}],"first_id":{first},"last_id":{last},"has_more":{has_more}}}'
    )


def _json(text: str) -> Response:
    return Response(text.encode("utf-8", "surrogatepass"), media_type="application/json")


def _page(
    request: Request, items: list[dict[str, Any]], wanted: Callable[[dict[str, Any]], bool] = lambda item: True
) -> Response:
    query = request.query_params
    limit, order, after = query.get("limit", "20"), query.get("order", "asc"), query.get("after")
    if not limit.isdecimal() or not 1 <= int(limit) <= 100:
        raise RefusalError(400, f"Invalid 'limit': {limit!r} is not a number from 1 to 100.", param="limit")
    if order not in ("asc", "desc"):
        raise RefusalError(400, f"Invalid 'order': {order!r} is neither 'asc' nor 'desc'.", param="order")
    items = items[::-1] if order == "desc" else items
    ids = [item["id"] for item in items]
    if after is not None and after not in ids:
        raise RefusalError(400, f"Invalid 'after': there is no item {after!r}.", param="after")
    rest = [item for item in items[0 if after is None else ids.index(after) + 1 :] if wanted(item)]
    page = rest[: int(limit)]
    return JSONResponse(
        {
            "object": "list",
            "data": page,
            "first_id": page[0]["id"] if page else None,
            "last_id": page[-1]["id"] if page else None,
            "has_more": len(page) < len(rest),
        }
    )


async def _refused(request: Request, reason: Exception) -> Response:
    if isinstance(reason, HTTPException):
        reason = RefusalError(reason.status_code, f"{reason.detail}: {request.method} {request.url.path}")
    assert isinstance(reason, RefusalError)
    return reason.response()


def _listening() -> socket.socket:
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it, each answer takes 40 ms longer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


class _Connections(set[Any]):
    """The open connections, as uvicorn keeps them, with a way to wait for their number."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def add(self, connection: Any) -> None:
        with self._changed:
            super().add(connection)
            self._changed.notify_all()

    def discard(self, connection: Any) -> None:
        with self._changed:
            super().discard(connection)
            self._changed.notify_all()

    def wait_for(self, number: int, seconds: float) -> int:
        with self._changed:
            self._changed.wait_for(lambda: len(self) == number, seconds)
            return len(self)


class Server:
    """The embedded server, in a thread of its own for as long as it is entered.

    Attributes:
        key: The API key that it wants to see.
        store: What it keeps.
        received: The requests that came, in order, unless `remembers` is turned off for there are too many.
        plan: Says for each request what answers instead of the store, if anything; `tests.faults` has such answers.
    """

    def __init__(self, key: str = KEY) -> None:
        self.key = key
        self._ids = count(1)
        self._socket = _listening()
        self.reset()
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            http="h11",
            ws="none",
            lifespan="off",
            log_level="error",
            proxy_headers=False,
            server_header=False,
            # A connection that a client forgot is still there when a test counts them.
            timeout_keep_alive=600,
        )
        self._uvicorn = uvicorn.Server(config)
        self._uvicorn.server_state.connections = self._connections = _Connections()
        self._thread = threading.Thread(target=self._uvicorn.run, args=([self._socket],), daemon=True)

    def reset(self) -> None:
        """Store what the fixtures hold, plan nothing, and forget the requests."""
        self.received: list[Received] = []
        self.remembers = True
        self.plan: Callable[[Received], ASGIApp | None] = lambda received: None
        self.keep(Store())

    def keep(self, store: Store) -> None:
        """Answer from this store."""
        self.store = store
        self._application = store.application()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to know to use the server."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.key}

    def connections(self, expected: int, seconds: float = 5) -> int:
        """How many connections are open, as soon as it is the number expected, or else after some seconds."""
        return self._connections.wait_for(expected, seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        self._thread.join()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        path = scope["raw_path"].decode()
        query, port = request.query_params.multi_items(), scope["client"][1]
        received = Received(request.method, path, query, request.headers, body, port)
        if self.remembers:
            self.received.append(received)

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def identified(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", f"req_{next(self._ids)}".encode())]
            await send(message)

        planned = self.plan(received)
        if planned is not None:
            # Some answers break the protocol on purpose, and need what is below it.
            connection = next(each for each in self._connections if each.client == scope["client"])
            scope["transport"] = connection.transport
            await planned(scope, receive, send)
            return
        refusal = self._unauthorized(request.headers.get("authorization", ""))
        await (refusal.response() if refusal else self._application)(scope, again, identified)

    def _unauthorized(self, authorization: str) -> RefusalError | None:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer" or not key:
            return RefusalError(401, "You didn't provide an API key in an Authorization header.")
        # The vendor repeats the key, masked; this server repeats all of it, for the client to hide.
        return (
            None
            if key == self.key
            else RefusalError(401, f"Incorrect API key provided: {key}.", code="invalid_api_key")
        )


def main(program: list[str]) -> int:
    with Server() as server:
        if program and program[0] == "--generated":
            server.keep(Generated(int(program[1])))
            server.remembers = False
            program = program[2:]
        if program:
            try:
                status = subprocess.run(program, env={**os.environ, **server.environment}, check=False).returncode
            except OSError as error:
                print(f"{program[0]} cannot be run: {error.strerror}", file=sys.stderr)
                return 127
            return status if status >= 0 else 128 - status
        for name, value in server.environment.items():
            print(f"export {name}={value}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
