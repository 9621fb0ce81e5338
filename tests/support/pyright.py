"""Run pyright on generated packages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def pyright(folder: Path, paths: Iterable[Path], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Check modules and packages below a folder.

    Without a project in the folder, pyright checks nothing below a hidden folder such as `.cache`, and finds no error.
    """
    project = {"include": [os.path.relpath(path, folder) for path in paths], "exclude": []}
    (folder / "pyrightconfig.json").write_text(json.dumps(project), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--level", "error", "--pythonpath", sys.executable]
    command += ["--project", str(folder)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if "No source files found" in done.stdout:
        raise RuntimeError(f"pyright has checked nothing in {folder}: {project}")
    return done
