"""Each format of an export, compared with small expected files in this folder."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stored_completions_cli.extras import parquet
from stored_completions_testing.server import Server, Store
from tests.cli.faulty import DEEP
from tests.cli.processes import Command
from tests.support.server import Generated

HERE = Path(__file__).parent
HEARD = 'a message of the role user has a part of the type "input_audio"'
STORED = json.loads((HERE / "stored.json").read_text(encoding="utf-8"))


class Small(Store):
    """A store with the completions of stored.json."""

    def __init__(self) -> None:
        self.completions = {stored["completion"]["id"]: stored["completion"] for stored in STORED}
        self._messages = {stored["completion"]["id"]: stored["messages"] for stored in STORED}


def expected(name: str) -> str:
    return (HERE / "expected" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["jsonl", "finetune", "evals"])
def test_each_format_of_lines_is_as_expected(server: Server, command: Command, kind: str) -> None:
    """Line by line; values without a place are counted, and completions that do not fit are named."""
    server.keep(Small())
    done = command("export", "out", "--format", kind, "--json")
    assert (command.folder / "out").read_text(encoding="utf-8") == expected(f"{kind}.jsonl")
    errors = {problem["id"]: problem["reason"] for problem in command.lines("out.errors.jsonl")} if done.status else {}
    assert (errors, done.summary["left_out"]) == {
        "jsonl": ({}, {}),
        "finetune": (
            {
                "chatcmpl-refused": "The format finetune cannot hold it: its answer has only refusal.",
                "chatcmpl-heard": f"The format finetune cannot hold it: {HEARD}.",
            },
            {"messages.annotations": 1, "messages.content[].prompt_cache_breakpoint": 1},
        ),
        "evals": (
            {"chatcmpl-heard": f"The format evals cannot hold it: {HEARD}."},
            {"messages.content[].prompt_cache_breakpoint": 1},
        ),
    }[kind]
    assert done.status == (3 if errors else 0)


def test_another_choice_can_be_the_answer(server: Server, command: Command) -> None:
    """`--choice 1`: completions without a second choice are named."""
    server.keep(Small())
    assert command("export", "out", "--format", "finetune", "--choice", "1").status == 3
    (line,) = command.lines("out")
    assert line["messages"][-1] == {"role": "assistant", "content": "Hi."}
    assert {problem["reason"] for problem in command.lines("out.errors.jsonl")} >= {
        "The format finetune cannot hold it: it has no choice 1."
    }


def test_parquet_has_typed_columns(server: Server, command: Command) -> None:
    """Times, maps and lists of structs; a value of another type is null in its column, counted, and whole in `json`."""
    server.keep(Small())
    done = command("export", "out", "--format", "parquet", "--json")
    assert done.status == 0, done.err
    assert done.summary["left_out"] == {"seed": 1}
    file = pq.ParquetFile(command.folder / "out")
    table = file.read()
    assert table.schema.field("created").type == pa.timestamp("ms", tz="UTC")
    assert table.schema.field("metadata").type == pa.map_(pa.string(), pa.string())
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    # With one null among them, pandas would make all seeds floats.
    assert [(column["name"], column["numpy_type"]) for column in table.schema.pandas_metadata["columns"]] == [
        ("seed", "Int64")
    ]
    assert json.loads(json.dumps(table.to_pylist(), default=str)) == json.loads(expected("parquet.json"))
    assert [json.loads(line) for line in table["json"].to_pylist()] == [
        json.loads(line) for line in expected("jsonl.jsonl").splitlines()
    ]


def test_values_that_python_cannot_decode_are_kept_as_json() -> None:
    """Another decoder may read values that are nested deeper; the other columns are null, and counted."""
    line = b'{"id":"a","choices":[],"deep":' + DEEP + b"}\n"
    mistyped: Counter[str] = Counter()
    (row,) = parquet().table([line], mistyped).to_pylist()
    assert row["json"].encode() + b"\n" == line and row["id"] is None
    assert mistyped["id"] == mistyped["tools"] == 1


def test_parquet_is_written_in_row_groups(server: Server, command: Command) -> None:
    """A group of large completions ends by its number of bytes."""

    class Large(Small):
        def __init__(self) -> None:
            super().__init__()
            for completion in self.completions:
                self._messages[completion] = [{"id": "m", "role": "user", "content": "x" * 3_000_000}]

    server.keep(Large())
    assert command("export", "out", "--format", "parquet").status == 0
    assert pq.read_metadata(command.folder / "out").num_row_groups == 2


def test_a_parquet_file_that_was_added_to_is_that_of_one_export(server: Server, command: Command) -> None:
    """Small row groups of many additions would make it slow to read."""
    for number in (5, 10, 15):
        server.keep(Generated(number))
        assert command("export", "out.parquet", "--append").status == 0
    assert command("export", "whole.parquet").status == 0
    assert (command.folder / "out.parquet").read_bytes() == (command.folder / "whole.parquet").read_bytes()


def test_a_property_named_messages_is_kept(server: Server, command: Command) -> None:
    """Messages that a server sends with a completion are not requested again, and not written twice."""

    class Own(Small):
        def __init__(self) -> None:
            super().__init__()
            self.completions = {
                name: {**completion, "messages": self._messages[name]} for name, completion in self.completions.items()
            }

    server.keep(Own())
    assert command("export", "out").status == 0
    assert len(server.received) == 1
    assert [[*line].count("messages") for line in command.lines("out")] == [1] * len(STORED)
    assert command("export", "tuned", "--format", "finetune").status == 3
    assert (command.folder / "tuned").read_text(encoding="utf-8") == expected("finetune.jsonl")


def test_standard_output_takes_lines(server: Server, command: Command) -> None:
    """`-` writes the same lines and no file, and failures to standard error."""
    server.keep(Small())
    done = command("export", "-", "--format", "finetune", "--quiet")
    assert done.out.decode() == expected("finetune.jsonl")
    errors: list[dict[str, Any]] = [json.loads(line) for line in done.err.splitlines()]
    assert [problem["id"] for problem in errors] == ["chatcmpl-refused", "chatcmpl-heard"]
    assert done.status == 3
    assert command("export", "-", "--format", "parquet").status == 2
    assert [path.name for path in command.folder.iterdir() if path.name[0] != "."] == []


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_an_export_is_decoded_again(server: Server, command: Command, kind: str) -> None:
    """`import-check` prints what the spec does not declare, and whether each line comes back equal."""
    store = Small()
    store.completions["chatcmpl-plain"] = {**store.completions["chatcmpl-plain"], "novel": 1, "created": "now"}
    server.keep(store)
    assert command("export", "out", "--format", kind).status == 0
    done = command("import-check", "out")
    assert done.status == 0, done.err
    shown = " ".join(done.out.decode().split())
    assert "16 bodies (6 ChatCompletion, 10 ChatCompletionStoreMessage), 0 others skipped" in shown
    assert "16 of 16 came back equal" in shown
    assert "ChatCompletion.novel" in shown and "out:1 $.created" in shown


def test_a_file_that_is_no_export_is_named(server: Server, command: Command) -> None:
    """A line that is cut off is skipped and shown; without any completion the status is 3."""
    (command.folder / "cut.jsonl").write_text('{"id": "chatcmpl-a", "choi')
    done = command("import-check", "cut.jsonl")
    assert done.status == 3 and "cut.jsonl:1: not JSON" in " ".join(done.out.decode().split())
    assert command("import-check", "none.jsonl").status == 2
    (command.folder / "other.jsonl").write_text('[]\n{"id": "a", "choices": [], "messages": [5]}\n\xef')
    done = command("import-check", "other.jsonl")
    assert done.status == 0 and b"1 bodies (1 ChatCompletion), 3 others skipped" in done.out, done
    lines = (b'{"choices":[],"a":' + b"[" * depth + b"]" * depth + b"}\n" for depth in (1, 800, 960, 980, 990, 9999))
    (command.folder / "deep.jsonl").write_bytes(b"".join(lines))
    done = command("import-check", "deep.jsonl")
    assert done.status == 0 and "nested too deeply" in done.out.decode() and "Traceback" not in done.err


def test_a_damaged_parquet_file_is_named(server: Server, command: Command) -> None:
    """What another program has cut or overwritten: a sentence, and no traceback."""
    server.keep(Small())
    path = command.folder / "out.parquet"
    assert command("export", path.name).status == 0
    content = path.read_bytes()
    footer = content[-8 - int.from_bytes(content[-8:-4], "little") :]
    for damaged in (content[:-8], content[:100], b"PAR1junk", b"PAR1" + bytes(len(content) - len(footer) - 4) + footer):
        path.write_bytes(damaged)
        done = command("import-check", path.name)
        assert done.status == 2 and re.search(r"^out\.parquet cannot be read[^\n]*: (?!None)\w", done.err), done.err
    pq.write_table(pa.table({"json": [1, 2]}), path)
    done = command("import-check", path.name)
    assert done.status == 3 and b"2 others skipped" in done.out, done
    pq.write_table(pa.table({"json": [{"a": 1}]}), path)
    done = command("import-check", path.name)
    assert done.status == 2 and "cannot be read as Parquet" in done.err, done


def test_an_export_is_not_added_to_a_damaged_parquet_file(server: Server, command: Command) -> None:
    """It has the size that it had."""
    server.keep(Small())
    export = ("export", "out.parquet", "--append", "--overlap", "0s")
    assert command(*export).status == 0
    path = command.folder / "out.parquet"
    path.write_bytes(bytes(path.stat().st_size))
    done = command(*export)
    assert done.status == 2 and "out.parquet cannot be read as Parquet" in done.err, done
    assert not [*command.folder.glob(".out*"), *command.folder.glob("*.partial")]


def test_an_export_is_not_added_to_other_lines(server: Server, command: Command) -> None:
    """The file has its size, but not the lines that the journal names."""
    server.keep(Small())
    export = ("export", "out.parquet", "--append", "--overlap", "0s")
    assert command(*export).status == 0
    with sqlite3.connect(command.folder / "out.parquet.journal") as journal:
        journal.execute("UPDATE item SET end = end - 1")
    journal.close()
    done = command(*export)
    assert done.status == 2 and "out.parquet was changed after it was exported" in done.err, done
