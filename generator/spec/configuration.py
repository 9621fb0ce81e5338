"""Read generator-config.yml: options, features, the client's names, and problems to accept or leave out."""

from __future__ import annotations

from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path
from typing import Any, Final

from openapi_python_client.config import ConfigFile
from pydantic import ValidationError

from .extensions import mistakes
from .features import FEATURES
from .places import DocumentError, Pointer, printable
from .reading import Document, read
from .wording import instead

# The keys that are not options of openapi-python-client.
OWN: Final = ("accept", "leave_out", "client", "command", "features")
_RUFF: Final = "--isolated --no-cache --quiet --target-version py311 --line-length 120"
# Defaults that differ from openapi-python-client's. Enums are `Literal` types, whose values are plain strings. The
# hooks run the pinned ruff, without other configuration.
_DEFAULTS: Final[dict[str, Any]] = {
    "literal_enums": True,
    "use_path_prefixes_for_title_model_names": False,
    "post_hooks": [
        f"ruff check {_RUFF} --fix-only --select F401,I,UP,RUF022"
        " --config lint.isort.split-on-trailing-comma=false --config lint.isort.combine-as-imports=true .",
        f"ruff format {_RUFF} --config format.skip-magic-trailing-comma=true .",
    ],
}


@dataclass(frozen=True)
class Choice:
    """An entry of `accept` or `leave_out`.

    Attributes:
        at: The pattern of the pointers in the spec that the entry means.
        reason: Why they are accepted or left out.
        pointer: The pointer of the entry in the configuration.
    """

    at: str
    reason: str
    pointer: Pointer


@dataclass(frozen=True)
class Configuration:
    """The content of generator-config.yml.

    Attributes:
        document: The file.
        options: The options of openapi-python-client.
        accept: The problems of the spec that are accepted.
        leave_out: The parts of the spec that are left out.
        client: Values that override the spec's `x-generator-client`.
        command: The command that the first line of generated files names.
        features: The optional features of the package.
    """

    document: Document
    options: ConfigFile
    accept: list[Choice]
    leave_out: list[Choice]
    client: dict[str, Any]
    command: str
    features: frozenset[str]


def configure(path: Path) -> Configuration:
    """Read a configuration.

    Raises:
        DocumentError: The file cannot be read, or has an unknown key or a value of the wrong type.
    """
    if not path.exists():
        raise DocumentError(
            f"{path}: there is no such configuration: write one with the line `package_name_override: NAME`, which"
            " names the package, or say by --config where it is"
        )
    document = read(path)
    if not isinstance(document.value, dict):
        raise DocumentError(f"{document.name}: not a configuration, which is a mapping with package_name_override")
    options = _options(document)
    client = document.value.get("client") or {}
    for at, message in mistakes("x-generator-client", client):
        pointer = ("client", *at)
        raise DocumentError(f"{document.where(pointer)}: {message}")
    command = document.value.get("command", "python -m generator")
    if not isinstance(command, str) or not command.isprintable() or not command:
        raise DocumentError(f"{document.place(('command',))}: command is one line: what people run to generate")
    accept, leave_out = _choices(document, "accept"), _choices(document, "leave_out")
    return Configuration(document, options, accept, leave_out, client, command, _features(document))


def _options(document: Document) -> ConfigFile:
    """Return the options of openapi-python-client, with our defaults.

    Raises:
        DocumentError: An option is unknown or invalid.
    """
    known = [*ConfigFile.model_fields, *OWN]
    for key in document.value:
        if key not in known:
            meant = instead(key, known) or f": one of {', '.join(known)}"
            raise DocumentError(f"{document.place((key,))}: unknown key `{key}`{meant}")
    own = {key: value for key, value in document.value.items() if key not in OWN}
    try:
        options = ConfigFile(**{**_DEFAULTS, **own})
    except ValidationError as error:
        first = error.errors()[0]
        pointer = tuple(str(part) for part in first["loc"])
        raise DocumentError(f"{document.where(pointer)}: {first['msg']}") from error
    if options.package_name_override is None:
        raise DocumentError(f"{document.name}: package_name_override is missing: it names the package")
    if not options.literal_enums:
        raise DocumentError(
            f"{document.place(('literal_enums',))}: literal_enums: false cannot be obeyed: enums are types here, so"
            " that a value that the document does not list is kept: take the line out"
        )
    for key in ("package_name_override", "field_prefix"):
        name = getattr(options, key)
        if not name.isidentifier() or iskeyword(name):
            raise DocumentError(
                f"{document.place((key,))}: {key} is no name that Python can import: use letters, digits and _"
            )
    return options


def _features(document: Document) -> frozenset[str]:
    named: Any = document.value.get("features") or []
    expected = f"`features` is a list of some of {', '.join(FEATURES)}"
    if not isinstance(named, list):
        raise DocumentError(f"{document.place(('features',))}: {expected}")
    for index, name in enumerate(named):
        if name not in [*FEATURES]:
            place = document.place(("features", str(index)))
            raise DocumentError(f"{place}: {printable(str(name))} is no feature: {expected}")
    return frozenset(named)


def _choices(document: Document, key: str) -> list[Choice]:
    entries: Any = document.value.get(key) or []
    if not isinstance(entries, list):
        raise DocumentError(f"{document.place((key,))}: `{key}` is a list, of entries with `at` and `reason`")
    found = []
    for index, entry in enumerate(entries):
        pointer = (key, str(index))
        is_known = isinstance(entry, dict) and {*entry} == {"at", "reason"}
        if not is_known or not all(isinstance(value, str) and value.strip() for value in entry.values()):
            raise DocumentError(
                f"{document.place(pointer)}: an entry of `{key}` has `at`, a place in the document such as"
                " /paths/~1pets/get (* stands for anything), and a `reason`, and nothing else"
            )
        found.append(Choice(entry["at"], entry["reason"], pointer))
    return found
