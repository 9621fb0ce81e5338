"""The benchmarks measure what they say. No timing is asserted, and the peers of `.venv-bench` are not needed."""

from __future__ import annotations

import datetime
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from generator.generate import generate
from tests.programs.benchmarks.__main__ import (
    IMPORTS,
    JSON,
    OURS,
    SDK,
    SOURCES,
    STOCK,
    BenchmarkError,
    Results,
    measure_imports,
    render,
    run_python,
    targets,
)
from tests.programs.benchmarks.inputs import FIXTURES, REFERENCE, Input, corpus, logprobs, reference
from tests.programs.benchmarks.peers import PEERS, DecodingError, Measurement, Peer, agrees, measure, measure_memory
from tests.programs.benchmarks.throughput import AIOHTTP, GOALS, OURS as THROUGHPUT_OURS
from tests.support.amount import WHOLE
from tests.support.server import CONFIG, GENERATED, SPEC

needs_seconds = pytest.mark.skipif(not WHOLE, reason="it measures for seconds")
INPUT = Input("reference response", "one body", (b"{}",))


def results(ours: float, theirs: float | None) -> Results:
    """Results in which all peers take `theirs` where we take `ours`."""
    decoding = {
        (name, peer, source): Measurement(ours if peer == OURS else theirs, 1, int(theirs is None))
        for name in (INPUT.name, "logprobs", "corpus")
        for peer in PEERS
        for source in SOURCES
        if (peer, source) != (JSON, "object")
    }
    imports = {"httpx": 1.0, OURS: 1.2, SDK: 6.0}
    costs = {key: ours if key == goal.ours else theirs or 0.0 for goal in GOALS for key in (goal.ours, goal.theirs)}
    costs |= {(AIOHTTP, 50): ours, (THROUGHPUT_OURS, 50): ours}
    memory = dict.fromkeys(PEERS, 1000) | {OURS: 400}
    date = datetime.date(2026, 1, 31)
    return Results((INPUT,), 3, 5, decoding, imports, {"Python": "3.11.0"}, date, costs, memory)


def test_reference_input_is_the_fixture() -> None:
    """The first input is the reference page's response, byte for byte."""
    assert reference().bodies == (REFERENCE.read_bytes(),)


@needs_seconds
def test_logprobs_input_is_2000_tokens_with_20_top_logprobs() -> None:
    """The second input is the same each time, and each token's bytes are its UTF-8."""
    built = logprobs()
    assert built == logprobs()
    (body,) = built.bodies
    content = json.loads(body)["choices"][0]["logprobs"]["content"]
    assert len(content) == 2000
    assert {len(entry["top_logprobs"]) for entry in content} == {20}
    assert all(bytes(entry["bytes"]).decode() == entry["token"] for entry in content)


def test_corpus_input_is_each_line_of_the_file(tmp_path: Path) -> None:
    """The third input is the recorded responses."""
    file = tmp_path / "corpus.jsonl"
    file.write_bytes(b'{"id": "1"}\n{"id": "2"}\n')
    assert corpus(file).bodies == (b'{"id": "1"}', b'{"id": "2"}')


def test_absent_corpus_is_said_and_replaced_by_fixtures(tmp_path: Path) -> None:
    """Without the corpus the tables say so, and the fixtures that are chat completions are decoded."""
    found = corpus(tmp_path / "absent.jsonl", FIXTURES)
    assert "ABSENT" in found.description
    assert REFERENCE.read_bytes() in found.bodies
    assert {json.loads(body)["object"] for body in found.bodies} == {"chat.completion"}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("given", [reference(), logprobs(3, 2), corpus()], ids=lambda given: given.name)
def test_our_package_decodes_each_input(given: Input, source: str) -> None:
    """No body fails, and what comes out is what went in: `measure` raises otherwise."""
    measured = measure(PEERS[OURS](), source, given.bodies, repeats=1, seconds=0)
    assert measured.seconds is not None
    assert (measured.bodies, measured.failures) == (len(given.bodies), 0)


def test_json_loads_decodes_bytes_only() -> None:
    """The standard library's JSON has no step from an object to a model."""
    peer = PEERS[JSON]()
    assert measure(peer, "bytes", reference().bodies, 1, 0).failures == 0
    with pytest.raises(ValueError, match="nothing to decode an object with"):
        measure(peer, "object", reference().bodies, 1, 0)


@needs_seconds
def test_stock_package_is_measured_in_its_own_process(tmp_path: Path) -> None:
    """The stock generator's output has our package's name, and is what the worker finds on its path."""
    stock, bodies = tmp_path / "stock", tmp_path / "bodies.json"
    stock.mkdir()
    generate(stock, spec=SPEC, config=CONFIG, templates=None)
    bodies.write_text(json.dumps([body.decode() for body in reference().bodies]), encoding="utf-8")
    for source in SOURCES:
        arguments = ["-m", "tests.programs.benchmarks.peers", STOCK, source, str(bodies), "1", "0"]
        measured = Measurement(**json.loads(run_python(sys.executable, arguments, stock, tmp_path / "cache")))
        assert measured.bodies == 1
    where = "import stored_completions; print(stored_completions.__file__)"
    assert str(stock) in run_python(sys.executable, ["-c", where], stock, tmp_path / "cache")


def test_bodies_that_raise_are_counted_and_not_timed() -> None:
    """A peer that cannot decode a body is no failure of the benchmark."""
    peer = Peer(None, json.loads, lambda body: body.replace(b"2", b"not JSON"))
    assert measure(peer, "bytes", [b"1", b"2"], 1, 0).failures == 1
    assert measure(peer, "bytes", [b"2"], 1, 0) == Measurement(None, 1, 1)


def test_a_peer_that_decodes_something_else_stops_the_run() -> None:
    """A time means nothing if the result is wrong."""
    with pytest.raises(DecodingError):
        measure(Peer(None, lambda body: {"id": "other"}), "bytes", [b'{"id": "1"}'], 1, 0)


def test_agrees_looks_into_models() -> None:
    """Attributes are compared, also those whose name has an underscore for Python's sake; unknown ones are not."""
    value = {"id": "1", "object": "x", "choices": [{"index": 0, "unknown": 1}]}
    model = SimpleNamespace(id="1", object="x", choices=[SimpleNamespace(index=0)])
    assert agrees(model, value)
    assert not agrees(model, {**value, "object": "y"})
    assert not agrees(SimpleNamespace(), value)


@needs_seconds
def test_imports_are_measured_in_fresh_interpreters(tmp_path: Path) -> None:
    """Each module has a time, and one that cannot be imported is named."""
    assert measure_imports(sys.executable, IMPORTS[:2], tmp_path, 1).keys() == {"httpx", OURS}
    with pytest.raises(BenchmarkError, match=r"import no_such_module: (.|\n)*ModuleNotFoundError"):
        measure_imports(sys.executable, ["no_such_module"], tmp_path, 1)


@needs_seconds
def test_bytecode_of_the_runs_is_not_left_in_the_package(tmp_path: Path) -> None:
    """Warm caches live in the work folder, so that generated/ holds only what was generated."""
    before = set(GENERATED.rglob("*.pyc"))
    measure_imports(sys.executable, [OURS], tmp_path, 1)
    assert set(GENERATED.rglob("*.pyc")) == before
    assert list((tmp_path / "cache").rglob("*.pyc"))


def test_table_says_ratios_runs_and_targets() -> None:
    """The tables have times, ratios to ours, the number of runs, versions, and each target with its verdict."""
    text = render(results(1e-6, 20e-6))
    assert "| openai | 20.0 µs | 20.00x | 20.0 µs | 20.00x | 0 of 1 |" in text
    assert "| json.loads |  |  | 20.0 µs | 20.00x | 0 of 1 |" in text
    assert "Python 3.11.0" in text and "2026-01-31" in text
    assert "Number of runs: 3" in text and "Number of runs: 5" in text
    assert "| import stored_completions: of import httpx |  | ≤ 1.5 | 1.20 | met |" in text
    assert "| one at a time: of bare httpx | [fast] | ≤ 1.15 | 0.05 | met |" in text
    assert "| openai | 0.0 MiB | 2.50x |" in text
    assert "not met" not in text


def test_table_says_what_is_not_met_and_what_raises() -> None:
    """A target that is not met, or has nothing to compare with, is said."""
    missed = [target.text for target in targets(results(1e-6, 3e-6)) if not target.met]
    assert "bytes to model, logprobs: of the openai SDK" not in missed
    assert "from_dict, corpus: of the openai SDK" in missed
    text = render(results(1e-6, None))
    assert "| stock generator | raises |  | raises |  | 1 of 1 |" in text
    assert "| from_dict, corpus: of the openai SDK |  | ≤ 0.1 |  | **not met** |" in text
    slow = replace(results(1e-6, 20e-6), imports={"httpx": 1.0, OURS: 2.0, SDK: 6.0})
    assert "| import stored_completions: of import httpx |  | ≤ 1.5 | 2.00 | **not met** |" in render(slow)


@needs_seconds
def test_memory_is_that_of_what_was_decoded() -> None:
    """A body with twice the tokens holds about twice as much."""
    sizes = [measure_memory(PEERS[OURS](), logprobs(tokens, 20).bodies[0]) for tokens in (20, 40)]
    assert 1.8 < sizes[1] / sizes[0] < 2.2
