"""Generate a package from a spec.

openapi-python-client is used as a library: this module passes it the prepared spec, the configuration and our
templates, and checks the result.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import traceback
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from jinja2 import FileSystemBytecodeCache, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from openapi_python_client import Project

from .dialect import texts
from .dialect.clients import OPTIONS, clients
from .dialect.context import Context
from .dialect.imports import alias, modules_below, with_imports
from .dialect.operations import Operation
from .dialect.public import PRIVATE, Module, modules
from .dialect.schemas import Schemas, with_builtins
from .dialect.splitting import Part, parts_of
from .dialect.texts import in_docstring, literal, opening
from .spec.extensions import ExtensionError
from .spec.features import FEATURES
from .spec.parsing import in_a_line, parse_spec
from .spec.places import DocumentError, printable

TEMPLATES = Path(__file__).parent / "templates"
RUNTIME = Path(__file__).parent / "runtime"
_TEMPLATES = "generator/templates"  # the name of the folder in messages

# Imports of runtime modules, in generated modules and in the runtime itself.
_IMPORTS_OF_PACKAGE = re.compile(rf"\.{PRIVATE}\.(\w+) import ")
_IMPORTS_OF_RUNTIME = re.compile(r"^ *from \.(\w*) import (\w+(?:, \w+)*)", re.MULTILINE)
# Imports all modules of a package, but only compiles modules of the runtime, which may need an extra.
_IMPORT_ALL = """
import gc, importlib, os, pkgutil, sys
gc.disable()
sys.modules.update(click=None, trio=None)  # keeps httpx from importing them, which takes longer than the package
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if module.name in sys.argv[2:]:
        module.module_finder.find_spec(module.name).loader.get_code(module.name)
    else:
        importlib.import_module(module.name)
os._exit(0)  # without clean-up, which takes a tenth of the time
"""


class _File(NamedTuple):
    """A file of a package: its path, its template, and the values that only this template uses."""

    path: str
    template: str
    values: dict[str, object]


class GenerationError(Exception):
    """The package could not be generated; the message says what to change."""


def generate(output: Path, *, spec: Path, config: Path, all_problems: bool = False) -> Path:
    """Generate the package into `output` and return the package's folder.

    Args:
        output: An existing folder.
        spec: The path of the spec.
        config: The path of the configuration.
        all_problems: Whether to list all problems of the spec, instead of the first few and their number.

    Raises:
        GenerationError: The spec, the configuration or a template is invalid, openapi-python-client reported an error
            or a warning, or the package cannot be imported.
    """
    try:
        settings, source, prepared, data = parse_spec(spec, config, all_problems=all_problems)
    except DocumentError as error:
        raise GenerationError(str(error)) from error
    package = output / str(settings.package_name_override)
    settings.output_path = package
    hooks, settings.post_hooks = settings.post_hooks, []
    command = source.configuration.command
    context = Context(data, prepared.document, settings, source.configuration.features)
    data.models, data.enums = [], []  # models_init.py.jinja writes them, instead of a file for each
    for note in (*source.notes, *_clashing_methods(context, spec.name)):
        print(note, file=sys.stderr)
    header = f"# Generated from {printable(spec.name)} by `{command}`; do not edit."
    try:
        project = Project(openapi=data, config=settings, custom_template_path=TEMPLATES)
        others = _prepare(project, context, header)
        _build(project, others)
    except ExtensionError as error:
        raise GenerationError(f"{spec.name}: {error}") from error
    (package / "py.typed").write_text(f"{header}\n# PEP 561: this package is typed.\n", encoding="utf-8")
    for hook in hooks:
        _run(hook, package)
    carry_runtime(package, command, context.features)
    _import(package)
    return package


def _clashing_methods(context: Context, spec: str) -> Iterator[str]:
    """Yield a note if methods keep their whole operationId."""
    if clashing := context.clashing_methods():
        shown = ", ".join(clashing[:4]) + (", ..." if len(clashing) > 4 else "")
        yield (
            f"note: {spec}: {len(clashing)} methods are named by the whole operationId, because without the words"
            f" of their tag two would have the same name: {shown}"
        )


def _prepare(project: Project, context: Context, header: str) -> list[_File]:
    """Give the templates what they use, and return the files that openapi-python-client does not write."""
    elsewhere, by_name = Schemas(context, "_models."), Schemas(context)
    model_module = FEATURES["compat"] if "compat" in context.features else "model"
    split, names = parts_of(context, elsewhere), modules(context)
    names_of_models = [
        *(model.class_info.name for model in (*context.models, *context.enums)),
        *(union.name for union in by_name.unions(context.all_parts)),
    ]
    project.env.globals.update(
        clients=clients(context),
        names=names,
        options=OPTIONS,
        context=context,
        schemas=Schemas(context, "_models." if split else "", in_models=True),
        split=split,
        by_name=by_name,
        elsewhere=elsewhere,
        header=header,
        model_imports={name: f"from ...models import {name}" for name in names_of_models},
        base_of_models={"_Model": f"from ..{PRIVATE}.{model_module} import Model"},
        model_module=model_module,
        alias=alias,
        modules_below=modules_below,
        with_imports=with_imports,
        with_builtins=with_builtins,
    )
    project.env.filters.update(
        in_docstring=in_docstring,
        literal=literal,
        opening=opening,
        operation=lambda endpoint, schemas: Operation(endpoint, context, schemas),
    )
    project.env.undefined = StrictUndefined  # misspelled names raise an error
    with contextlib.suppress(OSError, RuntimeError):  # the cache only saves time
        # The cache compares only the text of templates, but their bytecode also depends on the filters.
        filters = zlib.crc32(Path(texts.__file__).read_bytes())
        project.env.bytecode_cache = FileSystemBytecodeCache(pattern=f"generator-{filters:x}-%s.cache")
    return _other_files(names, split)


def _other_files(names: Mapping[str, Module], split: Mapping[str, Part]) -> list[_File]:
    """Return the files of a package that openapi-python-client does not write."""
    found = [_File(module.path, "names.py.jinja", {"module": module}) for name, module in names.items() if name]
    found.append(_File(f"{PRIVATE}/document.py", "document.py.jinja", {}))
    if split:
        found.append(_File("models/__init__.pyi", "models_init.pyi.jinja", {}))
    found += [_File(f"models/{name}.py", "models_module.py.jinja", {"part": part}) for name, part in split.items()]
    return found


def _build(project: Project, others: Iterable[_File]) -> None:
    """Render all templates.

    Raises:
        ExtensionError: An extension of the spec asks for something that cannot be generated.
        GenerationError: A template is invalid.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            project.build()
        # Replaced by a package, because modules with other names may be below it.
        (project.package_dir / "types.py").unlink()
        for file in others:
            path = project.package_dir / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(project.env.get_template(file.template).render(file.values), encoding="utf-8")
    except ExtensionError:
        raise
    except TemplateSyntaxError as error:
        raise GenerationError(f"{_TEMPLATES}/{error.name}:{error.lineno}: {error.message}") from error
    except Exception as error:  # raised by an expression in a template
        raise GenerationError(f"{_template_place(error)}: {_said(error)}") from error


def carry_runtime(package: Path, command: str, features: Iterable[str]) -> None:
    """Copy the modules of the runtime that a package needs into it, each below a header line.

    Needed are the modules of the features, the modules that generated code imports, and the modules that these import.
    """
    texts = {path.stem: path.read_text(encoding="utf-8") for path in RUNTIME.glob("*.py") if is_carried(path)}
    code = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    waiting = ["__init__", *(FEATURES[feature] for feature in features), *_IMPORTS_OF_PACKAGE.findall(code)]
    while waiting:
        if (text := texts.pop(name := waiting.pop(), None)) is None:
            continue
        header = f"# Generated from generator/runtime/{name}.py by `{command}`; do not edit.\n"
        (package / PRIVATE / f"{name}.py").write_text(header + text, encoding="utf-8")
        for module, names in _IMPORTS_OF_RUNTIME.findall(text):
            waiting += [module] if module else names.split(", ")


def is_carried(module: Path) -> bool:
    """Return whether a file is a module of the runtime that packages have a copy of."""
    return module.parent == RUNTIME and module.is_file() and module.name != "document.py"


def _compile(package: Path) -> None:
    """Compile each module, to report invalid Python with its place.

    Raises:
        GenerationError: A template produced invalid Python.
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
    """Run a command of post_hooks in the package's folder.

    Raises:
        GenerationError: The command failed.
    """
    # The command must find the pinned ruff beside this Python, and no other.
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(hook, cwd=package, env=environment, shell=True, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[:6] or [f"exit status {done.returncode}"]
        _compile(package)
        raise GenerationError("\n".join([f"`{hook[:60]}` of post_hooks failed:", *(line[:200] for line in said)]))


def _import(package: Path) -> None:
    """Import the modules of the package in a new interpreter; copied modules of the runtime are only compiled.

    Raises:
        GenerationError: A module cannot be imported.
    """
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    carried = [f"{package.name}.{PRIVATE}.{path.stem}" for path in RUNTIME.glob("*.py") if is_carried(path)]
    command = [sys.executable, "-c", _IMPORT_ALL, package.name, f"{package.name}.otel", *carried]
    done = subprocess.run(command, cwd=package.parent, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        _compile(package)
        said = done.stderr.strip().splitlines()
        places = re.findall(rf'File "{re.escape(str(package.parent))}/(.*?)", line (\d+)', done.stderr)
        place = f"{places[-1][0]}:{places[-1][1]}: " if places else ""
        raise GenerationError(f"{place}the package cannot be imported: {said[-1] if said else done.returncode}")


def _template_place(error: Exception) -> str:
    """Return the template and the line in which an exception was raised."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".jinja")]
    if not frames:
        return f"{_TEMPLATES}/"
    return f"{_TEMPLATES}/{Path(frames[-1].filename).name}:{frames[-1].lineno}"


def _said(error: Exception) -> str:
    """Return an exception as one line."""
    text = error.message if isinstance(error, TemplateError) and error.message else f"{type(error).__name__}: {error}"
    if isinstance(error, TemplateNotFound):
        text = f"there is no template {error.message}"
    return in_a_line(text)
