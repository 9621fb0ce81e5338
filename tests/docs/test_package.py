"""What is shipped: the wheel, the sdist and their metadata."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import stored_completions
from stored_completions._runtime.document import USER_AGENT
from tests import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    """All files of generated/, cli/ and testing/, with `py.typed`, and the wheel's metadata."""
    wanted = set()
    for folder in (ROOT / "generated", ROOT / "cli", ROOT / "testing"):
        files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        wanted |= {path.relative_to(folder).as_posix() for path in files}
    found = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert found == wanted
    assert {"stored_completions/py.typed", "stored_completions_testing/py.typed"} <= found


def test_the_sdist_holds_what_is_needed_to_regenerate_and_test(tmp_path: Path) -> None:
    """All files that git tracks, except those that only concern the repository."""
    stray = ROOT / ".cache" / "stray"
    stray.parent.mkdir(exist_ok=True)
    stray.touch()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        found = {name.partition("/")[2] for name in archive.getnames()} - {"PKG-INFO"}
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    tracked = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    assert {name for name in tracked if not name.startswith(".")} | {".gitignore"} == found


def test_the_page_on_pypi_has_absolute_links(wheel: Path) -> None:
    """All links of the rendered README are absolute, and the changes of the latest version follow it."""
    archive = zipfile.ZipFile(wheel)
    metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    page = archive.read(metadata).decode().partition("\n\n")[2]
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert len(links) > 5
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert f"## [{stored_completions.__version__}]" in page
    assert page.count("\n## [") == 1


def test_the_version_is_the_documents(wheel: Path) -> None:
    """`info.version`, `__version__`, the wheel and the User-Agent have the same version."""
    version = YAML(typ="safe").load(ROOT / "openapi.yaml")["info"]["version"]
    archive = zipfile.ZipFile(wheel)
    metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    assert Parser().parsestr(archive.read(metadata).decode())["Version"] == version
    assert stored_completions.__version__ == version
    assert f"stored-completions/{version}" == USER_AGENT


def test_the_wheel_alone_can_be_imported(wheel: Path) -> None:
    """An isolated Python imports the wheel from the path, without the repository."""
    code = f"import sys; sys.path.insert(0, {str(wheel)!r}); import stored_completions as it; print(it.__file__)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert str(wheel) in done.stdout


def test_runtime_dependencies_are_declared_once(wheel: Path) -> None:
    """pyproject.toml, the requirements of the locks and the lowest versions agree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = set(project["dependencies"])
    listed = {line for line in (ROOT / "requirements/runtime.in").read_text().splitlines() if not line.startswith("#")}
    assert declared == listed
    lowest = (ROOT / "requirements/lowest.in").read_text()
    for requirement in declared:
        name, bound = re.fullmatch(r"([\w-]+)>=([\d.]+)(?:,.*)?", requirement, re.ASCII).groups()  # type: ignore[union-attr]  # a mismatch fails the test
        assert re.search(rf"^{name}=={re.escape(bound)}(\.0)?$", lowest, re.MULTILINE), requirement


def test_the_targets_that_the_documents_name_exist() -> None:
    """Each `make X` in a document is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    for document in [ROOT / "README.md", *(ROOT / ".github").glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        named = set(re.findall(r"(?:`|^)make ((?:[a-z0-9-]+ ?)+)", document.read_text(encoding="utf-8"), re.MULTILINE))
        missing = {target for names in named for target in names.split()} - targets
        assert not missing, f"{document.name} names {missing}"


def test_the_files_that_contributors_read_exist() -> None:
    """By path, or by the end of it; `_runtime/` has the modules of the runtime."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [f"/{path}" for path in listed.stdout.splitlines()]
    for document in ("docs/architecture.md", ".github/CONTRIBUTING.md", "generator/README.md"):
        text = re.sub(r"```.*?```", "", (ROOT / document).read_text(encoding="utf-8"), flags=re.DOTALL)
        named = set(re.findall(r"`([\w./-]+\.(?:py|jinja|md|toml|yaml|yml|txt))`", text))
        missing = [name for name in named if not any(file.endswith(f"/{name}") for file in files)]
        assert named
        assert not missing, f"{document} names {missing}"


def test_the_links_of_the_documents_lead_to_files() -> None:
    """Each relative link of a Markdown file leads to a file of the repository."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    broken = []
    for document in [ROOT / name for name in listed.stdout.splitlines()]:
        text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
        links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
        broken += [f"{document.relative_to(ROOT)}: {link}" for link in links if not (document.parent / link).exists()]
    assert not broken
