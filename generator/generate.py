"""Regenerate `generated/` from `openapi.yaml`, or say how it differs (`make generate`, `make check`).

The generator is openapi-python-client, used as a library: this file hands it the document, the configuration and our
templates, and puts its output in place only when it is whole.
"""

from __future__ import annotations

import argparse
import contextlib
import filecmp
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import cast

from jinja2 import FileSystemBytecodeCache, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from openapi_python_client import Project
from openapi_python_client.parser.errors import GeneratorError

from document import DocumentError
from document.parsing import in_a_line, parsed, parsed_as_it_is
from templates.clients import Module, clients, modules
from templates.facts import Facts, FragmentError
from templates.imports import imports_of
from templates.operations import Operation
from templates.schemas import Schemas, spelled
from templates.splitting import Part, parts_of
from templates.texts import in_docstring, literal, said

ROOT = Path(__file__).parent
SPEC = ROOT / "openapi.yaml"
CONFIG = ROOT / "generator-config.yml"
TEMPLATES = ROOT / "templates"
RUNTIME = ROOT / "runtime"
GENERATED = ROOT / "generated"
# The templates, compiled.
COMPILED = ROOT / ".cache" / "templates"

_STOCK_HASH = re.compile(
    r"\{#-? Overrides (?P<name>\S+) of openapi-python-client \S+ \(sha256 (?P<sha256>[0-9a-f]{64})\)"
)
_MOST_ERRORS = 7
# Modules of the runtime that not every document needs, and who needs them.
_ONLY_IF_USED = {
    "deprecation": ["deprecation"],
    "lazy": ["lazy"],
    "pages": ["pages"],
    "files": ["files"],
    "forms": ["forms"],
    "styles": ["styles", "forms"],
}
# What is carried as it is may need an extra that is not installed: it is compiled where the package does not import it.
_IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if module.name in sys.argv[2:]:
        module.module_finder.find_spec(module.name).loader.get_code(module.name)
    else:
        importlib.import_module(module.name)
"""


class _Project(Project):
    """The generator, with the module that tells the runtime the document's facts, and those that have other names."""

    def _create_package(self) -> None:
        super()._create_package()
        # It is a package, as some of what other names are in may be below it.
        (self.package_dir / "types.py").unlink()
        written = {"document.py": "document.py.jinja", "types/__init__.py": "types.py.jinja"}
        names = cast(dict[str, Module], self.env.globals["names"])
        found = {each.path: each for name, each in names.items() if name}
        for path in found:
            if (RUNTIME / path).exists() or path.split("/")[0].removesuffix(".py") in ("api", "models"):
                raise FragmentError(f"x-client: names has a module that the package has itself: {path}")
        for path in {**written, **found}:
            text = self.env.get_template(written.get(path, "names.py.jinja")).render(module=found.get(path))
            (self.package_dir / path).parent.mkdir(parents=True, exist_ok=True)
            (self.package_dir / path).write_text(text, encoding="utf-8")

    def _build_models(self) -> None:
        super()._build_models()
        template = self.env.get_template("models_module.py.jinja")
        split = cast(dict[str, Part], self.env.globals["split"])
        for module, part in split.items():  # of a large document
            text = template.render(part=part)
            (self.package_dir / "models" / f"{module}.py").write_text(text, encoding="utf-8")


class GenerationError(Exception):
    """The package could not be generated; the message says what to change."""


def generate(
    output: Path,
    *,
    spec: Path = SPEC,
    config: Path = CONFIG,
    templates: Path | None = TEMPLATES,
    all_problems: bool = False,
) -> Path:
    """Generate the package into `output` and return the package's folder.

    Args:
        output: An existing folder.
        templates: The overrides; None for the generator's own templates (as the benchmarks want them).
        all_problems: List each problem of the document, instead of the first few and how many there are.

    Raises:
        GenerationError: the document, the configuration or a template is invalid, the generator reported an error or a
            warning, or what came out cannot be imported.
    """
    try:
        read = parsed_as_it_is if templates is None else parsed
        settings, source, prepared, data = read(spec, config, all_problems=all_problems)
    except DocumentError as error:
        raise GenerationError(str(error)) from error
    print("".join(f"{note}\n" for note in source.notes), end="", file=sys.stderr)
    package = output / str(settings.package_name_override)
    settings.output_path = package
    hooks, settings.post_hooks = settings.post_hooks, []
    document = prepared.document
    facts = Facts(data, document, settings)
    if templates is not None:
        data.models, data.enums = [], []  # they would be a file each; models_init.py.jinja writes them into one
    generator = Project if templates is None else _Project
    project = generator(openapi=data, config=settings, custom_template_path=templates)
    elsewhere = Schemas(facts, "_models.")
    try:
        names = {"clients": clients(document, said(data.title), facts.client_name), "names": modules(document)}
    except FragmentError as error:
        raise GenerationError(f"{spec.name}: {error}") from error
    split = parts_of(facts, elsewhere)
    project.env.globals.update(
        **names,
        document=document,
        facts=facts,
        schemas=Schemas(facts, "_models." if split else "", in_models=True),
        split=split,
        facts_operation=lambda endpoint: Operation(endpoint, facts, elsewhere),
        imports_of=imports_of,
        said=said,
        spelled=spelled,
    )
    if templates is not None:
        project.env.undefined = StrictUndefined  # a name that is misspelled is no empty text
    with contextlib.suppress(OSError):
        COMPILED.mkdir(parents=True, exist_ok=True)
    if os.access(COMPILED, os.W_OK):  # a tree that cannot be written can be checked all the same
        project.env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))
    project.env.filters.update(in_docstring=in_docstring, literal=literal)
    # The hooks must find the pinned ruff that stands beside this Python, not another one.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    with _environment(PATH=path), contextlib.redirect_stdout(io.StringIO()):
        try:
            errors = project.build()
        except FragmentError as error:
            raise GenerationError(f"{spec.name}: {error}") from error
        except TemplateSyntaxError as error:
            raise GenerationError(f"templates/{error.name}:{error.lineno}: {error.message}") from error
        except Exception as error:  # whatever a template's expressions raise
            raise GenerationError(f"{_template_place(error)}: {_said(error)}") from error
        if errors:
            raise GenerationError(_report(errors))
        if templates is not None:
            header = project.env.get_template("header.jinja").render()
            (package / "py.typed").write_text(f"{header}\n# PEP 561: this package is typed.\n", encoding="utf-8")
        for hook in hooks:
            _run(hook, package)
    if templates is not None:
        carry_runtime(package)
        _import(package)
    return package


def carry_runtime(package: Path) -> None:
    """Copy the runtime into a package: each module as it is, below a line that names its source."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    for module in sorted(RUNTIME.glob("*.py")):
        users = _ONLY_IF_USED.get(module.stem)
        if _is_carried(module) and (users is None or any(f".{user} import " in code for user in users)):
            text = f"# Generated from runtime/{module.name} by `make generate`; do not edit.\n"
            (package / module.name).write_text(text + module.read_text(encoding="utf-8"), encoding="utf-8")


def _is_carried(module: Path) -> bool:
    return module.parent == RUNTIME and module.is_file() and module.name not in ("__init__.py", "document.py")


def _compile(package: Path) -> None:
    """Compile each module, so that invalid Python is named by its place.

    Raises:
        GenerationError: a template gave invalid Python.
    """
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        try:
            compile(text, path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            shown = (text.splitlines() or [""])[line - 1].strip()[:120]
            place = f"{path.relative_to(package.parent).as_posix()}:{line}"
            raise GenerationError(f"{place}: the templates gave invalid Python: {_said(error)}: {shown}") from error


def _run(hook: str, package: Path) -> None:
    """Run a command of post_hooks in the package.

    Raises:
        GenerationError: it failed.
    """
    done = subprocess.run(hook, cwd=package, shell=True, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[:6] or [f"exit status {done.returncode}"]
        _compile(package)
        raise GenerationError("\n".join([f"`{hook[:60]}` of post_hooks failed:", *(line[:200] for line in said)]))


def _import(package: Path) -> None:
    """Import each module of the package in a fresh interpreter, but for those of the runtime that it does not need.

    Raises:
        GenerationError: a module cannot be imported.
    """
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    carried = [f"{package.name}.{path.stem}" for path in RUNTIME.glob("*.py") if _is_carried(path)]
    command = [sys.executable, "-c", _IMPORT_ALL, package.name, *carried]
    done = subprocess.run(command, cwd=package.parent, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        _compile(package)
        said = done.stderr.strip().splitlines()
        places = re.findall(rf'File "{re.escape(str(package.parent))}/(.*?)", line (\d+)', done.stderr)
        place = f"{places[-1][0]}:{places[-1][1]}: " if places else ""
        raise GenerationError(f"{place}the package cannot be imported: {said[-1] if said else done.returncode}")


def _template_place(error: Exception) -> str:
    """Return the template and the line that an exception comes from."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".jinja")]
    if not frames:
        return "templates/"
    return f"templates/{Path(frames[-1].filename).name}:{frames[-1].lineno}"


def _said(error: Exception) -> str:
    """Return an exception as one line."""
    text = error.message if isinstance(error, TemplateError) and error.message else f"{type(error).__name__}: {error}"
    if isinstance(error, TemplateNotFound):
        text = f"there is no template {error.message}"
    return in_a_line(text)


def drift(package: Path, *, swapped_in: bool = False) -> list[str]:
    """Return how `generated/` differs from a package that was just generated, a line for each file that does.

    Args:
        swapped_in: Word the lines as what happens to `generated/`, not as what is wrong with it.
    """
    expected, actual = _files(package.parent), _files(GENERATED)
    new, old = ("added:  ", "removed:") if swapped_in else ("missing:", "extra:  ")
    lines = [f"{new} generated/{name}" for name in sorted(expected - actual)]
    lines += [f"{old} generated/{name}" for name in sorted(actual - expected)]
    for name in sorted(expected & actual):
        if not filecmp.cmp(package.parent / name, GENERATED / name, shallow=False):
            source = RUNTIME / Path(name).relative_to(package.name)
            lines.append(
                f"changed: generated/{name}"
                + (f" (edit runtime/{source.name})" if _is_carried(source) and not swapped_in else "")
            )
    return lines


def stale_overrides(templates: Path = TEMPLATES) -> list[str]:
    """Return the overrides that were written against another stock template than the installed generator's.

    Each override opens with the name and the SHA-256 of the stock template that it replaces.
    """
    stock = files("openapi_python_client") / "templates"
    lines = []
    for override in sorted(templates.rglob("*.jinja")):
        name = override.relative_to(templates).as_posix()
        original = stock.joinpath(*name.split("/"))
        header = _STOCK_HASH.match(override.read_text(encoding="utf-8"))
        if not original.is_file():
            if header:
                lines.append(f"templates/{name}: overrides a template that the installed generator does not have")
            continue
        sha256 = hashlib.sha256(original.read_bytes()).hexdigest()
        if header is None or header["name"] != name:
            lines.append(f"templates/{name}: its first line does not name the stock template and its sha256 ({sha256})")
        elif header["sha256"] != sha256:
            lines.append(
                f"templates/{name}: the stock template of openapi-python-client {version('openapi-python-client')}"
                f" has changed (sha256 {sha256}): compare it, carry over what matters, and record the new sha256"
            )
    return lines


def swap(package: Path) -> None:
    """Replace `generated/` with a new package; nothing else may be in it."""
    incoming, outgoing = GENERATED.with_name(".generated-incoming"), GENERATED.with_name(".generated-outgoing")
    for leftover in (incoming, outgoing):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(package.parent, incoming)
    if GENERATED.exists():
        GENERATED.rename(outgoing)
    incoming.rename(GENERATED)
    shutil.rmtree(outgoing, ignore_errors=True)


def _files(folder: Path) -> set[str]:
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {name.as_posix() for name in names if "__pycache__" not in name.parts}


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _report(errors: Iterable[GeneratorError]) -> str:
    lines = [f"{in_a_line(error.header)} {in_a_line(error.detail or '')}".rstrip() for error in errors]
    return "\n".join(["openapi-python-client reports:", *lines[:_MOST_ERRORS]])


def main() -> int:
    """Generate, or compare, as the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(description="Regenerate generated/ from openapi.yaml.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="say how generated/ differs, change nothing")
    mode.add_argument("--output", type=Path, help="write the package below this folder, leave generated/ alone")
    parser.add_argument("--problems", action="store_true", help="list every problem of the document, not the first few")
    parser.add_argument("--spec", type=Path, default=SPEC, help="another document than openapi.yaml")
    parser.add_argument("--config", type=Path, default=CONFIG, help="another configuration than generator-config.yml")
    arguments = parser.parse_args()
    try:
        if arguments.output:
            arguments.output.mkdir(parents=True, exist_ok=True)
            print(
                generate(
                    arguments.output, spec=arguments.spec, config=arguments.config, all_problems=arguments.problems
                )
            )
            return 0
        with tempfile.TemporaryDirectory(prefix="generate-") as folder:
            package = generate(
                Path(folder), spec=arguments.spec, config=arguments.config, all_problems=arguments.problems
            )
            differences = drift(package, swapped_in=not arguments.check)
            if not arguments.check:
                swap(package)
                print("\n".join(differences) if differences else "generated/ is unchanged.")
                return 0
    except GenerationError as error:
        print(f"{error}\ngenerated/ is unchanged.", file=sys.stderr)
        return 1
    problems = differences + stale_overrides()
    if problems:
        print("\n".join(problems), file=sys.stderr)
        print(
            "Run `make generate` after a change of spec, config, templates or pins; never edit generated/.",
            file=sys.stderr,
        )
        return 1
    print("generated/ is up to date with the spec, the config, the runtime, the templates and the pins.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
