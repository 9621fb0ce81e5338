"""A value has the same text in a path, a query, a header, a form and JSON."""

from __future__ import annotations

import enum
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest

from generator.runtime.bodies import form_body, json_body, multipart_body, raw_body
from generator.runtime.parameters import header_texts, path_segment, query_pairs, styled_segment, with_overrides
from generator.runtime.request import Request


class Team(enum.StrEnum):
    SEARCH = "search"


class Mixed(str, enum.Enum):  # noqa: UP042 - its str() is its name
    SEARCH = "search"


class Number(enum.IntEnum):
    THREE = 3


class Plain(enum.Enum):
    SEARCH = "search"


class Loud(int):
    """A number whose str() and repr() are other texts."""

    def __repr__(self) -> str:
        return "three"


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
    "JSON in a path": lambda value: json.loads(unquote(styled_segment("id", [value], "json")))[0],
    "JSON in a query": lambda value: json.loads(query_pairs("q", [value], "json")[0][1])[0],
    "JSON in a header": lambda value: json.loads(header_texts({"h": [value]}, json=["h"])["h"])[0],
    "JSON in a form": lambda value: json.loads(multipart_body({"a": {"b": value}})[0][1][1])["b"],  # type: ignore[index,arg-type]  # it is bytes
    "JSON": lambda value: str(json.loads(json_body({"a": [value]}).data)["a"][0]),  # type: ignore[union-attr]  # it is not UNSET
}


# The start of messages: the name of the path, query, header or property in `PLACES`.
NAMED = "^(id|q|h|a) cannot be sent: "


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((kind.SEARCH, "search") for kind in (Team, Mixed, Plain)),
        *((value, "3") for value in (Number.THREE, 3, Loud(3))),
    ],
    ids=["StrEnum", "str and Enum", "Enum", "IntEnum", "int", "a subclass of int"],
)
def test_a_member_of_an_enum_is_its_value(value: Any, text: str, place: str) -> None:
    assert str(PLACES[place](value)) == text


@pytest.mark.parametrize("key", [Team.SEARCH, Mixed.SEARCH, Number.THREE, True, 3, "3"], ids=repr)
def test_a_key_is_the_text_that_json_has_for_it(key: Any) -> None:
    given = {key: "x"}
    body = json_body(given)
    [text] = json.loads(body.data) if body else []
    assert query_pairs("q", given, "deepObject") == [(f"q[{text}]", "x")]
    assert query_pairs("q", given) == [(text, "x")]
    assert query_pairs("q", given, explode=False) == [("q", f"{text},x")]
    assert header_texts({"h": given}) == {"h": f"{text},x"}
    assert header_texts({"h": given}, exploded=["h"]) == {"h": f"{text}=x"}
    assert styled_segment("p", given) == f"{text},x"
    assert with_overrides([], given) == [(text, "x")]
    assert form_body(given, "x") == (f"{text}=x".encode(), "x")
    assert multipart_body(given) == [(text, (None, b"x", "text/plain"))]


class Pair(NamedTuple):
    """A tuple with names."""

    one: object
    two: object


@pytest.mark.parametrize("kind", [tuple, Pair._make, iter, lambda items: dict(zip("ab", items, strict=True)).values()])
def test_what_json_writes_as_a_list_is_a_list_everywhere(kind: Any) -> None:
    def given() -> Any:
        return kind([Plain.SEARCH, 2])

    assert query_pairs("q", given()) == [("q", "search"), ("q", "2")]
    assert query_pairs("q", given(), "json") == [("q", '["search", 2]')]
    assert query_pairs("q", {"a": given()}, "deepObject") == [("q[a]", "search"), ("q[a]", "2")]
    assert header_texts({"h": given()}) == {"h": "search,2"}
    assert styled_segment("p", given()) == "search,2"
    body = form_body({"a": given()}, "x")
    assert body and body.data == b"a=search&a=2"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("value", ["itself", math.nan, [-math.inf]], ids=str)
def test_what_json_cannot_write_is_refused_everywhere(value: Any, place: str) -> None:
    """A value that contains itself ends no call in a loop."""
    holder: list[Any] = []
    holder.append(holder)
    with pytest.raises(ValueError, match=rf"{NAMED}.*([Cc]ircular|not JSON|no such number)"):
        PLACES[place](holder if value == "itself" else value)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("value", [object(), 1j, len], ids=["object", "complex", "function"])
def test_another_object_is_refused(value: Any, place: str) -> None:
    with pytest.raises(TypeError, match=rf"{NAMED}.*cannot be"):
        PLACES[place](value)


@pytest.mark.parametrize("place", [place for place in PLACES if not {"JSON", "path"} & {*place.split()}])
def test_a_lone_surrogate_is_refused_where_there_is_no_escape_for_it(place: str) -> None:
    with pytest.raises(ValueError, match=rf"{NAMED}.*surrogates"):
        PLACES[place]("\ud800")


def test_a_body_that_is_no_object_is_named() -> None:
    with pytest.raises(TypeError, match=r"^body cannot be sent: "):
        json_body([object()])


@pytest.mark.parametrize("query", ["a=1", [("a", "1")], 1, b"a"], ids=str)
def test_an_extra_query_is_a_mapping(query: Any) -> None:
    with pytest.raises(TypeError, match="extra_query must be a mapping"):
        Request("GET", "/x").with_extra(query, None)


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
