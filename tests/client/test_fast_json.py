"""JSON decoded by msgspec equals that of the standard library, for any text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from stored_completions._runtime.decoding import loads, read_json

pytest.importorskip("msgspec")

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
PIECES = st.sampled_from(
    [
        *(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            '"',
            "\\",
            "\\ud800",
            "\\u0000",
            "\\n",
            "-0",
            "1e999",
            "1E-400",
            "1.5",
            "9" * 25,
        ),
        *("0", " ", "\x00", "\x1f", "\ufeff", "é", '"a":1', '"a":2', "true", "null", "NaN", "-Infinity", "a"),
    ]
)


def outcome(decode: Any, content: bytes) -> object:
    """Return a decoded value with its types and key order, or the type of the error."""
    try:
        return repr(decode(content))
    except (ValueError, RecursionError) as error:
        return type(error)


@given(VALUES, st.booleans())
def test_every_value_is_read_as_the_standard_library_reads_it(value: Any, ascii_only: bool) -> None:
    content = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert outcome(loads, content) == outcome(json.loads, content)


@given(st.lists(PIECES, max_size=8).map(lambda pieces: "".join(pieces).encode()) | st.binary(max_size=12))
@example(b'{"a": 1, "b": 2, "a": 3}')
@example(b'"\xed\xa0\x80"')
@example(b'"\xff"')
@example(b"1\x00")
@example(b"\xef\xbb\xbf{}")
@example(b"9" * 5000)
@example(b"[" * 100_000)
@example(b"[" * 900 + b"]" * 900)
def test_each_text_is_read_or_refused_as_the_stdlib_does(content: bytes) -> None:
    assert outcome(loads, content) == outcome(json.loads, content)


def test_error_messages_equal_those_of_the_standard_library() -> None:
    """Errors have the same message with and without msgspec."""
    with pytest.raises(ValueError, match=r"it is not JSON .Unterminated string"):
        read_json(b'{"id": "chatcmpl', dict)
