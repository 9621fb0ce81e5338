"""Steady, a mock server that says of each request whether the OpenAPI document allows it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.record.process import CHECKOUT, MissingError, call, free_port, running

PACKAGE = "@stdy/cli@0.22.2"
FOLDER = CHECKOUT / ".cache" / "steady" / PACKAGE.rsplit("@", 1)[1]


def npm() -> str:
    """The npm command."""
    if not (shutil.which("node") and (command := shutil.which("npm"))):
        raise MissingError("Steady needs node and npm")
    return command


def install() -> Path:
    """Install the pinned version, unless it is there; gives the program, which needs no node to run."""
    found = list(FOLDER.glob("node_modules/@stdy/cli-*/bin/steady"))
    if not found:
        # Without a lock, since npm's locks record where packages were downloaded from.
        options = ("--no-package-lock", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
        call(npm(), "install", "--prefix", FOLDER, *options, PACKAGE)
        found = list(FOLDER.glob("node_modules/@stdy/cli-*/bin/steady"))
    return found[0]


@contextmanager
def steady(document: Path = CHECKOUT / "openapi.yaml") -> Iterator[str]:
    """Run Steady on loopback; gives its address."""
    port = str(free_port())
    # In openapi.yaml as in practice, an object in the query is written `name[key]=value`.
    options = ["--host", "127.0.0.1", "-p", port, "--validator-query-object-format=brackets", "--generator-seed=1"]
    address = f"http://127.0.0.1:{port}"
    with running([str(install()), *options, str(document)], address):
        yield address
