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
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from jinja2 import TemplateError, TemplateSyntaxError
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.bodies import BodyType
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_spec_validator import validate
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from templates.clients import Module, clients, modules
from templates.facts import Facts, FragmentError
from templates.imports import imports_of
from templates.operations import Operation
from templates.schemas import Schemas, spelled

ROOT = Path(__file__).parent
SPEC = ROOT / "openapi.yaml"
CONFIG = ROOT / "generator-config.yml"
TEMPLATES = ROOT / "templates"
RUNTIME = ROOT / "runtime"
GENERATED = ROOT / "generated"

_STOCK_HASH = re.compile(
    r"\{#-? Overrides (?P<name>\S+) of openapi-python-client \S+ \(sha256 (?P<sha256>[0-9a-f]{64})\)"
)


class _Project(Project):
    """The generator, with the module that tells the runtime the document's facts, and those that have other names."""

    def _create_package(self) -> None:
        super()._create_package()
        # It is a package, as some of what other names are in may be below it.
        (self.package_dir / "types.py").unlink()
        written = {"document.py": "document.py.jinja", "types/__init__.py": "types.py.jinja"}
        names = cast(dict[str, Module], self.env.globals["names"])
        found = {each.path: each for name, each in names.items() if name}
        for path in {**written, **found}:
            text = self.env.get_template(written.get(path, "names.py.jinja")).render(module=found.get(path))
            (self.package_dir / path).parent.mkdir(parents=True, exist_ok=True)
            (self.package_dir / path).write_text(text, encoding="utf-8")


class GenerationError(Exception):
    """The package could not be generated; the message says what to change."""


def load_spec(path: Path) -> dict[str, Any]:
    """Read an OpenAPI document (YAML or JSON) and check it against the OpenAPI schema.

    Raises:
        GenerationError: the file cannot be read, is not YAML, or is not a valid OpenAPI document.
    """
    try:
        document: Any = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise GenerationError(f"{path.name}: {error}") from error
    if not isinstance(document, dict):
        raise GenerationError(
            f"{path.name}: not an OpenAPI document, which is a mapping with `openapi`, `info` and `paths`"
        )
    try:
        validate(document)
    except Exception as error:  # the validator's own, jsonschema's and referencing's
        place = "/".join(str(part) for part in getattr(error, "absolute_path", ()))
        reason = str(getattr(error, "message", error)).splitlines()[0]
        raise GenerationError(
            f"{path.name}: not a valid OpenAPI document: {place or 'the document'}: {reason}"
        ) from error
    return document


def generate(output: Path, *, spec: Path = SPEC, config: Path = CONFIG, templates: Path | None = TEMPLATES) -> Path:
    """Generate the package into `output` and return the package's folder.

    Args:
        output: An existing folder.
        templates: The overrides; None for the generator's own templates (as the benchmarks want them).

    Raises:
        GenerationError: the document, the configuration or a template is invalid, or the generator reported an error
            or a warning.
    """
    document = load_spec(spec)
    try:
        options = ConfigFile.load_from_path(config)
    except (OSError, TypeError, ValueError, YAMLError) as error:
        raise GenerationError(f"{config.name}: {error}") from error
    settings = Config.from_sources(options, MetaType.NONE, spec, "utf-8", overwrite=True, output_path=None)
    if settings.package_name_override is None:
        raise GenerationError(f"{config.name}: package_name_override is missing: it names the package")
    package = output / settings.package_name_override
    settings.output_path = package
    data = GeneratorData.from_dict(document, config=settings)
    if isinstance(data, GeneratorError):
        raise GenerationError(_report([data]))
    facts = Facts(data, document, settings)
    if templates is not None:
        data.models, data.enums = [], []  # they would be a file each; models_init.py.jinja writes them into one
    generator = Project if templates is None else _Project
    project = generator(openapi=data, config=settings, custom_template_path=templates)
    elsewhere = Schemas(facts, "_models.")
    try:
        names = {"clients": clients(document, str(data.title)), "names": modules(document)}
    except FragmentError as error:
        raise GenerationError(f"{spec.name}: {error}") from error
    project.env.globals.update(
        **names,
        document=document,
        facts=facts,
        schemas=Schemas(facts),
        facts_operation=lambda endpoint: Operation(endpoint, facts, elsewhere),
        imports_of=imports_of,
        spelled=spelled,
    )
    # The hooks must find the pinned ruff that stands beside this Python, not another one.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    with _environment(PATH=path), contextlib.redirect_stdout(io.StringIO()):
        try:
            errors = project.build()
        except FragmentError as error:
            raise GenerationError(f"{spec.name}: {error}") from error
        except TemplateSyntaxError as error:
            raise GenerationError(f"templates/{error.name}:{error.lineno}: {error.message}") from error
        except TemplateError as error:
            raise GenerationError(f"templates/: {error.message}") from error
    if errors:
        raise GenerationError(_report(errors))
    if templates is not None:
        header = project.env.get_template("header.jinja").render()
        (package / "py.typed").write_text(f"{header}\n# PEP 561: this package is typed.\n", encoding="utf-8")
        carry_runtime(package, facts)
    return package


def carry_runtime(package: Path, facts: Facts) -> None:
    """Copy the runtime into a package: each module below a line that says where it is from, and else as it is."""
    needed = {"pages.py": facts.has_pages, "forms.py": BodyType.DATA in facts.body_types}
    needed |= {"files.py": BodyType.FILES in facts.body_types}
    for module in sorted(RUNTIME.glob("*.py")):
        if _is_carried(module) and needed.get(module.name, True):
            text = f"# Generated from runtime/{module.name} by `make generate`; do not edit.\n"
            (package / module.name).write_text(text + module.read_text(encoding="utf-8"), encoding="utf-8")


def _is_carried(module: Path) -> bool:
    return module.parent == RUNTIME and module.is_file() and module.name not in ("__init__.py", "document.py")


def drift(package: Path, *, swapped_in: bool = False) -> list[str]:
    """Return how `generated/` differs from a package just generated: a line for each file, none where it does not.

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
    """The overrides that were written against another stock template than the installed generator has.

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
    """Put a whole new package in the place of `generated/`, in which nothing else may live."""
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


def _report(errors: Any) -> str:
    lines = ["openapi-python-client reports:"]
    for error in errors:
        lines.append(f"  {error.header.strip()} {(error.detail or '').strip()}".rstrip())
        if isinstance(error, ParseError) and error.data is not None:
            lines.append(f"    at {error.data.model_dump_json(exclude_unset=True, by_alias=True)[:400]}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Regenerate generated/ from openapi.yaml.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="say how generated/ differs, change nothing")
    mode.add_argument("--output", type=Path, help="write the package below this folder, leave generated/ alone")
    parser.add_argument("--spec", type=Path, default=SPEC, help="another document than openapi.yaml")
    arguments = parser.parse_args()
    try:
        if arguments.output:
            arguments.output.mkdir(parents=True, exist_ok=True)
            print(generate(arguments.output, spec=arguments.spec))
            return 0
        with tempfile.TemporaryDirectory(prefix="generate-") as folder:
            package = generate(Path(folder), spec=arguments.spec)
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
