"""The warning that a deprecated operation was called."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

_PACKAGE = str(Path(__file__).parents[1])


def warn_deprecated(route: str) -> None:
    """Warn that an operation is deprecated, at the caller's line outside this package."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(f"{route} is deprecated.", DeprecationWarning, stacklevel=level)
