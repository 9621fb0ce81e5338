"""Documents with traps: their packages import, are typed, and send and decode what the document says."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.programs.documents.echo import Echo
from tests.programs.documents.traps import TRAPS, merged
from tests.support.generating import generate
from tests.support.server import CONFIG


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Generate the package of all traps."""
    folder = tmp_path_factory.mktemp("traps")
    config = folder / "generator-config.yml"
    text = CONFIG.read_text(encoding="utf-8").replace("stored_completions", "traps")
    config.write_text(text, encoding="utf-8")
    spec = folder / "traps.yaml"
    with spec.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(merged(), file)
    (folder / "out").mkdir()
    sys.path.insert(0, str(folder / "out"))
    yield generate(folder / "out", spec=spec, config=config)
    sys.path.remove(str(folder / "out"))


@pytest.fixture(scope="module")
def server() -> Iterator[Echo]:
    """Return a server that answers what a trap tells it."""
    with Echo() as echo:
        yield echo


class Use:
    """What the program of a trap can use."""

    def __init__(self, server: Echo) -> None:
        self.server = server
        self.models = importlib.import_module("traps.models")
        self.clients: list[Any] = []
        self.client = importlib.import_module("traps").AuthenticatedClient(
            base_url=server.url, token="a-token", max_retries=0
        )

    def api(self, tag: str, name: str) -> ModuleType:
        return importlib.import_module(f"traps.api.{tag}.{name}")

    def has(self, tag: str, name: str) -> bool:
        return importlib.util.find_spec(f"traps.api.{tag}.{name}") is not None

    def client_of(self, name: str) -> Any:
        class_ = getattr(importlib.import_module("traps.api"), name)
        self.clients.append(class_(api_key="a-key", base_url=self.server.url, max_retries=0))
        return self.clients[-1]

    def refused(self, tag: str, name: str, text: str) -> None:
        """Check that a body is refused."""
        self.server.answer(text)
        error = importlib.import_module("traps.errors").APIResponseValidationError
        with pytest.raises(error):
            self.api(tag, name).sync(client=self.client)


@pytest.mark.parametrize("name", TRAPS)
def test_each_trap_is_handled(name: str, package: Path, server: Echo) -> None:
    """Requests and responses follow the document."""
    server.answer("null")
    use = Use(server)
    names = {item: getattr(use, item) for item in ("server", "models", "client", "api", "has", "client_of", "refused")}
    try:
        exec(compile(textwrap.dedent(TRAPS[name].use), "<trap>", "exec"), names)
    finally:
        for client in (use.client, *use.clients):
            client.close()
