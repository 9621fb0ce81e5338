"""Load a spec: read it, check it, and remove what the configuration leaves out."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from .checking import problems
from .configuration import Choice, Configuration
from .files import Files
from .openapi import copied, objects_at
from .places import DocumentError, Place, Pointer, format_pointer, value_at
from .problems import ABSENT, KEPT, Problem
from .reading import read

_MOST_LINES = 7
# The objects of OpenAPI that `leave_out` may match.
_REMOVABLE: Final = ("PathItem", "Operation", "MediaType", "Schema")


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
    removable = {pointer: name for pointer, name in objects_at(document.value) if name in _REMOVABLE}
    left_out = _left_out(configuration, removable)
    gone = {pointer for _, pointer in left_out}
    found = [problem for problem in found if problem.document is not document or not _is_below(problem.pointer, gone)]
    places = [problem.pointer for problem in found]
    accepted = {pointer for _, pointer in _matches(configuration, configuration.accept, places, "no problem is there")}
    refused = [problem for problem in found if problem.is_fatal and problem.pointer not in accepted]
    if refused:
        raise DocumentError(_report(refused, configuration, all_problems))
    _replace(found, files)
    if left_out:
        files.whole = replace(document)
        document.value = copied(document.value)
        for _, pointer in left_out:
            _set(document.value, pointer, {} if removable[pointer] == "Schema" else ABSENT)
    if configuration.client:
        info = document.value.get("info") or {}
        client = {**(info.get("x-generator-client") or {}), **configuration.client}
        document.value = {**document.value, "info": {**info, "x-generator-client": client}}
    notes = [f"left out: {document.where(pointer)}: {choice.reason}" for choice, pointer in left_out]
    notes += [f"note: {problem}" for problem in found if not problem.is_fatal and problem.pointer not in accepted]
    return Source(files, document.value, configuration, notes)


def _left_out(configuration: Configuration, removable: Iterable[Pointer]) -> list[tuple[Choice, Pointer]]:
    """Return the outermost pointers that `leave_out` matches, each with its entry."""
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
    *above, last = pointer
    with contextlib.suppress(LookupError):
        parent = value_at(value, tuple(above))
        key: Any = int(last) if isinstance(parent, list) else last
        if replacement is ABSENT:
            del parent[key]
        else:
            parent[key] = replacement
