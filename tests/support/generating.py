"""Generate packages for tests like `python -m generator`, but with imports checked by a warm Python."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from generator import generate as generating
from tests.support import python


def generate(output: Path, **options: Any) -> Path:
    """Call `generator.generate.generate` with the same arguments."""
    with patch.object(generating, "subprocess", SimpleNamespace(run=_run)):
        return generating.generate(output, **options)


def _run(command: str | list[str], **options: Any) -> Any:
    if isinstance(command, str):
        return subprocess.run(command, **options)
    # Bytecode is written, or else each program of a test would compile the package.
    return python.run(command, cwd=options["cwd"], env={**options["env"], "PYTHONDONTWRITEBYTECODE": ""})
