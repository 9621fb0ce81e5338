"""Run Steady, a mock server that checks each request against the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import ROOT
from tests.programs.record.process import free_port, running
from tests.support import npm

PACKAGE = "@stdy/cli@0.22.2"
FOLDER = ROOT / ".cache" / "steady" / PACKAGE.rsplit("@", 1)[1]


def install() -> Path:
    """Install the pinned version unless it is there; return the program, which runs without node."""
    found = list(FOLDER.glob("node_modules/@stdy/cli-*/bin/steady"))
    if not found:
        npm.install(PACKAGE, FOLDER)
        found = list(FOLDER.glob("node_modules/@stdy/cli-*/bin/steady"))
    return found[0]


@contextmanager
def steady(document: Path = ROOT / "openapi.yaml") -> Iterator[str]:
    """Run Steady on loopback; yield its address."""
    port = str(free_port())
    options = ["--host", "127.0.0.1", "-p", port, "--generator-seed=1", "--quiet"]
    address = f"http://127.0.0.1:{port}"
    with running([str(install()), *options, str(document)], address):
        yield address
