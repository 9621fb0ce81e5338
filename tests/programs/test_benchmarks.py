"""The benchmarks measure what they should. No timing is asserted, and the peers of `.venv-bench` are not needed."""

from __future__ import annotations

import datetime
import json
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.programs.benchmarks.__main__ import (
    GOALS,
    JSON,
    SOURCES,
    STOCK,
    Results,
    generate_stock,
    measure_imports,
    render,
)
from tests.programs.benchmarks.calls import OURS
from tests.programs.benchmarks.inputs import FIXTURES, REFERENCE, Input, corpus, logprobs, reference
from tests.programs.benchmarks.peers import PEERS, Batches, DecodingError, Peer, agrees, measure_memory
from tests.programs.benchmarks.turns import Batch, BenchmarkError, Case, Interpreter, ratio, take_turns
from tests.support.amount import WHOLE
from tests.support.server import GENERATED

needs_seconds = pytest.mark.skipif(not WHOLE, reason="it measures for seconds")
INPUT = Input("reference response", "one body", (b"{}",))


def results(ours: float, theirs: float | None) -> Results:
    """Return results with two rounds in which we take `ours` and all others `theirs`; None where they raise."""
    tables: dict[str, dict[Case, list[float]]] = {"one call": {}, "calls": {}, "memory": {}, "import": {}}
    if theirs is not None:
        tables[INPUT.name] = {(peer, source): [theirs, theirs] for peer in PEERS for source in SOURCES if peer != JSON}
    for goal in GOALS:
        rounds = tables.setdefault(goal.table, {})
        rounds[goal.ours] = [ours, ours]
        if theirs is not None:
            rounds.setdefault(goal.theirs, [theirs, theirs])
    raising = {(INPUT.name, peer): int(theirs is None and peer != OURS) for peer in PEERS}
    return Results((INPUT,), tables, raising, {"Python": "3.11.0"}, datetime.date(2026, 1, 31), 3.0)


def test_contenders_run_in_turns_of_changing_order() -> None:
    """Each has a batch in each round, and the first one changes."""
    ran: list[str] = []

    def contender(name: str) -> float:
        ran.append(name)
        return 1.0

    group: dict[Case, Batch] = {(name, ""): partial(contender, name) for name in "abc"}
    rounds = take_turns([group], 0, at_least=3)
    assert "".join(ran) == "abcbcacab"
    assert rounds == {(name, ""): [1.0] * 3 for name in "abc"}


def test_ratio_does_not_change_with_the_machines_speed() -> None:
    """The ratio is the median of all rounds' ratios, so a machine that is slower in some rounds changes nothing."""
    rounds: dict[Case, list[float]] = {
        ("ours", ""): [3.0, 6.0, 3.0, 12.0, 3.5],
        ("theirs", ""): [2.0, 4.0, 2.0, 8.0, 1],
    }
    found = ratio(rounds, ("ours", ""), ("theirs", ""))
    assert found is not None and found.median == 1.5 and found.low == 1.5
    assert ratio(rounds, ("ours", ""), ("absent", "")) is None


def test_a_worker_that_fails_is_named_with_its_reason(tmp_path: Path) -> None:
    """The measurement stops, and the message says which contender failed, and why."""
    arguments = ["tests.programs.benchmarks.peers", "no such peer", "bytes", "none.json"]
    with (
        Interpreter(sys.executable, tmp_path).worker(arguments, GENERATED) as ask,
        pytest.raises(BenchmarkError, match=r"no such peer(.|\n)*KeyError"),
    ):
        ask("batch")


def test_reference_input_is_the_fixture() -> None:
    """Byte for byte."""
    assert reference().bodies == (REFERENCE.read_bytes(),)


@needs_seconds
def test_logprobs_input_is_2000_tokens_with_20_top_logprobs() -> None:
    """The input is the same in each run, and each token's bytes are its UTF-8."""
    built = logprobs()
    assert built == logprobs()
    (body,) = built.bodies
    content = json.loads(body)["choices"][0]["logprobs"]["content"]
    assert len(content) == 2000
    assert {len(entry["top_logprobs"]) for entry in content} == {20}
    assert all(bytes(entry["bytes"]).decode() == entry["token"] for entry in content)


def test_corpus_input_is_each_line_of_the_file(tmp_path: Path) -> None:
    """The third input has the recorded responses."""
    file = tmp_path / "corpus.jsonl"
    file.write_bytes(b'{"id": "1"}\n{"id": "2"}\n')
    assert corpus(file).bodies == (b'{"id": "1"}', b'{"id": "2"}')


def test_an_absent_corpus_is_noted_and_replaced_by_fixtures(tmp_path: Path) -> None:
    """Without the corpus, the tables say that the fixtures' chat completions were decoded."""
    found = corpus(tmp_path / "absent.jsonl", FIXTURES)
    assert "ABSENT" in found.description
    assert REFERENCE.read_bytes() in found.bodies
    assert {json.loads(body)["object"] for body in found.bodies} == {"chat.completion"}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("given", [reference(), logprobs(3, 2), corpus()], ids=lambda given: given.name)
def test_our_package_decodes_each_input(given: Input, source: str) -> None:
    """`Batches` raises unless each body is decoded to its content."""
    batches = Batches(PEERS[OURS](), source, given.bodies, seconds=0)
    assert batches.raising == 0
    assert batches.seconds() >= 0


def test_json_loads_decodes_bytes_only() -> None:
    """The standard library has no step from an object to a model."""
    peer = PEERS[JSON]()
    assert Batches(peer, "bytes", reference().bodies, 0).raising == 0
    with pytest.raises(ValueError, match="nothing to decode an object with"):
        Batches(peer, "object", reference().bodies, 0)


@needs_seconds
def test_stock_package_is_measured_in_its_own_process(tmp_path: Path) -> None:
    """The stock generator's output has our package's name, so it must be first on the worker's path."""
    stock, bodies = tmp_path / "stock", tmp_path / "bodies.json"
    stock.mkdir()
    generate_stock(stock)
    bodies.write_text(json.dumps([body.decode() for body in reference().bodies]), encoding="utf-8")
    interpreter = Interpreter(sys.executable, tmp_path / "cache")
    for source in SOURCES:
        arguments = ["tests.programs.benchmarks.peers", STOCK, source, str(bodies)]
        with interpreter.worker(arguments, stock) as ask:
            assert ask("raise") == 0
            assert ask("batch") > 0
    where = "import stored_completions; print(stored_completions.__file__)"
    assert str(stock) in interpreter.run(["-c", where], stock)


def test_bodies_that_raise_are_counted_and_not_timed() -> None:
    """A peer that cannot decode a body is no failure of the benchmark."""
    peer = Peer(None, json.loads, lambda body: body.replace(b"2", b"not JSON"))
    assert Batches(peer, "bytes", [b"1", b"2"], 0).raising == 1
    assert Batches(peer, "bytes", [b"2"], 0).raising == 1


def test_a_peer_that_decodes_something_else_stops_the_run() -> None:
    """The time of a wrong result would be misleading."""
    with pytest.raises(DecodingError):
        Batches(Peer(None, lambda body: {"id": "other"}), "bytes", [b'{"id": "1"}'], 0)


def test_agrees_looks_into_models() -> None:
    """Attributes are compared, also those with an underscore after a keyword; unknown ones are not."""
    value = {"id": "1", "object": "x", "choices": [{"index": 0, "unknown": 1}]}
    model = SimpleNamespace(id="1", object="x", choices=[SimpleNamespace(index=0)])
    assert agrees(model, value)
    assert not agrees(model, {**value, "object": "y"})
    assert not agrees(SimpleNamespace(), value)


@needs_seconds
def test_imports_are_measured_in_fresh_interpreters(tmp_path: Path) -> None:
    """Each module has a time, and one that cannot be imported is named."""
    interpreter = Interpreter(sys.executable, tmp_path)
    assert measure_imports(interpreter, ["httpx", OURS], 2).keys() == {("httpx", ""), (OURS, "")}
    with pytest.raises(BenchmarkError, match=r"import no_such_module; (.|\n)*ModuleNotFoundError"):
        measure_imports(interpreter, ["no_such_module"], 1)


@needs_seconds
def test_bytecode_of_the_runs_is_not_left_in_the_package(tmp_path: Path) -> None:
    """The work folder holds the caches, so that generated/ has only generated files."""
    before = set(GENERATED.rglob("*.pyc"))
    measure_imports(Interpreter(sys.executable, tmp_path / "cache"), [OURS], 1)
    assert set(GENERATED.rglob("*.pyc")) == before
    assert list((tmp_path / "cache").rglob("*.pyc"))


def test_table_says_ratios_rounds_and_goals() -> None:
    """The tables have times, ratios to ours, the number of rounds, versions, and goals with their verdicts."""
    text = render(results(1e-6, 20e-6))
    assert "| openai | 20.0 µs | 20.00x (20.00 to 20.00) | 20.0 µs | 20.00x (20.00 to 20.00) | 0 of 1 |" in text
    assert "| json.loads |  |  | 20.0 µs | 20.00x (20.00 to 20.00) | 0 of 1 |" in text
    assert "Python 3.11.0" in text and "2026-01-31" in text
    assert "2 rounds" in text
    assert "cores: 3. The fewer" in text
    assert "| import stored_completions: of import httpx |  | ≤ 1.5 | 0.05 | 0.05 to 0.05 | met |" in text
    assert "| one at a time: of bare httpx | [fast] | ≤ 1.15 | 0.05 | 0.05 to 0.05 | met |" in text
    assert "not met" not in text


def test_the_table_names_missed_goals_and_errors() -> None:
    """A goal that is not met, or cannot be compared, is named."""
    text = render(results(1e-6, 3e-6))
    assert "| bytes to model, logprobs: of the openai SDK | [fast] | ≤ 0.4 | 0.33 | 0.33 to 0.33 | met |" in text
    assert "| from_dict, corpus: of the openai SDK |  | ≤ 0.1 | 0.33 | 0.33 to 0.33 | **not met** |" in text
    text = render(results(1e-6, None))
    assert "| stock generator |  |  |  |  | 1 of 1 |" in text
    assert "| from_dict, corpus: of the openai SDK |  | ≤ 0.1 |  |  | **not met** |" in text


@needs_seconds
def test_memory_grows_with_the_decoded_body() -> None:
    """A body with twice the tokens takes about twice the memory."""
    sizes = [measure_memory(PEERS[OURS](), logprobs(tokens, 20).bodies[0]) for tokens in (20, 40)]
    assert 1.8 < sizes[1] / sizes[0] < 2.2
