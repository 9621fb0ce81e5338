"""Read JSON bodies from the files that people keep them in: JSON, JSON Lines, batch output and VCR cassettes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vcr.filters
import yaml
from vcr.serializers import yamlserializer


@dataclass(frozen=True)
class Request:
    """The request that a body answers, and the status of the response."""

    method: str
    url: str
    status: int


@dataclass(frozen=True)
class Body:
    """A body and its place, or why it could not be read."""

    place: str
    value: Any = None
    request: Request | None = None
    problem: str | None = None


def read(path: Path, name: str, progress: Callable[[int], object] = lambda count: None) -> Iterator[Body]:
    """Read all bodies of a file, in order; `progress` is called with the bytes read."""
    if path.suffix in (".jsonl", ".ndjson"):
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _parsed(f"{name}:{number}", line)
                progress(len(line))
        return
    content = path.read_bytes()
    if path.suffix in (".yaml", ".yml"):
        cassette: Any = None
        with contextlib.suppress(yaml.YAMLError, UnicodeDecodeError):
            cassette = yamlserializer.deserialize(content)
        yield from _interactions(name, cassette) if _is_cassette(cassette) else [Body(name, problem="no cassette")]
    else:
        body = _parsed(name, content)
        if _is_cassette(body.value):
            yield from _interactions(name, body.value)
        elif isinstance(body.value, list):
            yield from (Body(f"{name}[{number}]", value) for number, value in enumerate(body.value))
        else:
            yield body
    progress(len(content))


def _is_cassette(content: Any) -> bool:
    return isinstance(content, dict) and isinstance(content.get("interactions"), list)


def _interactions(name: str, cassette: dict[str, Any]) -> Iterator[Body]:
    """Return the bodies of the responses in a cassette."""
    for number, interaction in enumerate(cassette["interactions"]):
        place = f"{name} interactions[{number}]"
        try:
            asked, answer = interaction["request"], interaction["response"]
            content = answer["body"]["string"] or b""
            if isinstance(content, bytes):
                # Other projects' cassettes may hold compressed bodies.
                content = vcr.filters.decode_response(answer)["body"]["string"]
            yield _parsed(place, content, Request(asked["method"], asked["uri"], int(answer["status"]["code"])))
        except (KeyError, TypeError, ValueError, OSError) as error:
            yield Body(place, problem=f"cannot be read: {error!r}")


def _parsed(place: str, content: bytes | str, request: Request | None = None) -> Body:
    try:
        value = json.loads(content)
    except ValueError:
        return Body(place, request=request, problem="not JSON")
    if isinstance(value, dict) and {"custom_id", "response", "error"} <= value.keys():
        return _of_batch(place, value["response"])
    return Body(place, value, request)


def _of_batch(place: str, response: Any) -> Body:
    """Return the body of a response in the output of OpenAI's batch API."""
    if isinstance(response, dict) and "body" in response:
        return Body(f"{place} response.body", response["body"])
    return Body(place, problem="a request of a batch that had no response")
