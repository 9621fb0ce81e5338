"""`python -m stored_completions_testing` serves until it is interrupted, or for as long as a program runs."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from stored_completions_testing.server import Server, Store


def main(arguments: list[str] | None = None) -> int:
    """Return the program's status as a shell does: 127 when it cannot be run, and 128 + N after signal N."""
    parser = argparse.ArgumentParser(
        prog="python -m stored_completions_testing",
        description="Serve stored chat completions on loopback, in memory.",
        epilog="OPENAI_BASE_URL and OPENAI_API_KEY are set for PROGRAM. Without one, they are printed for a shell, and"
        " the server runs until it is interrupted.",
    )
    parser.add_argument("--completion", metavar="FILE", help="store the completion in a JSON file, and no other")
    parser.add_argument("program", nargs=argparse.REMAINDER, metavar="PROGRAM ...", help="what to run, and what with")
    given = parser.parse_args(arguments)
    program: list[str] = given.program
    store = Store([json.loads(Path(given.completion).read_bytes())]) if given.completion else None
    with Server(store) as server:
        if program:
            try:
                status = subprocess.run(program, env={**os.environ, **server.environment}, check=False).returncode
            except OSError as error:
                print(f"{program[0]} cannot be run: {error.strerror}", file=sys.stderr)
                return 127
            return status if status >= 0 else 128 - status
        for name, value in server.environment.items():
            print(f"export {name}={value}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
