"""A problem of a document: its place, its message, and the value that replaces it if it is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from .places import Pointer
from .reading import Document


class _Absent:
    """The type of the two special replacements: remove the value, or keep it."""


ABSENT: Final = _Absent()
KEPT: Final = _Absent()


@dataclass(frozen=True)
class Problem:
    """A problem of a document.

    Attributes:
        document: The file.
        pointer: The pointer that the message names.
        message: The message.
        target: The pointer of the value that is replaced if the problem is accepted.
        replacement: The value that replaces it; ABSENT removes it, and KEPT keeps it.
        is_fatal: Whether the problem prevents generating; otherwise it is a note.
    """

    document: Document
    pointer: Pointer
    message: str
    target: Pointer
    replacement: Any = ABSENT
    is_fatal: bool = True

    def __str__(self) -> str:
        return f"{self.document.where(self.pointer)}: {self.message}"
