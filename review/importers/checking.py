"""Type-checks files with mypy against packages; run as a script, since mypy looks into the folder that it starts in.

Usage: `python checking.py < asked.json > wrong.json`. What is asked has the texts of `files` by their names, and
`runs`: the folder of a package, mypy's settings, and the folder of its cache. A run gives the lines that are wrong;
the next one is about these files alone. Importing mypy is half of the time of a run, and is done once.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

from mypy import api

# What is about a file itself and not about the package.
_OF_THE_FILE = frozenset({"name-defined", "import-not-found", "import-untyped", "valid-type", "misc", "syntax"})


def main() -> None:
    """Check what standard input asks for."""
    asked = json.load(sys.stdin)
    files: dict[str, str] = asked["files"]
    wrong: list[list[tuple[str, int]]] = []
    for package, settings, cache in asked["runs"]:
        os.environ["MYPYPATH"] = package
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            for name, text in {**files, "mypy.ini": settings}.items():
                Path(name).write_text(text, encoding="utf-8")
            wrong.append(check([*files], cache) if files else [])
        files = {name: files[name] for name, _ in wrong[-1]}
    json.dump(wrong, sys.stdout)


def check(files: list[str], cache: str) -> list[tuple[str, int]]:
    """Return the files of this folder, and the lines of them, that mypy finds wrong."""
    options = ("--config-file=mypy.ini", "--no-error-summary", "--output=json", "--follow-imports=silent")
    said, trouble, status = api.run([*options, f"--cache-dir={cache}", *files])
    if status not in (0, 1):
        sys.exit(trouble.strip() or said.strip())
    every = map(json.loads, said.splitlines())
    wrong = [error for error in every if error["severity"] == "error" and error["code"] not in _OF_THE_FILE]
    return [(Path(error["file"]).name, error["line"]) for error in wrong]


if __name__ == "__main__":
    main()
