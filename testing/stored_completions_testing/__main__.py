"""Run the embedded server with `python -m stored_completions_testing`, alone or together with a program."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from stored_completions_testing.server import Server, Store

_SECONDS = 0.05  # after which signals are passed on


def main(arguments: list[str] | None = None) -> int:
    """Run the server, with the program if there is one, and return the exit status.

    As in a shell, the status is 127 if the program cannot be run, and 128 + N if signal N ended it.
    """
    parser = argparse.ArgumentParser(
        prog="python -m stored_completions_testing",
        description="Serve stored chat completions on loopback, in memory.",
        epilog="OPENAI_BASE_URL and OPENAI_API_KEY are set for PROGRAM. Without one, they are printed for a shell, and"
        " the server runs until it is interrupted.",
    )
    parser.add_argument("--completion", metavar="FILE", type=_store_of, help="store only this JSON file's completion")
    parser.add_argument("program", nargs=argparse.REMAINDER, metavar="PROGRAM ...", help="a program with its arguments")
    given = parser.parse_args(arguments)
    program: list[str] = given.program
    with Server(given.completion) as server:
        if program:
            try:
                status = _run(program, {**os.environ, **server.environment})
            except OSError as error:
                print(f"{program[0]} cannot be run: {error.strerror}", file=sys.stderr)
                return 127
            return status if status >= 0 else 128 - status
        for name, value in server.environment.items():
            print(f"export {name}={value}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


def _store_of(file: str) -> Store:
    """Return a store with the completion in a JSON file."""
    try:
        return Store([json.loads(Path(file).read_bytes())])
    except (OSError, ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"{file} holds no completion: {error}") from None


def _run(program: list[str], environment: dict[str, str]) -> int:
    """Run a program, pass signals on to it, and return its exit status."""
    # A terminal sends Ctrl-C to the program too.
    passed = [signal.SIGTERM, *([] if sys.stdin is not None and sys.stdin.isatty() else [signal.SIGINT])]
    if hasattr(signal, "SIGHUP"):
        passed.append(signal.SIGHUP)
    received: list[int] = []
    before = {number: signal.signal(number, lambda number, _: received.append(number)) for number in passed}
    if signal.SIGINT not in before:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with subprocess.Popen(program, env=environment) as process:
            try:
                while True:
                    # A wait without an end would not notice a signal that comes just before it.
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        return process.wait(_SECONDS)
                    while received:
                        process.send_signal(received.pop(0))
            finally:
                process.kill()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())
