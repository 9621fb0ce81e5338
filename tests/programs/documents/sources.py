"""Find the documents: other APIs' from npm, the vendor's, FastAPI's, and small ones of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import ROOT
from tests.programs.documents.app import app
from tests.programs.documents.traps import merged
from tests.support import npm

HOME = ROOT / ".cache" / "documents"
UPSTREAM = ROOT.parent / "shared" / "upstream"
# The packages of npm, and their versions.
PINNED: dict[str, str] = json.loads(Path(__file__).with_name("package.json").read_text(encoding="utf-8"))[
    "dependencies"
]
_EXAMPLES = "@readme/oas-examples"


@dataclass(frozen=True)
class Source:
    """A document, with its name in the table, its group and its file."""

    name: str
    group: str
    path: Path


def sources() -> Iterator[Source]:
    """Return all documents that are on this machine; those of npm are installed first."""
    yield from _npm()
    for path in sorted(UPSTREAM.glob("*.json")) if UPSTREAM.is_dir() else ():
        yield Source(path.stem, "the vendor's", path)
    yield Source("fastapi", "FastAPI's", _written("fastapi.json", json.dumps(app.openapi(), indent=1)))
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        yield Source(path.stem, "our own", path)
    yield Source("traps", "our own", _written("traps.json", json.dumps(merged())))


def installed(package: str) -> Path:
    """Install an npm package unless it is there; return its folder."""
    folder = HOME / f"{package.replace('/', '-')}-{PINNED[package]}"
    found = folder / "node_modules" / package
    if not found.is_dir():
        npm.install(f"{package}@{PINNED[package]}", folder)
    return found


def _npm() -> Iterator[Source]:
    """Return the examples of version 3, without YAML ones that repeat a JSON one."""
    found = installed(_EXAMPLES)
    for path in sorted(found.glob("3.*/**/*")):
        if path.suffix in (".json", ".yaml", ".yml"):
            relative = path.relative_to(found)
            name = "-".join(part for part in relative.with_suffix("").parts if part not in ("json", "yaml"))
            kind = "JSON" if path.suffix == ".json" else "YAML"
            yield Source(f"{name} ({kind})", _EXAMPLES, path)


def _written(name: str, text: str) -> Path:
    folder = HOME / "own"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
