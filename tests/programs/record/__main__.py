"""Record the fixtures again (`make record`): from ogx, which is installed for it, or from any other server."""

from __future__ import annotations

import argparse
import ipaddress
import os
import subprocess
import sys
from urllib.parse import urlsplit

import httpx

from tests import ROOT
from tests.programs.contract import FIXTURES
from tests.programs.record import ogx, upstream
from tests.programs.record.process import MissingError


def main() -> int:
    """Record, and print what to look at."""
    parser = argparse.ArgumentParser(prog="make record", description=__doc__)
    parser.add_argument("--base-url", help="a server to record from instead of ogx; OPENAI_API_KEY has its key")
    parser.add_argument("--server", help="the name of its folder of cassettes; by default its host name")
    parser.add_argument("--version", help="its version; by default what its answers say")
    parser.add_argument("--model", help="the model for completions that may have to be created")
    arguments = parser.parse_args()
    if not arguments.base_url:
        ogx.install()
    selected = "" if not arguments.base_url or _prepare(arguments) else "not changes"
    options = ["--record-mode=rewrite", "-m", "vcr", "-k", selected, "--quiet"]
    # A separate process imports pytest-recording before the modules that it patches.
    status = subprocess.run([sys.executable, "-m", "pytest", "tests/programs/record", *options], check=False).returncode
    print(f"To see what differs from the last recording: git diff {FIXTURES.relative_to(ROOT) / 'cassettes'}")
    if arguments.base_url:
        print("The cassettes hold the texts of the completions: read them before you commit them.")
    return status


def _prepare(arguments: argparse.Namespace) -> bool:
    """Set the environment that tells the tests which server to record from; return whether they may change its data."""
    if not (api_key := os.environ.get("OPENAI_API_KEY")):
        raise MissingError("OPENAI_API_KEY must have the key of the server to record from")
    base_url = arguments.base_url.rstrip("/")
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {api_key}"}, timeout=60) as http:
        answer = http.get("/chat/completions", params={"limit": 1}).raise_for_status()
        stored = answer.json()["data"]
        os.environ["RECORD_BASE_URL"] = base_url
        os.environ["RECORD_SERVER"] = arguments.server or _host(base_url)
        os.environ["RECORD_VERSION"] = arguments.version or answer.headers.get("openai-version", "unknown")
        model = arguments.model or (stored[0]["model"] if stored else None)
        bodies = [{**body, "model": model} for body in upstream.requests()]
        if not stored:
            if not model or not _agreed(f"Nothing is stored there. Create {len(bodies)} completions with {model}?"):
                raise MissingError(
                    "nothing is stored there to record; name a model (MODEL=...) to create completions with"
                )
            for body in bodies:
                _create(http, body)
        changes = bool(model) and _agreed(
            f"Create one more completion with {model}, and record its update and deletion?"
        )
        if changes:
            os.environ["RECORD_CHANGES"] = _create(http, bodies[0])
    return changes


def _create(http: httpx.Client, body: dict[str, object]) -> str:
    """Create a stored completion; return its id."""
    created: str = http.post("/chat/completions", json=body).raise_for_status().json()["id"]
    return created


def _agreed(question: str) -> bool:
    """Ask the user; without an answer, return False."""
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print("no")
        return False


def _host(base_url: str) -> str:
    """Return the host name of a server; raise for an address, which must not be in fixtures."""
    host = urlsplit(base_url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    raise MissingError("name the server (SERVER=...): its address must not get into the fixtures")


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main())
    except (MissingError, RuntimeError, httpx.HTTPError) as error:
        sys.exit(f"make record: {error}")
