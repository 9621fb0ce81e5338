"""Read recorded bodies, decode them with the old and the new package, and compare the results.

A fixture is a file with a JSON body, with JSON lines, or a VCR cassette in YAML or JSON with recorded responses.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from generator.spec.places import Place, Pointer, parse_pointer

from .. import cache
from ..findings import Finding, Name, Renamed, squash
from ..importers.package import Package
from ..rules import Rule
from ..source import Document, ReviewError, Spot, load
from ..wire.operations import operation_of

DECODER: Final = Path(__file__).with_name("decode.py")
# The result of decode.py for a body; None if no class fits it.
Decoded: TypeAlias = Mapping[str, Any] | None


@dataclass(frozen=True)
class Body:
    """A recorded JSON object.

    Attributes:
        name: The name of the fixture.
        at: The place of the object, or of the text that contains it.
        inside: The spot of the object, if it is not within a text.
        operation: The label of the operation whose response it is, if known.
        operation_id: The id of this operation, if known.
        status: The status of the response, if known.
    """

    name: str
    value: Mapping[str, Any]
    at: Place
    inside: Spot | None = None
    operation: str | None = None
    operation_id: str | None = None
    status: int | None = None

    def place(self, pointer: Pointer) -> Place:
        """Return the place of a part of the body; `-` in the pointer is the first item that has the rest."""
        if self.inside is None:
            return self.at
        found = _first(self.value, pointer)
        return self.inside.document.place((*self.inside.pointer, *found))


def read(paths: Iterable[Path], document: Document) -> tuple[list[Body], list[str]]:
    """Read fixtures, and return the bodies and an error message for each fixture that cannot be read.

    Args:
        paths: Files and folders with fixtures.
        document: The document whose operations the responses of cassettes belong to.

    Raises:
        ReviewError: a file or folder does not exist.
    """
    bodies: list[Body] = []
    unreadable: list[str] = []
    for path in paths:
        if not path.exists():
            raise ReviewError(f"{path}: no such fixture")
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        for file in files:
            if file.suffix in (".json", ".jsonl", ".yaml", ".yml"):
                try:
                    bodies.extend(_lines(file) if file.suffix == ".jsonl" else _bodies(file, document))
                except ReviewError as error:
                    unreadable.append(f"the fixture {error}")
    return bodies, unreadable


def _lines(file: Path) -> Iterator[Body]:
    name = _relative(file)
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewError(f"{name}: cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise ReviewError(f"{name}:{number}: is not JSON: {error}") from error
        if isinstance(value, dict):
            yield Body(f"{name}:{number}", value, Place(name, number, 1))


def _bodies(file: Path, document: Document) -> Iterator[Body]:
    name = _relative(file)
    source = load(file, name=name)
    whole = source.root
    if not isinstance(source.value, Mapping):
        return
    key = next((key for key in ("interactions", "http_interactions") if key in source.value), None)
    if key is None or not isinstance(source.value[key], list):
        yield Body(name, source.value, whole.place, whole)
        return
    for number, interaction in enumerate(whole.listed(key), 1):
        if not isinstance(interaction.value, Mapping):
            raise ReviewError(f"{interaction.place}: an interaction of a cassette must be a mapping")
        yield from _response(interaction, f"{name}#{number}", document)


def _response(interaction: Spot, name: str, document: Document) -> Iterator[Body]:
    """Yield the response body of a cassette's interaction, if it is a JSON object."""
    request, response = interaction.child("request"), interaction.child("response")
    if not isinstance(response.value, Mapping):
        return
    at = response.child("body")
    if isinstance(at.value, Mapping):
        at = at.child("string")
    try:
        value = json.loads(at.value) if isinstance(at.value, str) else at.value
    except ValueError:
        return  # Such as HTML or a stream, which no class decodes.
    if isinstance(value, Mapping):
        sent = request.value if isinstance(request.value, Mapping) else {}
        path = urlsplit(str(sent.get("uri", sent.get("url", "")))).path
        found = operation_of(document, str(sent.get("method", "")), path)
        operation_id = found.spot.value.get("operationId") if found else None
        yield Body(
            name,
            value,
            at.place,
            at if isinstance(at.value, Mapping) else None,
            found.label if found else None,
            str(operation_id) if operation_id else None,
            _status(response.value),
        )


def _status(response: Mapping[str, Any]) -> int | None:
    status = response.get("status", response.get("status_code"))
    code = status.get("code") if isinstance(status, Mapping) else status
    return code if isinstance(code, int) else None


# Decode and compare.


def compare(
    bodies: Sequence[Body],
    results: tuple[Sequence[Decoded], Sequence[Decoded]],
    revision: Path,
    renames: Sequence[Renamed] = (),
) -> tuple[list[Finding], list[Body]]:
    """Return a finding for each difference in decoding, and the bodies with the operations that they fit.

    Renamed classes are reported by the contract part, and not here.

    Args:
        results: The results of decoding the bodies with each package.
        revision: The folder of the new package.
        renames: The renames of the document.
    """
    found: dict[tuple[Rule, str], tuple[str, list[tuple[Body, Pointer]]]] = {}
    for body, old, new in zip(bodies, *results, strict=True):
        if _is_gone(old, new, revision, renames):
            continue
        for rule, key, text, pointer in _differences(old, new, renames):
            found.setdefault((rule, key), (text, []))[1].append((body, pointer))
    findings = []
    for (rule, key), (text, seen) in found.items():
        body, pointer = seen[0]
        more = f" and {len(seen) - 1} more" if len(seen) > 1 else ""
        findings.append(Finding(rule, f"{text} (in {body.name}{more})", body.place(pointer), key=key))
    return findings, [
        replace(body, operation_id=result["modules"][0])
        if result and not body.operation_id and result["modules"]
        else body
        for body, result in zip(bodies, results[1], strict=True)
    ]


def _is_gone(old: Decoded, new: Decoded, revision: Path, renames: Sequence[Renamed]) -> bool:
    """Return whether a body belongs to operations that were removed with its class, which is reported elsewhere."""
    if old is None or not old["modules"]:
        return False
    names = {squash(item.old): squash(item.new) for item in renames if item.kind in ("operation", "schema")}
    before = squash(old["class"])
    if new is not None and squash(new["class"]) in (before, names.get(before)):
        return False
    left = {squash(file.stem) for file in (revision / "api").rglob("*.py")}
    return left.isdisjoint(names.get(module, module) for module in old["modules"])


def _differences(old: Decoded, new: Decoded, renames: Sequence[Renamed]) -> Iterator[tuple[Rule, str, str, Pointer]]:
    """Yield the rule, the key, the sentence and the pointer in the body of each difference."""
    if old is None or new is None:
        if old is not None:
            yield Rule.FIXTURE_NO_LONGER_FITS, old["class"], f"{old['class']}: no class fits it any more", ()
        elif new is not None:
            yield Rule.FIXTURE_FITS, new["class"], f"{new['class']}: a class fits it now", ()
        return
    name = new["class"]
    if new["error"] and not old["error"]:
        text = f"{name}: decoding it now fails: {new['error']}"
        yield Rule.FIXTURE_FAILS, f"{name} {new['error']}", text, ()
    elif old["error"] and not new["error"]:
        text = f"{name}: decoding it no longer fails ({old['error']})"
        yield Rule.FIXTURE_NO_LONGER_FAILS, name, text, ()
    elif old["equal"] != new["equal"]:
        rule = Rule.FIXTURE_EQUAL if new["equal"] else Rule.FIXTURE_NOT_EQUAL
        text = "it comes back out equal now" if new["equal"] else "it does not come back out equal any more"
        yield rule, name, f"{name}: {text}", ()
    if new["error"] or old["error"]:
        return
    classes = {squash(item.old): item.new for item in renames if item.kind == "schema"}
    for path in sorted(old["parts"].keys() | new["parts"].keys()):
        pointer = parse_pointer(path)
        kinds: list[str] = old["parts"].get(path, [])
        before = [classes.get(squash(kind), kind) for kind in kinds]
        after: list[str] = new["parts"].get(path, [])
        if sorted(map(squash, before)) == sorted(map(squash, after)):
            continue
        shown = ".".join(pointer).replace(".-", "[]") or "the whole body"
        key = f"{name} {shown}"
        if after == ["untyped"]:
            yield Rule.FIXTURE_UNTYPED, key, f"{key}: was typed and is untyped now", pointer
        elif before == ["untyped"]:
            yield Rule.FIXTURE_TYPED, key, f"{key}: was untyped and is typed now", pointer
        elif before and after:
            text = f"{key}: was decoded to {' and '.join(before)}, is decoded to {' and '.join(after)}"
            yield Rule.FIXTURE_DIFFERS, f"{key} {before} {after}", text, pointer


def decode(bodies: Sequence[Body], package: Package) -> list[Decoded]:
    """Decode bodies with a package in another process, since one process can import only one of the packages.

    Raises:
        ReviewError: the package cannot be imported.
    """
    if not bodies:
        return []
    values = [{"value": body.value, "operation": squash(body.operation_id or "")} for body in bodies]
    data = json.dumps({"classes": classes_of(package), "bodies": values})
    command = [sys.executable, str(DECODER), str(package.path.parent), package.name]

    def run_decoder() -> Any:
        done = subprocess.run(command, input=data, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            raise ReviewError(f"the package cannot be imported: {lines[-1] if lines else done.returncode}")
        return json.loads(done.stdout)

    key = data, package.name, package.digest, DECODER.read_bytes()
    results: list[Decoded] = cache.get_or_make(key, run_decoder)
    return results


def classes_of(package: Package) -> dict[str, list[str]]:
    """Return the names of the models in each operation's return types, by the squashed operation id."""
    found: dict[str, list[str]] = {}
    for module in (module for module in package.modules.values() if ".api." in module.name):
        for function in ("sync", "sync_detailed"):
            signature = package.signatures.get(Name(f"{module.home}.{function}"))
            for text in re.findall(r"[\w.]+", signature.returns if signature else ""):
                head, _, name = text.rpartition(".")
                lines = module.imported.get(text, ())
                if module.original(head) == "models" or any(f"from {package.name}.models" in line for line in lines):
                    found.setdefault(squash(module.name.rpartition(".")[2]), []).append(module.original(name))
    return found


def _first(value: Any, pointer: Pointer) -> Pointer:
    """Replace each `-` in a pointer by the index of the first item that has the rest of the path."""
    if not pointer:
        return ()
    part, rest = pointer[0], pointer[1:]
    if isinstance(value, list):
        for index, item in enumerate(value):
            if len(found := _first(item, rest)) == len(rest):
                return (str(index), *found)
    elif isinstance(value, Mapping) and part in value:
        return (part, *_first(value[part], rest))
    return ()


def _relative(file: Path) -> str:
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)
