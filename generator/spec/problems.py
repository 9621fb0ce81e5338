"""A problem of a document: where it is, what it is, and what to read in its place where it is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from .places import Pointer, format_pointer, printable
from .reading import Document


class _Absent:
    """What replaces a value that is left out."""


ABSENT: Final = _Absent()
KEPT: Final = _Absent()


@dataclass(frozen=True)
class Problem:
    """Something wrong at a place. `certain` is false where the document is valid, but hardly what was meant.

    `target` is replaced by `replacement` where the problem is accepted.
    """

    document: Document
    pointer: Pointer
    message: str
    target: Pointer
    replacement: Any = ABSENT
    certain: bool = True

    def __str__(self) -> str:
        pointer = printable(format_pointer(self.pointer)) or "/"
        pointer = pointer if len(pointer) <= 300 else f"{pointer[:150]}...{pointer[-150:]}"
        return f"{self.document.place(self.pointer)}: {pointer}: {self.message}"
