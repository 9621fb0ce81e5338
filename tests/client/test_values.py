"""A value has the same text in a path, a query, a header, a form and JSON."""

from __future__ import annotations

import enum
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.runtime.bodies import form_body, json_body, multipart_body, raw_body
from generator.runtime.parameters import header_texts, path_segment, query_pairs, styled_segment


class Team(enum.StrEnum):
    SEARCH = "search"


class Mixed(str, enum.Enum):  # noqa: UP042 - its str() is its name
    SEARCH = "search"


class Number(enum.IntEnum):
    THREE = 3


class Plain(enum.Enum):
    SEARCH = "search"


# The places of values, each with a function that returns the text.
PLACES: dict[str, Callable[[Any], Any]] = {
    "path": lambda value: path_segment("id", value),
    "styled path": lambda value: styled_segment("id", [value]),
    "query": lambda value: query_pairs("q", value)[0][1],
    "query of an object": lambda value: query_pairs("q", {"a": value}, "deepObject")[0][1],
    "query of a list": lambda value: query_pairs("q", [value], explode=False)[0][1],
    "header": lambda value: header_texts({"h": value})["h"],
    "header of a list": lambda value: header_texts({"h": [value]})["h"],
    "form": lambda value: form_body({"a": value}, "x").data.decode().partition("=")[2],  # type: ignore[union-attr]  # it is not UNSET
    "part of a form": lambda value: multipart_body({"a": value})[0][1][1].decode(),  # type: ignore[index,union-attr]  # it is bytes
    "JSON": lambda value: str(json.loads(json_body({"a": [value]}).data)["a"][0]),  # type: ignore[union-attr]  # it is not UNSET
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("value", "text"),
    [(Team.SEARCH, "search"), (Mixed.SEARCH, "search"), (Plain.SEARCH, "search"), (Number.THREE, "3"), (3, "3")],
    ids=["StrEnum", "str and Enum", "Enum", "IntEnum", "int"],
)
def test_a_member_of_an_enum_is_its_value(value: Any, text: str, place: str) -> None:
    assert PLACES[place](value) == text


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("value", [object(), 1j, len], ids=["object", "complex", "function"])
def test_another_object_is_refused(value: Any, place: str) -> None:
    with pytest.raises(TypeError, match="cannot be"):
        PLACES[place](value)


def test_values_of_an_iterator_are_sent() -> None:
    assert query_pairs("q", (letter for letter in "ab")) == [("q", "a"), ("q", "b")]
    assert query_pairs("q", {"a": (letter for letter in "ab")}, "deepObject") == [("q[a]", "a"), ("q[a]", "b")]
    body = json_body({"a": (letter for letter in "ab"), "b": {1}, "c": range(2)})
    assert body and json.loads(body.data) == {"a": ["a", "b"], "b": [1], "c": [0, 1]}


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, "path", io.BytesIO])
def test_a_file_may_be_a_path_or_any_bytes(kind: Any, tmp_path: Path) -> None:
    path = tmp_path / "cover.png"
    path.write_bytes(b"a picture")
    value = path if kind == "path" else kind(b"a picture")
    [(_, (name, content, media_type)), (_, named)] = multipart_body({"f": value, "g": ("b", value, "image/png")}) or []
    assert (content if isinstance(content, bytes) else content.read()) == b"a picture"
    assert (name, media_type) == (("cover.png", "image/png") if kind == "path" else ("f", "application/octet-stream"))
    assert named[2] == "image/png"
    if kind is not io.BytesIO:
        assert (raw_body(value, "x") or None, named[1])[1] == b"a picture"
        assert raw_body(value, "x").data == b"a picture"  # type: ignore[union-attr]  # it is not UNSET
