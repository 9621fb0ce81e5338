"""Say which statements do not hold of a package: `python -m tests.migrating openai`."""

from __future__ import annotations

import sys
import traceback

from tests.migrating.statements import STATEMENTS
from tests.migrating.subject import Subject


def main(package: str) -> int:
    failed = 0
    for name, statement in STATEMENTS.items():
        try:
            with Subject(package) as subject:
                statement(subject)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is said
            failed += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            print(
                f"{package}: {name}: {type(error).__name__}: {error} ({where.filename.rpartition('/')[2]}:{where.lineno})"
            )
    print(f"{len(STATEMENTS) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
