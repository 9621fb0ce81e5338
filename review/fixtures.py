"""The fixtures part: every recorded body, decoded by the old and by the new package.

A fixture is a JSON body, a file of JSON lines, or a VCR cassette (YAML or JSON), whose answers are taken out.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from .align import METHODS
from .findings import Finding, Severity
from .source import Document, ReviewError, load

_DECODER: Final = Path(__file__).with_name("decode.py")


@dataclass(frozen=True)
class Body:
    """A recorded JSON object, and the module of the operation that answered with it, when that is known."""

    name: str
    file: str
    line: int
    value: dict[str, Any]
    operation: str | None


def read(paths: Iterable[Path], document: Document) -> list[Body]:
    """Read the fixtures in files and folders.

    Raises:
        ReviewError: a file cannot be read.
    """
    found: list[Body] = []
    for path in paths:
        if not path.exists():
            raise ReviewError(f"{path}: no such fixture")
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        for file in files:
            if file.suffix in (".json", ".jsonl", ".yaml", ".yml"):
                found.extend(_bodies(file, document))
    return found


def _bodies(file: Path, document: Document) -> Iterator[Body]:
    name = _relative(file)
    if file.suffix == ".jsonl":
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            value = _json(line)
            if isinstance(value, dict):
                yield Body(f"{name}:{number}", name, number, value, None)
        return
    value = load(file, name=name).value
    if not isinstance(value, Mapping):
        return
    interactions = value.get("interactions", value.get("http_interactions"))
    if not isinstance(interactions, list):
        yield Body(name, name, 1, dict(value), None)
        return
    for number, interaction in enumerate(interactions, 1):
        request, response = interaction.get("request") or {}, interaction.get("response") or {}
        body = response.get("body") or {}
        decoded = _json(str(body.get("string", ""))) if isinstance(body, Mapping) else _json(str(body))
        if isinstance(decoded, dict):
            operation = _operation(document, str(request.get("method", "")), str(request.get("uri", "")))
            yield Body(f"{name}#{number}", name, 1, decoded, operation)


def _operation(document: Document, method: str, uri: str) -> str | None:
    """Return the module name of the operation that a request was for."""
    path = urlsplit(uri).path
    for template, item in (document.value.get("paths") or {}).items():
        pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template))
        operation = item.get(method.lower())
        if method.lower() in METHODS and isinstance(operation, Mapping) and re.search(rf"{pattern}/?$", path):
            return _snake(str(operation.get("operationId")))
    return None


def compare(bodies: Sequence[Body], base: Path, revision: Path) -> list[Finding]:
    """Return what the two packages make of the bodies, where that differs.

    Raises:
        ReviewError: a package could not be imported.
    """
    if not bodies:
        return []
    found: dict[tuple[str, str], tuple[Severity, str, list[Body]]] = {}
    for body, old, new in zip(bodies, _decode(bodies, base), _decode(bodies, revision), strict=True):
        for rule, severity, key, message in _differences(old, new):
            found.setdefault((rule, key), (severity, message, []))[2].append(body)
    return [
        Finding(
            part="fixtures",
            rule=rule,
            severity=severity,
            message=f"{message} (in {_count(seen)})",
            file=seen[0].file,
            line=seen[0].line,
            column=1,
            key=key,
        )
        for (rule, key), (severity, message, seen) in found.items()
    ]


def _differences(old: Any, new: Any) -> Iterator[tuple[str, Severity, str, str]]:
    if old is None or new is None:
        if (old is None) != (new is None):
            name = (old or new or {})["class"]
            if new is None:
                yield "fixture-no-longer-fits", "breaking", name, f"{name}: no class fits it any more"
            else:
                yield "fixture-fits", "additive", name, f"{name}: a class fits it now"
        return
    name = new["class"]
    if new["error"] and not old["error"]:
        yield "fixture-fails", "breaking", f"{name} {new['error']}", f"{name}: decoding it now fails: {new['error']}"
    elif old["error"] and not new["error"]:
        yield "fixture-no-longer-fails", "additive", name, f"{name}: decoding it no longer fails ({old['error']})"
    elif old["equal"] and not new["equal"]:
        yield "fixture-not-equal", "breaking", name, f"{name}: it does not come back out equal any more"
    elif new["equal"] and not old["equal"]:
        yield "fixture-equal", "additive", name, f"{name}: it comes back out equal now"
    for path in sorted(old["parts"].keys() | new["parts"].keys()):
        before, after = old["parts"].get(path, []), new["parts"].get(path, [])
        shown = path.lstrip(".") or "the whole body"
        if before == after or (path and not before and not after) or new["error"] or old["error"]:
            continue
        if after == ["untyped"]:
            yield "fixture-untyped", "breaking", f"{name} {path}", f"{name} {shown}: was typed and is untyped now"
        elif before == ["untyped"]:
            yield "fixture-typed", "additive", f"{name} {path}", f"{name} {shown}: was untyped and is typed now"
        elif before and after:
            text = f"{name} {shown}: was decoded to {' and '.join(before)}, is decoded to {' and '.join(after)}"
            yield "fixture-differs", "breaking", f"{name} {path}", text


def _decode(bodies: Sequence[Body], package: Path) -> list[Any]:
    data = json.dumps([{"value": body.value, "operation": body.operation} for body in bodies])
    command = [sys.executable, "-B", str(_DECODER), str(package.parent), package.name]
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise ReviewError(f"the package cannot be imported: {said[-1] if said else done.returncode}")
    answers: list[Any] = json.loads(done.stdout)
    return answers


def show(findings: Sequence[Finding], bodies: Sequence[Body]) -> list[Finding]:
    """Return the contract findings with the fixtures that show the changed property, where one could show it."""
    paths = [(body.name, frozenset(_paths(body.value, ""))) for body in bodies]
    told = []
    for finding in findings:
        match = re.match(r"2\w\w (\S+)$", finding.where) if finding.part == "contract" else None
        if match is None or not paths:
            told.append(finding)
            continue
        wanted = re.sub(r"\([^()]*\)", "", match[1])
        told.append(replace(finding, seen=tuple(name for name, there in paths if wanted in there), searched=True))
    return told


def _paths(value: Any, path: str) -> Iterator[str]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, path + "[]")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).replace("-", "_").replace(".", "_").lower()


def _count(bodies: Sequence[Body]) -> str:
    more = f" and {len(bodies) - 1} more" if len(bodies) > 1 else ""
    return f"{bodies[0].name}{more}"


def _relative(file: Path) -> str:
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)
