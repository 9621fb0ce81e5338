"""The extra `[testing]`: the embedded server as a fixture and around a program, and its seed."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
from typing import Any

import httpx
import pytest

from stored_completions import OpenAI
from stored_completions_testing import seed
from stored_completions_testing.server import Server, Store
from tests import ROOT
from tests.support import python
from tests.support.spec import Spec, schema

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("generated", "testing")),
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}
# Ignore the interpreter's own warnings.
INNER = [sys.executable, "-m", "pytest", "-q", "-p", "stored_completions_testing.plugin", "-p", "no:cacheprovider"]


def run_pytest(tmp_path: Any, program: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a user's folder, without this repository's configuration."""
    (tmp_path / "test_theirs.py").write_text(program, encoding="utf-8")
    command = [*INNER, "--rootdir", str(tmp_path), *options]
    return python.run(command, cwd=tmp_path, env=ENVIRONMENT)


def test_a_test_reaches_the_server_and_starts_from_the_seed(tmp_path: Any) -> None:
    """Nothing that one test stores, plans or deletes reaches the next, nor do its variables."""
    done = run_pytest(
        tmp_path,
        """
import os
from stored_completions import OpenAI
from stored_completions_testing.faults import always, failure
from stored_completions_testing.seed import completion

def test_one(stored_completions_server):
    stored_completions_server.store.add(completion("chatcmpl-mine", "Hello"))
    with OpenAI() as client:
        assert client.chat.completions.retrieve("chatcmpl-mine").choices[0].message.content == "Hello"
        client.chat.completions.delete("chatcmpl-1")
    stored_completions_server.plan = always(failure(500))

def test_two(stored_completions_server):
    assert stored_completions_server.received == []
    with OpenAI() as client:
        assert [stored.id for stored in client.chat.completions.list()] == ["chatcmpl-1", "chatcmpl-2", "chatcmpl-3"]

def test_three():
    assert "OPENAI_BASE_URL" not in os.environ
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_a_user_overrides_the_seed(tmp_path: Any) -> None:
    done = run_pytest(
        tmp_path,
        """
import pytest
from stored_completions import OpenAI
from stored_completions_testing.seed import completion
from stored_completions_testing.server import Store

@pytest.fixture
def stored_completions_seed():
    return Store([completion("chatcmpl-only")])

def test_it(stored_completions_server):
    with OpenAI() as client:
        assert [completion.id for completion in client.chat.completions.list()] == ["chatcmpl-only"]
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_plugin_says_what_to_install(tmp_path: Any) -> None:
    """Without Starlette, pytest starts, and only tests that use the server fail."""
    gone = "{name: None for name in ['starlette', *sys.modules] if name.startswith('starlette')}"
    (tmp_path / "conftest.py").write_text(f"import sys; sys.modules.update({gone})\n", encoding="utf-8")
    done = run_pytest(
        tmp_path, "def test_with(stored_completions_server): ...\ndef test_without(): ...\n", "--tb=short"
    )
    assert "1 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "pip install 'stored-completions[testing]'" in done.stdout


@pytest.mark.parametrize("content", [None, "{", "[1]", '{"x": 1}', "\xff"])
def test_a_file_without_a_completion_is_named(tmp_path: Any, content: str | None) -> None:
    """With a sentence and status 2."""
    path = tmp_path / "completion.json"
    if content is not None:
        path.write_text(content, encoding="latin-1")
    program = [sys.executable, "-m", "stored_completions_testing", "--completion", str(path), "true"]
    done = subprocess.run(program, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and f"{path} holds no completion" in done.stderr and "Traceback" not in done.stderr


def test_the_plugin_imports_modules_only_when_they_are_used() -> None:
    """Every run of pytest imports the plugin wherever the package is installed."""
    code = "import sys, stored_completions_testing.plugin; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert not {"httpx", "starlette", "uvicorn", "stored_completions"} & set(done.stdout.split())


def test_the_seed_is_valid_by_the_spec() -> None:
    """All bodies of the default store are valid by openapi.yaml."""
    spec = Spec(ROOT / "openapi.yaml")
    for body in seed.completions():
        assert spec.violations(body, schema("ChatCompletion")) == []
    for body in seed.messages("chatcmpl-1", "Write about AI."):
        assert spec.violations(body, schema("ChatCompletionStoreMessage")) == []


def test_a_store_shares_nothing_with_what_it_was_given(stored_completions_server: Server) -> None:
    completion, messages = seed.completion("chatcmpl-mine", metadata={"a": "b"}), seed.messages("chatcmpl-mine", "Hi")
    stored_completions_server.reset(Store([]))
    stored_completions_server.store.add(completion, messages)
    with OpenAI() as client:
        client.chat.completions.update("chatcmpl-mine", metadata={"c": "d"})
        assert client.chat.completions.retrieve("chatcmpl-mine").metadata == {"c": "d"}
        assert [message.content for message in client.chat.completions.messages.list("chatcmpl-mine")] == ["Hi"]
    assert completion["metadata"] == {"a": "b"}


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ([sys.executable, "-c", "import stored_completions as s; print(s.OpenAI().chat.completions.list()[0].id)"], 0),
        ([sys.executable, "-c", "print('chatcmpl-1'); raise SystemExit(3)"], 3),
        ([sys.executable, "-c", "import os; print('chatcmpl-1', flush=True); os.kill(os.getpid(), 15)"], 128 + 15),
    ],
)
def test_a_program_runs_at_the_server_and_returns_its_status(program: list[str], status: int) -> None:
    command = [sys.executable, "-m", "stored_completions_testing", *program]
    done = python.run(command, env=ENVIRONMENT)
    assert (done.returncode, done.stdout) == (status, "chatcmpl-1\n"), done.stderr


def test_a_program_that_cannot_be_run_is_named() -> None:
    command = [sys.executable, "-m", "stored_completions_testing", "no-such-program"]
    done = python.run(command, env=ENVIRONMENT)
    assert (done.returncode, done.stderr) == (127, "no-such-program cannot be run: No such file or directory\n")


def test_an_open_request_does_not_keep_a_session_from_ending(tmp_path: Any) -> None:
    """A thread without a timeout waits for an answer that never comes."""
    done = run_pytest(
        tmp_path,
        """
import threading, time
from stored_completions import OpenAI
from stored_completions_testing.faults import Raw, always

def test_it(stored_completions_server):
    stored_completions_server.plan = always(Raw(b"", then="stall"))
    client = OpenAI(timeout=None, max_retries=0)
    threading.Thread(target=lambda: client.chat.completions.retrieve("chatcmpl-1")).start()
    while not stored_completions_server.received:
        time.sleep(0.01)
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_changed_key_or_seed_does_not_reach_the_next_test(tmp_path: Any) -> None:
    done = run_pytest(
        tmp_path,
        """
import pytest
from stored_completions import OpenAI
from stored_completions_testing.server import Store
STORE = Store()

@pytest.fixture
def stored_completions_seed():
    return STORE

@pytest.mark.parametrize("number", [1, 2])
def test_it(number, stored_completions_server):
    with OpenAI() as client:
        assert client.chat.completions.delete("chatcmpl-1").deleted
    stored_completions_server.key = "sk-changed"
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_fixture_is_reached_where_proxies_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "example.com")
        assert server.environment["no_proxy"] == "example.com,127.0.0.1"
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        with OpenAI() as client:
            assert client.chat.completions.retrieve("chatcmpl-1").id == "chatcmpl-1"


def test_a_server_used_without_with_is_explained() -> None:
    server = Server()
    with server._socket, pytest.raises(RuntimeError, match="with Server"):
        _ = server.base_url


DEEP: list[Any] = []
for _ in range(10**5):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "value",
    [float("nan"), datetime.datetime(2024, 1, 1), {1}, DEEP],
    ids=["NaN", "a date", "a set", "lists in lists"],
)
def test_a_seed_that_is_not_json_is_refused_at_once(value: Any) -> None:
    with pytest.raises(ValueError, match="is not JSON"):
        Store([{"id": "a", "value": value}])
    with pytest.raises(ValueError, match="id"):
        Store([{"model": "m"}])


def test_a_seed_may_lack_a_model_and_have_a_lone_surrogate(stored_completions_server: Server) -> None:
    stored_completions_server.reset(Store([{"id": "a", "metadata": {"x": "\ud800"}}]))
    with OpenAI() as client:
        assert [completion.id for completion in client.chat.completions.list()] == ["a"]
        assert client.chat.completions.list(model="m").data == []
        assert client.chat.completions.retrieve("a").metadata == {"x": "\ud800"}


@pytest.mark.parametrize("metadata", ["text", 1, [1], None, {"a": [1]}, {"a": "b"}], ids=repr)
def test_a_seed_may_have_metadata_of_any_type(metadata: Any, stored_completions_server: Server) -> None:
    """A program is tried on odd completions too: the server answers, and only an equal pair is found."""
    stored_completions_server.reset(Store([{"id": "a", "metadata": metadata}]))
    with OpenAI(max_retries=0) as client:
        assert client.chat.completions.list()[0].id == "a"
        found = client.chat.completions.list(metadata={"a": "b"}).data
    assert [completion.metadata for completion in found] == ([metadata] if metadata == {"a": "b"} else [])


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"{}", b'{"metadata": NaN}', b'{"metadata": 1}', b'{"metadata": {"a": 1}}', b"[" * 10**5, b"\xff"],
    ids=range(8),
)
def test_a_bad_request_is_a_400(body: bytes, stored_completions_server: Server) -> None:
    stored_completions_server.reset(Store())
    url = f"{stored_completions_server.base_url}/chat/completions/chatcmpl-1"
    headers = {"authorization": f"Bearer {stored_completions_server.key}"}
    response = httpx.post(url, headers=headers, content=body)
    assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error")
    listed = httpx.get(url.rpartition("/")[0], headers=headers, params={"limit": "9" * 5000})
    assert listed.status_code == 400


@pytest.mark.parametrize("is_ignored", [False, True], ids=["", "ignored before"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_passed_on_and_no_process_is_left(number: signal.Signals, is_ignored: bool) -> None:
    """Also where a shell has started the command in the background, which makes it ignore SIGINT."""
    program = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    command = [sys.executable, "-m", "stored_completions_testing", sys.executable, "-c", program]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if is_ignored else None
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        if is_ignored:
            signal.signal(signal.SIGINT, before)
        assert running.stdout
        inner = int(running.stdout.readline())
        running.send_signal(number)
        assert running.wait(20) in (128 + number, 1, 130)
    with pytest.raises(ProcessLookupError):
        os.kill(inner, 0)
