"""Load a spec: read it, check it, and remove what the configuration leaves out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .checking import problems
from .configuration import Choice, Configuration
from .files import Files
from .openapi import METHODS, copied, schemas
from .places import DocumentError, Place, Pointer, format_pointer, printable
from .problems import ABSENT, KEPT, Problem
from .reading import Document, read

_MOST_LINES = 7


@dataclass
class Source:
    """A spec that was checked.

    Attributes:
        files: Its files.
        value: Its value, without the parts that are left out.
        configuration: The configuration it was loaded with.
        notes: The notes for the person who generates.
    """

    files: Files
    value: dict[str, Any]
    configuration: Configuration
    notes: list[str]

    def place(self, pointer: Pointer) -> Place:
        """Return the place of a part of the document."""
        return self.files.document.place(pointer)

    def resolve(self, reference: str) -> tuple[Pointer, Any]:
        """Return the target of a `$ref`: its pointer in its file, and the value there.

        Raises:
            BrokenReferenceError: The `$ref` is not followed, or points to nothing.
        """
        spot = self.files.resolve(reference, self.files.document)
        return spot.pointer, spot.value


def load(path: Path, configuration: Configuration, *, all_problems: bool = False) -> Source:
    """Read a spec, check it, and remove what the configuration leaves out.

    Args:
        all_problems: Whether to list all problems, instead of the first few and their number.

    Raises:
        DocumentError: The spec cannot be read, or has problems that the configuration does not accept.
    """
    files = Files(read(path))
    document = files.document
    found = problems(files)
    left_out = _left_out(document, configuration)
    gone = {pointer for _, pointer in left_out}
    found = [problem for problem in found if problem.document is not document or not _is_below(problem.pointer, gone)]
    places = [problem.pointer for problem in found]
    accepted = {pointer for _, pointer in _matches(configuration, configuration.accept, places, "no problem is there")}
    refused = [problem for problem in found if problem.is_fatal and problem.pointer not in accepted]
    if refused:
        raise DocumentError(_report(refused, configuration, all_problems))
    _replace(found, files)
    if gone:
        are_schemas = gone.intersection(schemas(document.value))
        document.value = copied(document.value)
        for pointer in gone:
            _set(document.value, pointer, {} if pointer in are_schemas else ABSENT)
    if configuration.client:
        info = document.value.get("info") or {}
        client = {**(info.get("x-generator-client") or {}), **configuration.client}
        document.value = {**document.value, "info": {**info, "x-generator-client": client}}
    notes = [
        f"left out: {document.place(pointer)}: {printable(format_pointer(pointer))}: {choice.reason}"
        for choice, pointer in left_out
    ]
    notes += [f"note: {problem}" for problem in found if not problem.is_fatal and problem.pointer not in accepted]
    return Source(files, document.value, configuration, notes)


def _left_out(document: Document, configuration: Configuration) -> list[tuple[Choice, Pointer]]:
    """Return the outermost pointers that `leave_out` matches, each with its entry."""
    removable = _removable(document) if configuration.leave_out else ()
    nothing = "neither an operation nor a media type nor a schema is there"
    found = _matches(configuration, configuration.leave_out, removable, nothing)
    named = {pointer for _, pointer in found}
    return [(choice, pointer) for choice, pointer in found if not _is_below(pointer[:-1], named)]


def _replace(found: list[Problem], files: Files) -> None:
    """Replace the values that have problems, and rewrite each `$ref` as seen from the document's first file."""
    for mistaken in {id(problem.document): problem.document for problem in found}.values():
        mistaken.value = copied(mistaken.value)
    files.make_absolute()
    for problem in reversed(found):
        if problem.replacement is not KEPT:
            _set(problem.document.value, problem.target, problem.replacement)


def _matches(
    configuration: Configuration, choices: list[Choice], pointers: Iterable[Pointer], nothing: str
) -> list[tuple[Choice, Pointer]]:
    """Return the pointers that the entries of `accept` or `leave_out` match, each with its entry.

    Raises:
        DocumentError: An entry matches nothing; `nothing` says what it should match.
    """
    by_text = {format_pointer(pointer): pointer for pointer in pointers}
    found = []
    for choice in choices:
        named = [pointer for text, pointer in by_text.items() if text == choice.at or fnmatchcase(text, choice.at)]
        if not named:
            place = configuration.document.place((*choice.pointer, "at"))
            raise DocumentError(f"{place}: `{choice.at}`: {nothing}: take the entry out")
        found += [(choice, pointer) for pointer in named]
    return found


def _is_below(pointer: Pointer, others: set[Pointer]) -> bool:
    return any(pointer[:length] in others for length in range(len(pointer) + 1))


def _report(refused: list[Problem], configuration: Configuration, all_problems: bool) -> str:
    lines = [str(problem) for problem in refused]
    if not all_problems and len(lines) > _MOST_LINES:
        lines[_MOST_LINES - 1 :] = [f"... and {len(lines) - _MOST_LINES + 1} more: --problems lists them all"]
    shown = [problem.pointer for problem in refused[: len(lines) if all_problems else _MOST_LINES - 1]]
    return "\n".join([*lines, *proposal(configuration.document.name, "accept", shown)])


def proposal(configuration: str, key: str, pointers: Iterable[Pointer]) -> Iterator[str]:
    """Yield lines that propose entries of the configuration for these pointers."""
    yield f"Correct it, or write into {configuration}, each with your reason:"
    yield f"{key}:"
    for pointer in dict.fromkeys(pointers):
        yield f"  - at: {json.dumps(format_pointer(pointer))}"
        yield "    reason: ..."


def _set(value: Any, pointer: Pointer, replacement: Any) -> None:
    """Set the value at a pointer, or remove it if the replacement is ABSENT; ignore a pointer that leads nowhere."""
    for part in pointer[:-1]:
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return
    last = pointer[-1] if pointer else ""
    if isinstance(value, dict):
        if replacement is ABSENT:
            value.pop(last, None)
        else:
            value[last] = replacement
    elif isinstance(value, list) and last.isdecimal() and int(last) < len(value):
        if replacement is ABSENT:
            del value[int(last)]
        else:
            value[int(last)] = replacement


def _removable(document: Document) -> Iterator[Pointer]:
    """Yield the pointers that `leave_out` may match: paths, operations, media types and schemas."""
    yield from schemas(document.value)
    paths = document.value.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        at: Pointer = ("paths", path)
        yield at
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield (*at, method)
                yield from _media_types(item[method], (*at, method))
    components = document.value.get("components")
    for section in ("requestBodies", "responses") if isinstance(components, dict) else ():
        for name, value in (components.get(section) or {}).items():
            yield from _content(value, ("components", section, name))


def _media_types(operation: dict[str, Any], at: Pointer) -> Iterator[Pointer]:
    yield from _content(operation.get("requestBody"), (*at, "requestBody"))
    responses = operation.get("responses")
    for status, response in responses.items() if isinstance(responses, dict) else ():
        yield from _content(response, (*at, "responses", status))


def _content(value: Any, at: Pointer) -> Iterator[Pointer]:
    content = value.get("content") if isinstance(value, dict) else None
    for name in content if isinstance(content, dict) else ():
        yield (*at, "content", name)
