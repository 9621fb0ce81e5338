"""The file has exactly what was received: every number, escape and name."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies as st

from stored_completions_cli import jsontext
from stored_completions_testing.server import Server
from tests.cli.processes import Command
from tests.support.server import Generated

STRANGE = [
    '"value":1.0,"other":1',
    '"value":-0.0,"other":1E400,"third":1e-400,"fourth":123456789012345678901234567890.10',
    '"value":9223372036854775808,"other":170141183460469231731687303715884105727',
    '"value":1,"value":2',
    '"value":"\\u0000\\u001f\\/\\ud83d\\ude00\\ud800","\\u00e9":"é"',
    '"value":"\u2028\u2029\u0085😀 \u202e","name with \\"quotes\\"":[[],{},""]',
    '"value" : [ 1 ,2 ] , "other": { } ',
    '"messages_":null,"value":NaN,"other":-Infinity',
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


class Strange(Generated):
    """Completions and messages with values that are hard to keep."""

    def text(self, index: int) -> str:
        return f"{super().text(index)[:-1]},{STRANGE[index]}}}"

    def message_text(self, index: int) -> str:
        return f"{super().message_text(index)[:-1]},{STRANGE[index]}}}"


class Large(Generated):
    """Messages of megabytes, with line breaks and null bytes."""

    filling = "línea\\n\\u0000\\\\ " * 150_000

    def message_text(self, index: int) -> str:
        return f'{{"id":"m","role":"user","content":"{self.filling}{index}"}}'


class Printed(Strange):
    """Bodies with white space, as some servers print them."""

    def text(self, index: int) -> str:
        return super().text(index).replace(',"choices"', ',\r\n\t "choices" ')


def test_lines_hold_the_bytes_that_were_received(server: Server, command: Command) -> None:
    """Byte for byte, if a completion came on one line."""
    store = Strange(len(STRANGE))
    server.keep(store)
    done = command("export", "out.jsonl")
    assert done.status == 0, done.err
    wanted = [
        f'{store.text(index).rstrip()[:-1].rstrip()},"messages":[{store.message_text(index)}]}}'
        for index in range(store.number)
    ]
    assert (command.folder / "out.jsonl").read_bytes() == "".join(f"{line}\n" for line in wanted).encode()
    assert command("export", "plain.jsonl", "--no-messages").status == 0
    wanted = [store.text(index) for index in range(store.number)]
    assert (command.folder / "plain.jsonl").read_bytes() == "".join(f"{line}\n" for line in wanted).encode()


def test_bodies_of_many_lines_become_lines(server: Server, command: Command) -> None:
    """Only the white space between values is removed."""
    store = Printed(len(STRANGE))
    server.keep(store)
    assert command("export", "out.jsonl", "--no-messages").status == 0
    wanted = [store.text(index).replace(',\r\n\t "choices" ', ',"choices"') for index in range(store.number)]
    wanted[6] = wanted[6].replace('"value" : [ 1 ,2 ] , "other": { } ', '"value":[1,2],"other":{}')
    assert (command.folder / "out.jsonl").read_text(encoding="utf-8").split("\n") == [*wanted, ""]


def test_a_column_of_parquet_has_the_same_text(server: Server, command: Command) -> None:
    """The column `json` has the line, except that lone surrogates, which Parquet cannot hold, are escaped."""
    server.keep(Strange(len(STRANGE)))
    assert command("export", "out.jsonl").status == 0
    assert command("export", "out.parquet", "--format", "parquet").status == 0
    column = pq.read_table(command.folder / "out.parquet")["json"].to_pylist()
    assert column == (command.folder / "out.jsonl").read_text(encoding="utf-8").split("\n")[:-1]


def test_messages_of_megabytes_are_kept(server: Server, command: Command) -> None:
    """Eight large completions, with several requests at a time."""
    store = Large(8)
    server.keep(store)
    assert command("export", "out.jsonl").status == 0
    found = [line["messages"][0]["content"] for line in command.lines("out.jsonl")]
    assert found == [json.loads(store.message_text(index))["content"] for index in range(8)]


@given(st.lists(JSON, max_size=4), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_elements_are_the_texts_of_the_values_of_an_array(
    values: list[object], indent: int | str | None, ascii_only: bool
) -> None:
    """Decoding each text gives the same as decoding the array."""
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    assert [json.loads(item) for item in jsontext.elements(text)] == json.loads(text)


@given(st.dictionaries(st.text(), JSON, max_size=4), st.sampled_from([None, 1, "\t"]))
def test_members_are_the_values_of_an_object(value: dict[str, object], indent: int | str | None) -> None:
    """Members are returned by name, and an added member comes last."""
    text = json.dumps(value, indent=indent)
    assert {name: json.loads(value) for name, value in jsontext.members(text).items()} == json.loads(text)
    more = json.loads(jsontext.with_member(text, "one more", "[1]"))
    assert list(more.items()) == [*{**json.loads(text), "one more": [1]}.items()]


@given(JSON, st.booleans())
def test_a_text_on_one_line_means_the_same(value: object, ascii_only: bool) -> None:
    """White space between values is removed, and kept in strings."""
    line = jsontext.on_one_line(json.dumps(value, indent=1, ensure_ascii=ascii_only))
    assert "\n" not in line and json.loads(line) == json.loads(json.dumps(value))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
def test_bodies_are_decoded_as_the_standard_library_does(encoding: str) -> None:
    """In each encoding that JSON may have."""
    assert json.loads(jsontext.decode('{"a":"é😀"}'.encode(encoding)).removeprefix("\ufeff")) == {"a": "é😀"}


@given(JSON, st.booleans())
def test_a_text_is_the_same_in_another_notation(value: object, ascii_only: bool) -> None:
    """White space, escapes and the order of members make no difference."""
    other = json.dumps(value, indent=1, ensure_ascii=ascii_only, sort_keys=True)
    assert jsontext.is_same(json.dumps(value), other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "1.0"),
        ("1", "true"),
        ("1E400", "1E500"),
        ("0.1", "0.10000000000000000001"),
        ("12345678901234567890.1", "12345678901234567890.2"),
        ('{"a":1,"a":2}', '{"a":3,"a":2}'),
        ('["1"]', "[1]"),
        ("NaN", '"NaN"'),
        ("{}", "[]"),
        ('{"a":1}', '[["a",1]]'),
    ],
)
def test_a_text_with_another_value_is_not_the_same(one: str, other: str) -> None:
    """Also if Python decodes both to one value: an archive would lose the difference."""
    assert not jsontext.is_same(f'{{"n":{one}}}', f'{{"n":{other}}}')
