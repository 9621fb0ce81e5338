"""Decode with one peer in a separate process: `python -m tests.programs.benchmarks.peers PEER SOURCE BODIES`.

SOURCE is `object` or `bytes`. A line asks for a `batch`, which is timed; for how many bodies `raise`; or for the
`memory` that is held by what the first body was decoded to.

The peers are imported by name, since no environment has all of them: the generator's stock output is a package of the
same name as ours, and the vendor's SDK and msgspec are not in the environment of the tests.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from operator import or_
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from tests.programs.benchmarks.turns import answer

Decoder = Callable[[Any], Any]


@dataclass(frozen=True)
class Peer:
    """The functions that a peer decodes with.

    Attributes:
        from_object: From what `json.loads` gives; None where there is no such step.
        from_bytes: From a body, or from what `received` makes of a body, which is not timed.
    """

    from_object: Decoder | None
    from_bytes: Decoder
    received: Callable[[bytes], Any] = bytes


class DecodingError(Exception):
    """A peer decoded something else than the body."""


def ours() -> Peer:
    """Decode with this package; msgspec is installed."""
    model = import_module("stored_completions.models").ChatCompletion
    return Peer(model.from_dict, model.from_json)


def ours_without_msgspec() -> Peer:
    sys.modules["msgspec"] = None  # type: ignore[assignment]  # so that importing it fails
    return ours()


def stock() -> Peer:
    """Decode with the stock generator's package, which is on the path instead of ours."""
    model = import_module("stored_completions.models").ChatCompletion
    return Peer(model.from_dict, lambda body: model.from_dict(json.loads(body)))


def openai() -> Peer:
    """Decode with the vendor's SDK, from the whole response on.

    The first step is what its `_process_response_data` does unless strict validation is asked for.
    """
    construct_type = import_module("openai._models").construct_type
    options = import_module("openai._models").FinalRequestOptions.construct(method="get", url="/")
    model = import_module("openai.types.chat").ChatCompletion
    client = import_module("openai").OpenAI(api_key="none")
    http = import_module("httpx2")
    request = http.Request("GET", "http://localhost/")
    return Peer(
        lambda value: construct_type(type_=model, value=value),
        lambda response: client._process_response(
            cast_to=model, options=options, response=response, stream=False, stream_cls=None
        ),
        lambda body: http.Response(200, headers={"content-type": "application/json"}, content=body, request=request),
    )


def json_loads() -> Peer:
    """Decode with the standard library's JSON, without a model."""
    return Peer(None, json.loads)


def msgspec() -> Peer:
    """Decode to compiled structs that are made from our models' types: the lower bound of typed decoding."""
    library = import_module("msgspec")
    struct = _Structs(library).of(import_module("stored_completions.models").ChatCompletion)
    return Peer(lambda value: library.convert(value, struct), library.json.Decoder(struct).decode)


class _Structs:
    """Makes msgspec structs of attrs models."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._model = import_module("stored_completions._runtime.model").Model
        self._made: dict[tuple[type, bool], Any] = {}

    def of(self, model: Any, tagged: bool = False) -> Any:
        """Return the struct of a model; in a union, a field with a constant chooses it."""
        if (model, tagged) not in self._made:
            hints, options = get_type_hints(model), dict[str, Any]()
            members: list[tuple[Any, ...]] = []
            for name, wire_name in model._wire_names.items():
                literals = [part for part in _parts(hints[name]) if get_origin(part) is Literal]
                if tagged and not options and len(literals) == 1:
                    options = {"tag_field": wire_name, "tag": get_args(literals[0])[0]}
                elif wire_name in model._required:
                    members.append((name, self._translate(hints[name])))
                else:
                    members.append((name, self._translate(hints[name]), None))
            self._made[model, tagged] = self._library.defstruct(model.__name__, members, **options)
        return self._made[model, tagged]

    def _translate(self, hint: Any) -> Any:
        parts = [*_parts(hint)]
        if str in parts:  # an open enum
            parts = [part for part in parts if get_origin(part) is not Literal]
        models = [part for part in parts if self._is_model(part)]
        translated: list[Any] = []
        for part in parts:
            if self._is_model(part):
                translated.append(self.of(part, tagged=len(models) > 1))
            elif get_origin(part) in (list, dict):
                arguments = tuple(self._translate(argument) for argument in get_args(part))
                translated.append(get_origin(part)[arguments])
            else:
                translated.append(part)
        return reduce(or_, translated)

    def _is_model(self, part: Any) -> bool:
        return isinstance(part, type) and issubclass(part, self._model)


def _parts(hint: Any) -> Sequence[Any]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


PEERS: dict[str, Callable[[], Peer]] = {
    "stored_completions": ours,
    "stored_completions without [fast]": ours_without_msgspec,
    "openai": openai,
    "stock generator": stock,
    "json.loads": json_loads,
    "msgspec": msgspec,
}


class Batches:
    """Batches of decodings by one peer, each of about `seconds`, without the bodies that raise.

    Attributes:
        raising: How many bodies raise.

    Raises:
        DecodingError: the peer decodes a body, and not to what it holds.
    """

    def __init__(self, peer: Peer, source: str, bodies: Sequence[bytes], seconds: float = 0.05) -> None:
        decode = peer.from_object if source == "object" else peer.from_bytes
        if decode is None:
            raise ValueError("this peer has nothing to decode an object with")
        self._decode, self._arguments, self.raising = decode, list[Any](), 0
        for body in bodies:
            value = json.loads(body)
            argument = value if source == "object" else peer.received(body)
            try:
                result = decode(argument)
            except Exception:  # noqa: BLE001 - peers raise what they like; how often is what is measured here
                self.raising += 1
                continue
            if not agrees(result, value):
                raise DecodingError(f"decoding and encoding {source} changed the body: {body[:100]!r}")
            self._arguments.append(argument)
            del value, result  # the garbage collector would scan them in each run
        self._number = 1
        if self._arguments:
            self._number = max(1, int(seconds / len(self._arguments) / max(self.seconds(), 1e-9)))

    def seconds(self) -> float:
        """Return the processor's seconds for a body, with the garbage collector on, as in a program."""
        started = time.process_time()
        for _ in range(self._number):
            for argument in self._arguments:
                self._decode(argument)
        return (time.process_time() - started) / self._number / len(self._arguments)


def measure_memory(peer: Peer, body: bytes) -> int:
    """Return how many bytes a peer's result of decoding a body holds."""
    argument = peer.received(body)
    peer.from_bytes(argument)  # objects that are made once do not count
    gc.collect()
    tracemalloc.start()
    try:
        result = peer.from_bytes(argument)
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    if not agrees(result, json.loads(body)):
        raise DecodingError(f"decoding and encoding bytes changed the body: {body[:100]!r}")
    return held


def agrees(result: Any, value: Any) -> bool:
    """Return whether a decoded value has the JSON value's content, as far as the peer has names for it."""
    if isinstance(value, list):
        return len(result) == len(value) and all(map(agrees, result, value))
    if not isinstance(value, dict) or isinstance(result, dict):
        return bool(result == value)
    names = {key: name for key in value for name in (f"{key}_", key) if hasattr(result, name)}
    # The model may lack a name that it does not declare, but not all names.
    return (bool(names) or not value) and all(agrees(getattr(result, names[key]), value[key]) for key in names)


def main() -> None:
    name, source, path = sys.argv[1:]
    peer, bodies = PEERS[name](), [body.encode() for body in json.loads(Path(path).read_text(encoding="utf-8"))]
    batches = Batches(peer, source, bodies)
    answers: dict[str, Callable[[], float]] = {
        "batch": batches.seconds,
        "raise": lambda: batches.raising,
        "memory": lambda: measure_memory(peer, bodies[0]),
    }
    answer(lambda line: answers[line]())


if __name__ == "__main__":
    main()
