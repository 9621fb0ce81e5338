"""Randomly changed bodies are decoded as what they say, or raise an `APIError`."""

from __future__ import annotations

import copy
import gzip
import json
import math
import pickle
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from typing import Any

import httpx

from stored_completions.errors import APIError, APIResponseValidationError, APIStatusError
from stored_completions.pages import AsyncPage, Page
from tests.support.amount import examples
from tests.support.callers import Sync
from tests.support.server import recorded

SEEDS = examples(600)
KEY = "sk-fuzz/0123456789"
ID = "chatcmpl-abc123"
COMPLETIONS, MESSAGES = recorded()
PAGES = [
    {"object": "list", "data": data, "first_id": data[0]["id"], "last_id": data[-1]["id"], "has_more": False}
    for data in (COMPLETIONS[:2], COMPLETIONS[-3:], *list(MESSAGES.values())[:3])
]
BODIES: list[Any] = [
    *COMPLETIONS,
    *PAGES,
    {"object": "chat.completion.deleted", "id": ID, "deleted": True},
    {"error": {"message": f"Incorrect API key provided: {KEY}.", "type": "t", "param": None, "code": "c"}},
]
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**70,
    "",
    "a",
    "\ud800",
    "\x00",
    [],
    {},
    [[]],
    [None],
    {"": 1},
    math.nan,
    KEY,
)
TOKENS = (b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u", b"\\ud800", b"null", b"NaN", b"-", b"1e999", b"\xff")
TYPES = ("application/json", "", "text/html", "application/json; charset=latin-1", "text/plain; charset=idna", "{")
CALLS: tuple[Callable[[Any], Any], ...] = (
    lambda completions: completions.retrieve(ID),
    lambda completions: completions.list(),
    lambda completions: completions.update(ID, metadata={}),
    lambda completions: completions.delete(ID),
    lambda completions: completions.messages.list(ID),
)


def mutated(chance: random.Random) -> bytes:
    """Return a body with random changes of its values and bytes; sometimes an empty one."""
    body = json.loads(json.dumps(chance.choice(BODIES)))
    for _ in range(chance.choice((0, 1, 1, 3, 10))):
        container = body
        while container:
            key = chance.choice([*container] if isinstance(container, dict) else range(len(container)))
            if isinstance(container[key], dict | list) and chance.random() < 0.7:
                container = container[key]
                continue
            way = chance.random()
            if way < 0.2:
                del container[key]
            else:
                container[key] = copy.deepcopy(container if way < 0.3 else chance.choice(VALUES))
            break
    content = bytearray(json.dumps(body, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass"))
    for _ in range(chance.choice((0, 0, 0, 1, 2, 20))):
        at = chance.randrange(len(content) + 1)
        end = at + chance.choice((0, 1, 1, 10, 1000))
        content[at:end] = chance.choice((b"", chance.choice(TOKENS), chance.randbytes(1), content[at:end] * 2))
    return bytes(content)


def response(chance: random.Random) -> tuple[httpx.Response, bytes | None]:
    """Return a response with a changed body, sometimes compressed and changed again, and its JSON text."""
    content, headers = mutated(chance), {"content-type": chance.choice(TYPES), "x-request-id": "req_1"}
    text: bytes | None = None if "charset" in headers["content-type"] else content
    if chance.random() < 0.1:
        text, compressed = None, bytearray(gzip.compress(content))
        if chance.random() < 0.5:
            compressed[chance.randrange(len(compressed))] ^= 1 << chance.randrange(8)
        content, headers["content-encoding"] = bytes(compressed), chance.choice(("gzip", "br"))
    status = chance.choice((200, 200, 200, 201, 299, 400, 401, 404, 429, 500, 529))
    # A stream, as transports return it, is not decoded yet.
    return httpx.Response(status, headers=headers, stream=_Chunks(content)), text


class _Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._parts = [content[start : start + 1000] for start in range(0, len(content), 1000)]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part


def checked(sent: httpx.Response, text: bytes | None, call: Callable[[], Any]) -> str:
    """Return `ok` or the name of the error; both are tried in all ways."""
    is_success = sent.status_code < 300
    try:
        found = call()
    except APIError as error:
        assert isinstance(error, APIResponseValidationError if is_success else APIStatusError)
        assert error.status_code == sent.status_code
        again = pickle.loads(pickle.dumps(error))
        assert str(again) == str(error)
        for subject in (error, again):
            assert KEY not in f"{subject} {subject!r} {vars(subject)} {subject.response.text}"
        return type(error).__name__
    assert is_success
    if text is not None:
        assert json.dumps(found.to_dict()) == json.dumps(json.loads(text))
    items = found.data if isinstance(found, Page | AsyncPage) else [found]
    assert all(repr(item) for item in items)
    assert found.model_dump(exclude_unset=True) == found.to_dict() or "NaN" in found.to_json()
    return "ok"


def outcomes(
    seeds: Iterable[int], client: Any, run: Callable[[Any], Any], answers: list[httpx.Response]
) -> Counter[str]:
    """Return the outcome of each seed's response, which the transport takes from `answers`."""
    counted: Counter[str] = Counter()
    for seed in seeds:
        chance = random.Random(seed)
        answer, text = response(chance)
        answers[:], call = [answer], chance.choice(CALLS)
        try:
            counted[checked(answer, text, partial(_made, run, call, client))] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
    return counted


def _made(run: Callable[[Any], Any], call: Callable[[Any], Any], client: Any) -> Any:
    return run(call(client.chat.completions))


def test_any_response_ends_in_a_model_or_an_error(caller: Sync) -> None:
    answers: list[httpx.Response] = []
    own = caller.httpx(transport=httpx.MockTransport(lambda request: answers[-1]))
    client = caller.client(api_key=KEY, http_client=own, max_retries=0)
    counted = outcomes(range(SEEDS), client, caller.run, answers)
    caller.end(own)
    assert counted.keys() == {
        *("ok", "APIResponseValidationError", "BadRequestError", "AuthenticationError", "NotFoundError"),
        *("RateLimitError", "InternalServerError"),
    }
    assert counted["ok"] > SEEDS / 10
