"""Type checkers find nothing in generated packages; one process of each checks all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests import ROOT
from tests.generator.test_features import CHOICES, DOCUMENT as PETS
from tests.generator.test_generate import DAYS, with_new_operation
from tests.programs.documents.traps import merged
from tests.support.amount import WHOLE, some
from tests.support.generating import generate
from tests.support.pyright import pyright
from tests.support.server import CONFIG

# A user's program of the new operation.
SHARING = """
from shared import AsyncOpenAI, OpenAI
from shared.api.chat_completions import share_chat_completion
from shared.models import ChatCompletion

def share(client: OpenAI) -> ChatCompletion:
    return client.chat.completions.share("a", with_="b")

async def ashare(client: AsyncOpenAI) -> ChatCompletion:
    return await client.chat.completions.share("a", with_="b", until=1)
"""
MYPY = [sys.executable, "-m", "mypy", "--strict", "--config-file", "mypy.ini", "--cache-dir", "cache"]


@pytest.fixture(scope="module")
def packages() -> Path:
    """Generate the packages into the same folder each time, so that mypy's cache is used."""
    folder = ROOT / ".cache/typed"
    for old in folder.iterdir() if folder.exists() else ():
        if old.name != "cache":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    folder.mkdir(parents=True, exist_ok=True)

    def made(name: str, document: str | dict[str, Any], **options: Any) -> None:
        spec, config = folder / f"{name}.yaml", folder / f"{name}-config.json"
        if isinstance(document, str):
            spec.write_text(document, encoding="utf-8")
        else:
            with spec.open("w", encoding="utf-8") as file:
                YAML(typ="safe").dump(document, file)
        settings = YAML(typ="safe").load(CONFIG)
        config.write_text(json.dumps({**settings, "package_name_override": name, **options}), encoding="utf-8")
        generate(folder, spec=spec, config=config)

    made("traps", merged())
    made("days", DAYS)
    made("shared", with_new_operation())
    (folder / "sharing.py").write_text(SHARING, encoding="utf-8")
    # httpx's and anyio's modules for commands and tests are a third of mypy's work.
    (folder / "mypy.ini").write_text("[mypy]\n[mypy-rich.*,click.*,trio.*,_pytest.*,pytest.*]\nfollow_imports = skip\n")
    # A package without features contains the least.
    for features in [CHOICES[0], *some(CHOICES[1:-1], 1)]:
        made("pets_" + "_".join(features), PETS, features=features)
    return folder


@pytest.mark.timeout(900)
@pytest.mark.skipif(not WHOLE, reason="mypy and pyright take up to a minute each")
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_type_checkers_find_nothing(checker: str, packages: Path) -> None:
    """With `--strict`, and with each feature alone."""
    paths = [path for path in packages.iterdir() if (path / "py.typed").exists() or path.name == "sharing.py"]
    environment = {**os.environ, "PYTHONPATH": str(packages)}
    if checker == "pyright":
        done = pyright(packages, paths, environment)
    else:
        command = [*MYPY, *sorted(path.name for path in paths)]
        done = subprocess.run(command, cwd=packages, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
