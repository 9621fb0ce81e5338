"""Run the client against other servers (`make e2e`), which are set up for it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests import ROOT
from tests.programs.e2e import steady
from tests.programs.record import ogx
from tests.programs.record.process import MissingError
from tests.support import npm


def missing() -> list[str]:
    """Return what this machine lacks."""
    found = []
    for need in (ogx.python, npm.npm):
        try:
            need()
        except MissingError as error:
            found.append(str(error))
    return found


def main() -> int:
    """Set up and run the tests; with `--check`, only print whether all that is needed is there."""
    if lacks := missing():
        print(f"make e2e cannot run here: {'; '.join(lacks)}", file=sys.stderr)
        return 1
    if "--check" in sys.argv[1:]:
        return 0
    try:
        ogx.install()
        steady.install()
    except RuntimeError as error:
        print(f"make e2e: {error}", file=sys.stderr)
        return 1
    return subprocess.run([sys.executable, "-m", "pytest", "tests/programs/e2e"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
