"""Which operations of a document are looked at, and under which path."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..source import Spot
from .operations import Key, Operation, numbered, operations


@dataclass(frozen=True)
class Scope:
    """What a settings file chooses: all operations, unless it says otherwise.

    Attributes:
        strip: What is taken from the beginning of paths before they are compared, on both sides.
        paths: Patterns of the paths to look at, such as `/chat/*`.
        tags: The tags of the operations to look at.
    """

    strip: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def operations(self, root: Spot) -> dict[Key, Operation]:
        """Return the operations of `paths` that are looked at.

        Raises:
            ReviewError: a path item is not a mapping.
        """
        found: dict[Key, Operation] = {}
        for (_, method), operation in operations(root):
            if self._has(operation):
                found[numbered(self._stripped(operation.path)), method] = operation
        return found

    def _has(self, operation: Operation) -> bool:
        paths = not self.paths or any(fnmatchcase(operation.path, pattern) for pattern in self.paths)
        return paths and (not self.tags or not set(self.tags).isdisjoint(operation.tags))

    def _stripped(self, path: str) -> str:
        prefix = next((item for item in self.strip if path.startswith(item.rstrip("/") + "/")), "")
        return path.removeprefix(prefix.rstrip("/"))
