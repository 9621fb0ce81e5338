"""The in-memory store of the embedded server, and its five operations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from reprlib import repr as shortened
from typing import Any, NoReturn

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stored_completions_testing import seed

# The vendor's limits on metadata.
_MOST_PAIRS, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512


class RefusalError(Exception):
    """The server refuses a request, with an error body like the vendor's."""

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}

    def response(self) -> Response:
        """Return the error response."""
        return _Json({"error": self.error}, self.status)


class _Json(JSONResponse):
    """A JSON response, with escapes if the body has lone surrogates, which UTF-8 cannot hold."""

    def render(self, content: Any) -> bytes:
        """Encode the body."""
        try:
            return super().render(content)
        except UnicodeEncodeError:
            return json.dumps(content).encode()


class Store:
    """The stored completions, oldest first, and their messages.

    Attributes:
        completions: The JSON object of each completion by its id.
    """

    def __init__(
        self,
        completions: Iterable[Mapping[str, Any]] | None = None,
        messages: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    ) -> None:
        """Copy completions and messages into a new store.

        Args:
            completions: The JSON objects, oldest first, each with an `id`; by default, those of `seed.completions`.
            messages: The JSON objects of each completion's messages, by the completion's id.

        Raises:
            ValueError: an object has no `id`, or is not JSON.
        """
        self.completions: dict[str, dict[str, Any]] = {}
        self._messages: dict[str, list[dict[str, Any]]] = {}
        for completion in seed.completions() if completions is None else completions:
            self.add(completion)
        for name, found in (messages or {}).items():
            self._messages[name] = [_json_object(message) for message in found]

    def add(self, completion: Mapping[str, Any], messages: Sequence[Mapping[str, Any]] | None = None) -> None:
        """Add a completion as the newest.

        Args:
            completion: The JSON object, for example from `seed.completion`.
            messages: The JSON objects of its messages, for example from `seed.messages`.

        Raises:
            ValueError: an object has no `id`, or is not JSON.
        """
        kept = _json_object(completion)
        self.completions[kept["id"]] = kept
        if messages is not None:
            self._messages[kept["id"]] = [_json_object(message) for message in messages]

    def _completion(self, request: Request) -> dict[str, Any]:
        """Return the completion that a request's path names.

        Raises:
            RefusalError: there is no such completion.
        """
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
            has = completion.get("metadata")  # of any type in a seed
            has_all = not metadata or (isinstance(has, dict) and metadata.items() <= has.items())
            return model in (None, completion.get("model")) and has_all

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
        made_up = seed.messages(completion_id, "Answer with a haiku.", "Write about AI.")
        made_up[0]["role"] = "system"
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
    """Copy a JSON object.

    Raises:
        ValueError: the value is not JSON, or has no `id`.
    """
    try:
        found = json.loads(json.dumps(dict(value), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"The server stores only JSON objects, and {shortened(value)} is not JSON: {error}.") from None
    if not isinstance(found.get("id"), str):
        raise ValueError(f"The server stores only objects with a str as their id, unlike {shortened(value)}.")
    return dict(found)


def _metadata(body: bytes) -> dict[str, str]:
    """Read the metadata from the body of an update.

    Raises:
        RefusalError: the body is not valid for the vendor's API.
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
