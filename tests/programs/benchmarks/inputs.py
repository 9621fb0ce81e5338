"""The bodies that benchmarks decode."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import ROOT

SPEC, GENERATED = ROOT / "openapi.yaml", ROOT / "generated"
REFERENCE = ROOT / "tests" / "fixtures" / "reference" / "chat_completion.json"
CORPUS = ROOT.parent / "shared" / "corpus" / "chat-completions.jsonl"
FIXTURES = ROOT / "tests" / "fixtures"

TOKENS, TOP_LOGPROBS = 2_000, 20
_SYLLABLES = ("co", "de", "in", "for", "ma", "tion", "re", "spon", "se", "ta", "ble", "ing", "é", "über", "—", "語")


@dataclass(frozen=True)
class Input:
    """Bodies that are decoded one after the other, with a name and a description for the tables."""

    name: str
    description: str
    bodies: tuple[bytes, ...]


def reference() -> Input:
    """Return the reference page's response, with its white space."""
    body = REFERENCE.read_bytes()
    return Input("reference response", f"the reference page's response, {len(body):,} bytes", (body,))


def logprobs(tokens: int = TOKENS, top_logprobs: int = TOP_LOGPROBS) -> Input:
    """Return the reference page's response with a long answer that has log probabilities; the same bytes each time."""
    source = random.Random(0)
    content = []
    for _ in range(tokens):
        alternatives = [_entry(source) for _ in range(top_logprobs)]
        content.append({**alternatives[0], "top_logprobs": alternatives})
    completion: dict[str, Any] = json.loads(REFERENCE.read_bytes())
    choice = completion["choices"][0]
    choice["message"]["content"] = "".join(entry["token"] for entry in content)
    choice["logprobs"] = {"content": content, "refusal": None}
    body = json.dumps(completion, ensure_ascii=False).encode()
    description = f"{tokens:,} tokens of logprobs with {top_logprobs} top_logprobs each, {len(body):,} bytes"
    return Input("logprobs", description, (body,))


def corpus(path: Path = CORPUS, fixtures: Path = FIXTURES) -> Input:
    """Return the recorded responses beside the repository, or else the chat completions of the fixtures."""
    if path.is_file():
        bodies = tuple(path.read_bytes().splitlines())
        return Input("corpus", f"{len(bodies):,} recorded responses, {sum(map(len, bodies)):,} bytes", bodies)
    # The stock package does not decode all examples that were written by hand.
    files = [file for file in sorted(fixtures.rglob("*.json")) if "examples" not in file.parts]
    bodies = tuple(file.read_bytes() for file in files if _is_completion(file))
    return Input("corpus", f"THE CORPUS IS ABSENT: in its place {len(bodies):,} bodies of tests/fixtures", bodies)


def _entry(source: random.Random) -> dict[str, Any]:
    token = source.choice(("", " ")) + "".join(source.choices(_SYLLABLES, k=source.randint(1, 3)))
    return {"token": token, "logprob": -source.expovariate(0.3), "bytes": list(token.encode())}


def _is_completion(file: Path) -> bool:
    try:
        value = json.loads(file.read_bytes())
    except ValueError:
        return False  # some fixtures are bodies that are not JSON, on purpose
    return isinstance(value, dict) and value.get("object") == "chat.completion"
