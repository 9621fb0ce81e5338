"""Programs for openai-python work, except for what `docs/migrating.md` lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.programs.migrating.statements import STATEMENTS
from tests.programs.migrating.subject import Subject
from tests.programs.migrating.table import Row, holds, rows


@pytest.fixture
def subject() -> Iterator[Subject]:
    with Subject("stored_completions") as made:
        yield made


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_statements_about_openai_python_are_true(name: str, subject: Subject) -> None:
    STATEMENTS[name](subject)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.text)
def test_each_line_of_the_table_says_what_differs(row: Row, subject: Subject) -> None:
    """The statement about openai-python is false here, and the one about this package true."""
    assert holds(row.ours, subject)
    try:
        same = holds(row.theirs, subject)
    except Exception:  # noqa: BLE001 - whichever it is
        same = False
    assert not same


def test_the_table_is_found() -> None:
    assert len(rows()) > 20
