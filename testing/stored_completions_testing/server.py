"""The five operations over HTTP on loopback, in memory."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, NoReturn, Self
from urllib.request import getproxies

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stored_completions_testing.seed import completions as default_completions

KEY = "sk-embedded-server"
# What the vendor takes as metadata.
_MOST_PAIRS, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512
# Seconds that open requests have when the server ends.
_GRACE = 1.0


class RefusalError(Exception):
    """An error response, worded as the vendor's API words it."""

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}

    def response(self) -> Response:
        """Return the response that says so."""
        return _Json({"error": self.error}, self.status)


class _Json(JSONResponse):
    """JSON, escaped where UTF-8 cannot hold it: half of a pair of surrogates can be sent too."""

    def render(self, content: Any) -> bytes:
        """Return the body."""
        try:
            return super().render(content)
        except UnicodeEncodeError:
            return json.dumps(content).encode()


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire; the path is still quoted, and the port is the client's."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Headers
    body: bytes
    port: int


class Store:
    """The completions that the server keeps, oldest first, and the messages that each was created from.

    Attributes:
        completions: The JSON objects by id, in the order of creation.
    """

    def __init__(
        self,
        completions: Iterable[Mapping[str, Any]] | None = None,
        messages: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    ) -> None:
        """Keep copies of what is given.

        Args:
            completions: The JSON objects, oldest first, each with an `id`; by default, those of `seed.completions`.
            messages: The JSON objects that each was created from, by the completion's id.

        Raises:
            ValueError: one of them has no `id`, or is not JSON.
        """
        self.completions: dict[str, dict[str, Any]] = {}
        self._messages: dict[str, list[dict[str, Any]]] = {}
        for each in default_completions() if completions is None else completions:
            self.add(each)
        for name, found in (messages or {}).items():
            self._messages[name] = [_json_object(message) for message in found]

    def add(self, completion: Mapping[str, Any], messages: Sequence[Mapping[str, Any]] | None = None) -> None:
        """Keep one completion more, as the newest; `seed.completion` makes one, `seed.messages` its messages.

        Raises:
            ValueError: one of them has no `id`, or is not JSON.
        """
        kept = _json_object(completion)
        self.completions[kept["id"]] = kept
        if messages is not None:
            self._messages[kept["id"]] = [_json_object(message) for message in messages]

    def _completion(self, request: Request) -> dict[str, Any]:
        """Return the completion that the path names."""
        completion_id = request.path_params["completion_id"]
        if completion_id not in self.completions:
            raise RefusalError(404, f"Chat completion with id {completion_id!r} not found.", code="not_found")
        return self.completions[completion_id]

    async def retrieve(self, request: Request) -> Response:
        """Answer `GET /chat/completions/{completion_id}`."""
        return _Json(self._completion(request))

    async def list(self, request: Request) -> Response:
        """Answer `GET /chat/completions`."""
        model = request.query_params.get("model")
        metadata = {name[9:-1]: value for name, value in request.query_params.items() if name.startswith("metadata[")}

        def wanted(completion: dict[str, Any]) -> bool:
            has = completion.get("metadata") or {}
            return model in (None, completion.get("model")) and metadata.items() <= has.items()

        return _page(request, [*self.completions.values()], wanted)

    async def update(self, request: Request) -> Response:
        """Answer `POST /chat/completions/{completion_id}`."""
        completion = self._completion(request)
        completion["metadata"] = _metadata(await request.body())
        return _Json(completion)

    async def delete(self, request: Request) -> Response:
        """Answer `DELETE /chat/completions/{completion_id}`."""
        completion_id = self._completion(request)["id"]
        del self.completions[completion_id]
        return _Json({"object": "chat.completion.deleted", "id": completion_id, "deleted": True})

    async def messages(self, request: Request) -> Response:
        """Answer `GET /chat/completions/{completion_id}/messages`."""
        completion_id = self._completion(request)["id"]
        made_up = [
            {"id": f"{completion_id}-{index}", "role": role, "content": text, "name": None, "content_parts": None}
            for index, (role, text) in enumerate((("system", "Answer with a haiku."), ("user", "Write about AI.")))
        ]
        return _page(request, self._messages.get(completion_id, made_up))

    def application(self) -> Starlette:
        """Return the ASGI application that serves the store."""
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


def _page(
    request: Request, items: list[dict[str, Any]], wanted: Callable[[dict[str, Any]], bool] = lambda item: True
) -> Response:
    query = request.query_params
    limit, order, after = query.get("limit", "20"), query.get("order", "asc"), query.get("after")
    if not limit.isdecimal() or len(limit) > 9 or not 1 <= int(limit) <= 100:
        raise RefusalError(400, f"Invalid 'limit': {limit[:50]!r} is not a number from 1 to 100.", param="limit")
    if order not in ("asc", "desc"):
        raise RefusalError(400, f"Invalid 'order': {order!r} is neither 'asc' nor 'desc'.", param="order")
    items = items[::-1] if order == "desc" else items
    ids = [item["id"] for item in items]
    if after is not None and after not in ids:
        raise RefusalError(400, f"Invalid 'after': there is no item {after!r}.", param="after")
    rest = [item for item in items[0 if after is None else ids.index(after) + 1 :] if wanted(item)]
    page = rest[: int(limit)]
    return _Json(
        {
            "object": "list",
            "data": page,
            "first_id": page[0]["id"] if page else None,
            "last_id": page[-1]["id"] if page else None,
            "has_more": len(page) < len(rest),
        }
    )


def _json_object(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a JSON object with an id.

    Raises:
        ValueError: it is something else.
    """
    try:
        found = json.loads(json.dumps(dict(value), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(f"What the server stores is JSON, and {value!r:.200} is not: {error}.") from None
    if not isinstance(found.get("id"), str):
        raise ValueError(f"What the server stores has a str as its id, unlike {value!r:.200}.")
    return dict(found)


def _metadata(body: bytes) -> dict[str, str]:
    """Return the metadata that the body of an update has.

    Raises:
        RefusalError: the vendor would refuse it.
    """
    try:
        parsed = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RefusalError(400, "We could not parse the JSON body of your request.") from None
    if not isinstance(parsed, dict) or "metadata" not in parsed:
        raise RefusalError(400, "Missing required parameter: 'metadata'.", param="metadata")
    found = {} if parsed["metadata"] is None else parsed["metadata"]
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise RefusalError(400, "Invalid type for 'metadata': expected a map of strings to strings.", param="metadata")
    if len(found) > _MOST_PAIRS or any(
        len(key) > _LONGEST_KEY or len(value) > _LONGEST_VALUE for key, value in found.items()
    ):
        text = f"at most {_MOST_PAIRS} pairs, keys of {_LONGEST_KEY} and values of {_LONGEST_VALUE} characters"
        raise RefusalError(400, f"Invalid 'metadata': expected {text}.", param="metadata")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


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
        received: The requests that came, in order, unless `remembers` is false because there are too many.
        plan: Returns, for each request, what answers instead of the store, if anything; `faults` has such plans.
    """

    def __init__(self, store: Store | None = None, *, key: str = KEY) -> None:
        """Take a port, so that `base_url` is known, and store what `reset` does by default."""
        self._key = key
        self._ids = count(1)
        self._socket = _listening()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.reset(store)
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

    def reset(self, store: Store | None = None) -> None:
        """Answer from a store, by default one of `seed.completions`; forget the plan, the requests and another key."""
        self.key = self._key
        self.remembers = True
        self.received: list[Received] = []
        self.plan: Callable[[Received], ASGIApp | None] = lambda received: None
        self.keep(Store() if store is None else store)

    def keep(self, store: Store) -> None:
        """Answer from this store."""
        self.store = store
        self._application = store.application()

    @property
    def origin(self) -> str:
        """The scheme, host and port.

        Raises:
            RuntimeError: the server is not running.
        """
        if not self._thread.is_alive():
            raise RuntimeError("The server is not running: use it within `with Server() as server:`.")
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def base_url(self) -> str:
        """What `OpenAI(base_url=...)` takes."""
        return f"{self.origin}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a program reads to use the server."""
        found = {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.key}
        if {"http", "all"} & getproxies().keys():  # none of them is the way to this machine
            before = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
            found["no_proxy"] = found["NO_PROXY"] = ",".join(filter(None, (before, "127.0.0.1")))
        return found

    def connections(self, expected: int, seconds: float = 5) -> int:
        """Return how many connections are open: as soon as it is the number expected, or else after some seconds."""
        return self._connections.wait_for(expected, seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(_GRACE)
        if self._thread.is_alive() and self._loop is not None:
            # A request is still open: whoever waits for its answer is told that there is none.
            self._uvicorn.force_exit = True
            self._loop.call_soon_threadsafe(self._abort)
            self._thread.join(_GRACE)

    def _abort(self) -> None:
        for each in [*self._connections]:
            each.transport.abort()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
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
