"""Install ogx, which stores chat completions, into a separate environment, run it, and fill it from the scenario."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests import ROOT
from tests.programs.record import upstream
from tests.programs.record.process import MissingError, call, free_port, running

ENVIRONMENT = ROOT / ".venv-ogx"
LOCK = ROOT / "requirements" / "ogx.txt"
KEY = "the-key-of-the-recording"


@dataclass(frozen=True)
class Server:
    """A server that stores chat completions, and how to reach it."""

    name: str
    version: str
    base_url: str
    key: str


def python() -> str:
    """Return a Python that ogx runs on."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [
        sys.executable,
        *filter(None, map(shutil.which, ("python3.12", "python3.13", "python3.14"))),
        *map(str, sorted(versions.glob("3.*/bin/python"))),
    ]
    for candidate in candidates:
        check = [candidate, "-c", "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 12))"]
        if subprocess.run(check, check=False, capture_output=True).returncode == 0:
            return candidate
    raise MissingError("ogx needs Python >= 3.12 (python3.12 on PATH, or a version of pyenv)")


def install() -> Path:
    """Install what the lock says, unless it is there; return the ogx command."""
    stamp = ENVIRONMENT / "lock.sha256"
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != digest:
        interpreter = python()
        print(f"Installing ogx into {ENVIRONMENT.name} (the first time takes a minute) ...", file=sys.stderr)
        call(interpreter, "-m", "venv", "--clear", ENVIRONMENT)
        call(ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--no-deps", "--require-hashes", "-r", LOCK)
        stamp.write_text(digest)
    return ENVIRONMENT / "bin" / "ogx"


@contextmanager
def ogx() -> Iterator[Server]:
    """Run ogx on loopback with the scenario's completions in its store."""
    command = install()
    with tempfile.TemporaryDirectory() as data, upstream.serving() as model_server:
        address = f"http://127.0.0.1:{(port := free_port())}/v1"
        env = {
            "PATH": os.environ["PATH"],
            "HOME": data,
            "OTEL_SDK_DISABLED": "true",
            # With the default format, a missing id blocks the event loop for seconds.
            "OGX_LOG_FORMAT": "json",
            "OGX_API_KEY": KEY,
            "OGX_DATA": data,
            "UPSTREAM_URL": model_server,
        }
        config = Path(__file__).with_name("ogx.yaml")
        with running([str(command), "run", "--insecure", "--port", str(port), str(config)], f"{address}/health", env):
            headers = {"Authorization": f"Bearer {KEY}"}
            with httpx.Client(base_url=address, headers=headers, trust_env=False) as http:
                _fill(http)
                version: str = http.get("/version").raise_for_status().json()["version"]
            yield Server("ogx", version, address, KEY)


def _fill(http: httpx.Client) -> None:
    """Create the scenario's completions, and wait until all are stored: ogx stores after it has answered."""
    bodies = list(upstream.requests())
    for body in bodies:
        http.post("/chat/completions", json={**body, "model": f"upstream/{body['model']}"}).raise_for_status()
    end = time.monotonic() + 10
    while len(http.get("/chat/completions", params={"limit": 100}).raise_for_status().json()["data"]) < len(bodies):
        if time.monotonic() > end:
            raise RuntimeError("ogx did not store all the completions")
        time.sleep(0.05)
