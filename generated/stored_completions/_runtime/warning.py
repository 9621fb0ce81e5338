# Generated from generator/runtime/warning.py by `make generate`; do not edit.
"""Warnings that point at the user's code instead of this package."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

_PACKAGE = str(Path(__file__).parents[1])


def warn_caller(text: str, category: type[Warning]) -> None:
    """Issue a warning that points at the line from which this package was called."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, stacklevel=level)


def warn_deprecated(route: str) -> None:
    """Warn that an operation is deprecated."""
    warn_caller(f"{route} is deprecated.", DeprecationWarning)
