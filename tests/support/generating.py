"""Packages that tests generate, as `python -m generator` does, but that a warm Python checks what can be imported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from generator import generate as generating
from tests.support import python


def generate(output: Path, **options: Any) -> Path:
    """Return `generator.generate.generate` of the same arguments."""
    with patch.object(generating, "_alone", _warm):
        return generating.generate(output, **options)


def _warm(code: str, *arguments: str) -> tuple[int, str]:
    done = python.run([sys.executable, "-c", code, *arguments])
    return done.returncode, done.stderr
