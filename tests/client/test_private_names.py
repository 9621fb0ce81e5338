"""Nothing depends on private names of httpcore: calls work the same with all of them renamed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import httpcore
import pytest

from stored_completions_testing.faults import DRIPS, in_turn
from stored_completions_testing.server import Server
from tests import ROOT
from tests.support.amount import some

PROGRAM = """
import asyncio, sys, time
import httpcore
from stored_completions import APITimeoutError, AsyncOpenAI, DefaultAsyncHttpxClient, OpenAI

kind, base_url, key = sys.argv[1:]
assert hasattr(httpcore.HTTPConnection("http://127.0.0.1", None, None), "_renamed_origin"), "this httpcore is renamed"

def timed_out(seconds):
    assert 0.9 < seconds < 8, seconds  # unbounded, it takes 15

if kind == "sync":
    with OpenAI(base_url=base_url, api_key=key, max_retries=0) as client:
        for _ in range(3):
            client.chat.completions.retrieve("chatcmpl-abc123")
        started = time.monotonic()
        try:
            client.chat.completions.retrieve("chatcmpl-abc123", timeout=1)
        except APITimeoutError:
            timed_out(time.monotonic() - started)
        else:
            raise AssertionError
        client.chat.completions.retrieve("chatcmpl-abc123")
else:
    async def main():
        async with AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0) as client:
            for _ in range(3):
                await client.chat.completions.retrieve("chatcmpl-abc123")
            started = time.monotonic()
            try:
                await client.chat.completions.retrieve("chatcmpl-abc123", timeout=1)
            except APITimeoutError:
                timed_out(time.monotonic() - started)
            else:
                raise AssertionError
            await asyncio.gather(*(client.chat.completions.retrieve("chatcmpl-abc123") for _ in range(20)))
    asyncio.run(main())
print("as before")
"""


@pytest.fixture(scope="session")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of httpcore in which all private names are changed."""
    folder = tmp_path_factory.mktemp("renamed")
    package = Path(httpcore.__file__).parent
    shutil.copytree(package, folder / "httpcore", ignore=shutil.ignore_patterns("__pycache__"))
    modules = [*(folder / "httpcore").rglob("*.py")]
    names = {name for module in modules for name in re.findall(r"\bself\._([a-z]\w*)", module.read_text())}
    used = re.compile(rf"(?<=\.)_({'|'.join(names)})\b|(?<=def )_({'|'.join(names)})\b")
    for module in modules:
        module.write_text(used.sub(lambda found: f"_renamed{found[0]}", module.read_text()))
    return folder


@pytest.mark.parametrize(("kind", "drip"), some(product(["sync", "async"], ["headers", "chunks", "a body"]), 2))
def test_calls_do_the_same_with_other_private_names(kind: str, drip: str, renamed: Path, server: Server) -> None:
    server.plan = in_turn(None, None, None, DRIPS[drip])
    command = [sys.executable, "-c", PROGRAM, kind, server.base_url, server.key]
    environment = {"PYTHONPATH": f"{renamed}:{ROOT / 'generated'}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=50)
    assert done.stdout == "as before\n", done.stderr[-2000:]
    ports = [request.port for request in server.received[:4]]
    assert len({*ports}) == 1
