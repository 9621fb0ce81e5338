"""Start other programs as servers on free loopback ports, wait for them, and stop them."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx


class MissingError(Exception):
    """This machine lacks something; the message says what."""


def call(*command: str | Path) -> None:
    """Run a command to its end; print its output only if it fails."""
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed with status {done.returncode}:\n{done.stdout}{done.stderr}")


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(command: Sequence[str], ready: str, env: Mapping[str, str] | None = None) -> Iterator[None]:
    """Run a server while the block lasts, from when it answers at the address `ready`."""
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            if not _answers(server, ready):
                log.seek(0)
                raise RuntimeError(f"{command[0]} does not answer at {ready}:\n{log.read().decode(errors='replace')}")
            yield
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(server: subprocess.Popen[bytes], address: str) -> bool:
    """Return whether the server answers within a minute; an error status is an answer too."""
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            httpx.get(address, timeout=5, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return True
    return False
