"""The runtime is plain Python without knowledge of the document, and sync and async code differ by `await`."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

import pytest

from generator import runtime
from generator.generate import RUNTIME, TEMPLATES
from tests import ROOT

MODULES = sorted(path.stem for path in RUNTIME.glob("*.py"))
# Async functions that differ from their sync counterparts by more than `await`, with the reason.
OTHERS = {
    "async_sleep": "the event loop sleeps",
    "_abatch": "tasks can be cancelled, and threads cannot",
    "_aoutcome": "the same",
    "AsyncBackend": "asynchronous attempts are cancelled: no operation is given what is left of the time",
    "AsyncStream": "the same",
    "_wait": "threads and tasks wait with different events",
    "_aclose": "closing is shielded from cancellation",
    "__del__": "only synchronous connections can be closed without an event loop",
}


# Each in a separate process that has imported the slow third-party packages.
IMPORT_EACH = """
import importlib, os, sys, traceback
import anyio, httpcore, httpx

def imported(name):
    try:
        importlib.import_module(f"generator.runtime.{name}")
        assert not [name for name in sys.modules if "stored" in name]
    except BaseException:
        traceback.print_exc()
        return 1
    return 0

for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        os._exit(imported(name))
    if os.waitpid(child, 0)[1]:
        sys.exit(f"generator.runtime.{name} cannot be imported")
"""


def test_each_module_can_be_imported_from_the_generator() -> None:
    """In any order, without a generated package."""
    command = [sys.executable, "-W", "error", "-c", IMPORT_EACH, *MODULES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_module_knows_of_chat_completions() -> None:
    """The document reaches the runtime only through `document.py`."""
    for module in MODULES:
        text = (RUNTIME / f"{module}.py").read_text(encoding="utf-8").lower()
        assert not re.findall(r"chatcmpl|completion|openai", text)


def test_rarely_needed_modules_are_imported_lazily() -> None:
    """Importing the package loads neither asyncio, tenacity, dateutil nor the models."""
    code = (
        "import sys; before = set(sys.modules); import stored_completions as package\n"
        "waiting = {'asyncio', 'tenacity', 'anyio', 'pprint', 'dateutil', 'stored_completions.models'}\n"
        "assert not waiting & set(sys.modules) - before, waiting & set(sys.modules)\n"
        "assert package.types.chat.ChatCompletion is package.models.ChatCompletion\n"
        "assert package.types.CompletionUsage is package.models.CompletionUsage"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generated")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def pairs(tree: ast.Module | ast.ClassDef) -> list[tuple[ast.AST, ast.AST]]:
    """Return the pairs of sync and async functions and classes of a module or class."""
    named = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    found: list[tuple[ast.AST, ast.AST]] = []
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef):
            path = f"{tree.name}.{node.name}" if isinstance(tree, ast.ClassDef) else node.name
            other = named.get(re.sub("^(_*)a", r"\1", node.name))
            found += [(other, node)] if other and not {node.name, path} & set(OTHERS) else []
        elif isinstance(node, ast.ClassDef):
            found += pairs(node)
            if node.name.startswith("Async") and node.name not in OTHERS:
                name = node.name.removeprefix("Async")
                found += [(other, node)] if (other := named.get(f"Sync{name}") or named.get(name)) else []
    return found


def synchronous(node: ast.AST) -> str:
    """Return the code of a function or class without `async`, `await`, docstrings and annotations."""
    for item in ast.walk(node):
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if ast.get_docstring(item) is not None:
                item.body = item.body[1:]
            if isinstance(item, ast.ClassDef):
                item.body = [
                    inner
                    for inner in item.body
                    if not isinstance(inner, ast.Assign) and getattr(inner, "name", "") not in OTHERS
                ]
            item.body = item.body or [ast.Pass()]
            item.decorator_list = []
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            item.returns = None
            for argument in (*item.args.args, *item.args.kwonlyargs):
                argument.annotation = None
    code = re.sub(r"\basync (def|for|with)\b", r"\1", ast.unparse(node))
    code = re.sub(r"\bawait ", "", code)
    code = re.sub(r"\brun\((.+)\)$", r"\1", code, flags=re.MULTILINE).replace("is_async=True", "is_async=False")
    code = re.sub(r"\b(_?)Async(?=[A-Z_])", r"\1", re.sub(r"\bSync(?=[A-Z])", "", code))
    code = re.sub(r"\basync_|(?<=_)async_", "", code).replace("AnyIOBackend", "Backend")
    words = "send|sent|attempt|reported|close|iter|next|secret|enter__|exit__|read|text|received|within|parts"
    code = re.sub(rf"\b(_*)a(?=({words}))", r"\1", code)
    return re.sub(r"_async\b", "", code)


@pytest.mark.parametrize("module", MODULES)
def test_asynchronous_code_differs_by_await(module: str) -> None:
    """And by the names of the functions they call."""
    tree = ast.parse((RUNTIME / f"{module}.py").read_text(encoding="utf-8"))
    for sync, other in pairs(tree):
        assert synchronous(other).splitlines() == synchronous(sync).splitlines()


def test_the_pairs_are_found() -> None:
    """The test above compares the transports, the pages and the clients."""
    names = []
    for module in MODULES:
        tree = ast.parse((RUNTIME / f"{module}.py").read_text(encoding="utf-8"))
        names += [getattr(other, "name", "") for _, other in pairs(tree)]
    assert {"AsyncTransport", "AsyncPage", "aclose", "AsyncFacade", "AsyncStreamedResponse"} <= set(names)


def test_the_runtimes_document_has_only_empty_values() -> None:
    """It only makes the runtime importable; the generator writes all of its names."""
    template = (TEMPLATES / "document.py.jinja").read_text(encoding="utf-8")
    tree = ast.parse((RUNTIME / "document.py").read_text(encoding="utf-8"))
    targets = [node.targets[0] for node in tree.body if isinstance(node, ast.Assign)]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    names = {ast.unparse(target) for target in targets}
    assert names == set(re.findall(r"^([A-Z_]+)\b(?:: [^=]+)? = ", template, re.MULTILINE))
    assert runtime.__doc__
