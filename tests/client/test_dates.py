"""Date-times are read in any ISO 8601 spelling, alike on all Pythons, and written in the spelling that came."""

from __future__ import annotations

import datetime
import pickle
from typing import Any

import pytest
from dateutil.parser import isoparse
from hypothesis import given, strategies as st

from generator.runtime.bodies import json_body
from generator.runtime.formats import as_date, format_value, parsed_datetime
from generator.runtime.parameters import parameter_text, query_pairs

UTC = datetime.UTC
SPELLINGS = {
    "2024-05-06T07:08:09Z": datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    "2024-05-06t07:08:09z": datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    "2024-05-06 07:08:09+00:00": datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    "2024-05-06T07:08:09.123456789Z": datetime.datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC),
    "2024-05-06T07:08:09,5Z": datetime.datetime(2024, 5, 6, 7, 8, 9, 500000, tzinfo=UTC),
    "2024-05-06T24:00:00Z": datetime.datetime(2024, 5, 7, tzinfo=UTC),
    "2024-127T07:08:09Z": datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    "2024-W19-1T07:08Z": datetime.datetime(2024, 5, 6, 7, 8, tzinfo=UTC),
    "20240506T070809Z": datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    "2024-05-06T07:08:09": datetime.datetime(2024, 5, 6, 7, 8, 9),
    "2024-05-06": datetime.datetime(2024, 5, 6),
}


@pytest.mark.parametrize("text", SPELLINGS)
def test_each_spelling_of_a_time_is_read_and_kept(text: str) -> None:
    found = parsed_datetime(text)
    assert found == SPELLINGS[text] and isinstance(found, datetime.datetime)
    assert format_value(found) == text
    assert format_value(pickle.loads(pickle.dumps(found))) == text


@pytest.mark.parametrize(
    "text", ["2016-12-31T23:59:60Z", "", "later", "2024-02-30T00:00:00Z", "9999-12-31T24:00:00Z", "é"]
)
def test_an_invalid_time_stays_a_str(text: str) -> None:
    """So does a leap second, which no datetime can hold."""
    assert parsed_datetime(text) == text


@pytest.mark.parametrize("value", [1, None, True, [], {}])
def test_values_other_than_str_are_unchanged(value: Any) -> None:
    assert parsed_datetime(value) is value


@given(st.text(alphabet="0123456789-:.,TWZ+tz ", max_size=32) | st.datetimes().map(str) | st.text())
def test_dates_are_read_as_stock_clients_read_them(text: str) -> None:
    """Both use `isoparse`; the time zone is always the standard library's."""
    found = parsed_datetime(text)
    assert format_value(found) == text
    try:
        stock = isoparse(text)
    except (ValueError, OverflowError):
        return
    assert found == stock and found.utcoffset() == stock.utcoffset()
    assert found.tzinfo is None or isinstance(found.tzinfo, datetime.timezone)


@pytest.mark.parametrize("send", [parameter_text, json_body, lambda value: query_pairs("at", value)])
def test_a_datetime_without_a_zone_is_refused(send: Any) -> None:
    with pytest.raises(ValueError, match=r"The datetime 2024-05-06 00:00:00 has no time zone: add one"):
        send(datetime.datetime(2024, 5, 6))
    assert send(datetime.datetime(2024, 5, 6, tzinfo=UTC))


def test_a_datetime_given_for_a_date_is_sent_as_a_date() -> None:
    """Also in lists and mappings."""
    at, day = datetime.datetime(2024, 5, 6, 7, 8), datetime.date(2024, 5, 6)
    assert as_date({"a": [at, day, "x"], "b": (at,)}) == {"a": [day, day, "x"], "b": [day]}
