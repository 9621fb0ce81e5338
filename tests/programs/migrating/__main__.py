"""Print the statements, and the rows of the table, that are not true of openai-python: `make migrating`."""

from __future__ import annotations

import sys
import traceback
import warnings

from tests.programs.migrating.statements import STATEMENTS, Statement
from tests.programs.migrating.subject import Subject
from tests.programs.migrating.table import holds, rows


def expression(code: str) -> Statement:
    """Return the statement that an expression is true."""

    def check(subject: Subject) -> None:
        assert holds(code, subject)

    return check


def main() -> int:
    # pydantic warns of names of its version 1.
    warnings.simplefilter("ignore", DeprecationWarning)
    failed = 0
    checks = STATEMENTS | {row.theirs: expression(row.theirs) for row in rows()}
    for name, check in checks.items():
        try:
            with Subject("openai") as subject:
                check(subject)
        except Exception as error:  # noqa: BLE001 - each is reported
            failed += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{where.filename.rpartition('/')[2]}:{where.lineno}"
            print(f"{name}: {type(error).__name__}: {error} ({place})")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
