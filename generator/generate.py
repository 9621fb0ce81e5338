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
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

from jinja2 import FileSystemBytecodeCache, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from openapi_python_client import Project
from openapi_python_client.parser.openapi import Endpoint

from .dialect import texts
from .dialect.clients import OPTIONS, Module, clients, modules
from .dialect.context import Context, ExtensionError
from .dialect.imports import alias, with_imports
from .dialect.operations import Operation
from .dialect.public import PRIVATE, PublicModule, public_modules
from .dialect.schemas import Schemas, with_builtins
from .dialect.splitting import Part, parts_of
from .dialect.texts import in_docstring, literal, opening, text_of
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
sys.modules["click"] = None  # stops httpx from importing its command, with click, pygments and rich
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if module.name in sys.argv[2:]:
        module.module_finder.find_spec(module.name).loader.get_code(module.name)
    else:
        importlib.import_module(module.name)
os._exit(0)  # without clean-up, which takes a tenth of the time
"""


class _Project(Project):
    """openapi-python-client's generator, which also writes `document.py`, the public modules and other names."""

    def _create_package(self) -> None:
        super()._create_package()
        # Replaced by a package, because modules with other names may be below it.
        (self.package_dir / "types.py").unlink()
        names = cast(dict[str, Module], self.env.globals["names"])
        found = {module.path: module for name, module in names.items() if name}
        for path in found:
            if path in self._public or path.split("/")[0].removesuffix(".py") in ("api", "models", PRIVATE):
                raise ExtensionError(f"x-generator-client: names has a module that the package has itself: {path}")
        written = {f"{PRIVATE}/document.py": "document.py.jinja", "types/__init__.py": "types.py.jinja"}
        for path in {**written, **found}:
            self._write(path, written.get(path, "names.py.jinja"), module=found.get(path))

    def _build_api(self) -> None:
        super()._build_api()
        for path, module in self._public.items():
            self._write(path, "public.py.jinja", module=module)

    @property
    def _public(self) -> dict[str, PublicModule]:
        context = cast(Context, self.env.globals["context"])
        return {module.path: module for module in public_modules(context.features, has_pages=context.has_pages)}

    def _write(self, path: str, template: str, **values: object) -> None:
        text = self.env.get_template(template).render(**values)
        (self.package_dir / path).parent.mkdir(parents=True, exist_ok=True)
        (self.package_dir / path).write_text(text, encoding="utf-8")

    def _build_models(self) -> None:
        super()._build_models()
        split = cast(dict[str, Part], self.env.globals["split"])
        if not split:
            return
        self._write("models/__init__.pyi", "models_init.pyi.jinja")
        for module, part in split.items():
            self._write(f"models/{module}.py", "models_module.py.jinja", part=part)


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
    try:
        project = _Project(openapi=data, config=settings, custom_template_path=TEMPLATES)
        header = f"# Generated from {printable(spec.name)} by `{command}`; do not edit."
        _prepare(project, context, prepared.document, header)
        _build(project)
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


def _prepare(project: Project, context: Context, document: dict[str, Any], header: str) -> None:
    """Give the templates what they use: the facts about the spec, functions and filters."""
    elsewhere, by_name = Schemas(context, "_models."), Schemas(context)
    model_module = FEATURES["compat"] if "compat" in context.features else "model"
    split = parts_of(context, elsewhere)
    project.env.globals.update(
        clients=clients(document, text_of(project.openapi.title), context.client_name, context.security),
        names=modules(document),
        options=OPTIONS,
        document=document,
        context=context,
        schemas=Schemas(context, "_models." if split else "", in_models=True),
        split=split,
        operation_of=_operations(context, by_name, elsewhere),
        header=header,
        model_names={model.class_info.name for model in (*context.models, *context.enums)}
        | {union.name for union in by_name.unions(context.all_parts)},
        alias=alias,
        model_module=model_module,
        with_imports=partial(with_imports, model=model_module),
        text_of=text_of,
        with_builtins=with_builtins,
    )
    project.env.filters.update(in_docstring=in_docstring, literal=literal, opening=opening)
    project.env.undefined = StrictUndefined  # misspelled names raise an error
    with contextlib.suppress(OSError, RuntimeError):  # the cache only saves time
        # The cache compares only the text of templates, but their bytecode also depends on the filters.
        filters = zlib.crc32(Path(texts.__file__).read_bytes())
        project.env.bytecode_cache = FileSystemBytecodeCache(pattern=f"generator-{filters:x}-%s.cache")


def _build(project: Project) -> None:
    """Render all templates.

    Raises:
        ExtensionError: An extension of the spec asks for something that cannot be generated.
        GenerationError: A template is invalid.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            project.build()
    except ExtensionError:
        raise
    except TemplateSyntaxError as error:
        raise GenerationError(f"{_TEMPLATES}/{error.name}:{error.lineno}: {error.message}") from error
    except Exception as error:  # raised by an expression in a template
        raise GenerationError(f"{_template_place(error)}: {_said(error)}") from error


def _operations(context: Context, by_name: Schemas, elsewhere: Schemas) -> Callable[..., Operation]:
    """Return a cached function that returns the `Operation` of an endpoint, for the templates."""
    found: dict[tuple[int, bool], Operation] = {}

    def operation(endpoint: Endpoint, *, direct: bool = False) -> Operation:
        key = (id(endpoint), direct)
        if key not in found:
            found[key] = Operation(endpoint, context, by_name if direct else elsewhere)
        return found[key]

    return operation


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
