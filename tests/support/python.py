"""Start Pythons for tests by forking one that has imported all third-party packages, which saves most of the start.

What is tested of a start itself (what it imports, and when) needs `subprocess.run`.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import select
import socket
import subprocess
import sys
import tempfile
import types
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

# None of this repository's modules: a test may have another version of them.
_IMPORTED = (
    *("anyio", "attrs", "asyncio", "dateutil.parser", "httpx", "httpx._transports.default", "anyio._backends._asyncio"),
    *("tenacity", "openapi_python_client", "pytest", "starlette.applications", "starlette.routing", "uvicorn"),
)


def run(
    command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None, check: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run Python with arguments (`-W ACTION`, then `-c CODE`, `-m MODULE` or a file), and capture its output."""
    assert command[0] == sys.executable
    with socket.socket(socket.AF_UNIX) as connection, tempfile.TemporaryDirectory() as folder:
        connection.connect(_address())
        streams = [Path(folder, name) for name in ("stdout", "stderr")]
        request = {
            "arguments": command[1:],
            "folder": str(cwd or Path.cwd()),
            "environment": dict(os.environ if env is None else env),
            "streams": [str(stream) for stream in streams],
        }
        connection.sendall(json.dumps(request).encode() + b"\n")
        status = int(connection.makefile().read())
        done = subprocess.CompletedProcess(command, status, *(stream.read_text(encoding="utf-8") for stream in streams))
    if check:
        done.check_returncode()
    return done


@cache
def _address() -> str:
    """Start the process that forks for each program, and return its address; it ends with this process."""
    address = tempfile.mktemp(prefix="python-")
    command = [sys.executable, __file__, address]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    started = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdout and started.stdout.readline() == "ready\n"
    atexit.register(started.communicate)
    return address


def _requested(listener: socket.socket) -> dict[str, Any] | None:
    """Return a request in a process that is forked for it, or None at the end."""
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return None
        with listener.accept()[0] as connection:
            request: dict[str, Any] = json.loads(connection.makefile().readline())
            if not (child := os.fork()):
                return request
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            connection.sendall(str(status).encode())


def _become(arguments: list[str], folder: str, environment: dict[str, str], streams: list[str]) -> None:
    """Do what a new Python would do with these arguments, folder and environment."""
    files = [os.open(os.devnull, os.O_RDONLY), *(os.open(stream, os.O_WRONLY | os.O_CREAT) for stream in streams)]
    for descriptor, file in enumerate(files):
        os.dup2(file, descriptor)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.dont_write_bytecode = bool(environment.get("PYTHONDONTWRITEBYTECODE"))
    while arguments[0] == "-W":
        warnings.simplefilter(arguments[1])  # type: ignore[arg-type]  # "error"
        sys.warnoptions.append(arguments[1])
        del arguments[:2]
    kind = arguments.pop(0) if arguments[0] in ("-c", "-m") else ""
    what, *sys.argv[1:] = arguments
    first = str(Path(what).resolve().parent) if not kind else folder if kind == "-m" else ""
    own = [str(Path(folder, entry)) for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
    sys.path[:1] = [first, *own]
    if kind == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    elif not kind:
        sys.argv[0] = what
        runpy.run_path(what, run_name="__main__")
    else:
        sys.argv[0] = "-c"
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(what, "<string>", "exec"), main.__dict__)


if __name__ == "__main__":
    for name in _IMPORTED:
        try:
            import_module(name)
        except ImportError:  # an extra, not installed by `make lowest`
            continue
    with socket.socket(socket.AF_UNIX) as at:
        at.bind(sys.argv[1])
        at.listen()
        gc.freeze()  # a forked process would scan all objects when it ends, and so copy them
        print("ready", flush=True)
        found = _requested(at)
        if not found:
            Path(sys.argv[1]).unlink()
    if found:
        _become(**found)
