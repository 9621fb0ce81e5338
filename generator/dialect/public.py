"""The modules of a package that re-export names: of its private runtime, and the names that the spec declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ..spec.extensions import ExtensionError, check_identifier
from ..spec.features import FEATURES
from .context import Context

# The folder of a generated package that the runtime is copied into.
PRIVATE: Final = "_runtime"
# The docstring of each public module, and its names by their modules in the runtime.
PUBLIC: Final[Mapping[str, tuple[str, Mapping[str, Sequence[str]]]]] = {
    "client": (
        "The clients that endpoint functions take, their options and defaults, and httpx clients for them.",
        {
            "client": ["AuthenticatedClient", "Client"],
            "options": ["RequestOptions", "MAX_RESPONSE_BYTES", "MAX_RETRIES", "TIMEOUT"],
            "aiohttp_client": ["DefaultAioHttpClient"],
            "defaults": ["DefaultAsyncHttpxClient", "DefaultHttpxClient"],
        },
    ),
    "errors": (
        "The errors that the package raises, besides ValueError and TypeError.",
        {
            "errors": [
                *("Error", "CredentialsError", "APIError", "PagingError", "APIConnectionError", "APITimeoutError"),
                *("APIResponseError", "APIResponseValidationError", "APIStatusError", "BadRequestError"),
                *("AuthenticationError", "PermissionDeniedError", "NotFoundError", "ConflictError"),
                *("UnprocessableEntityError", "RateLimitError", "InternalServerError"),
            ]
        },
    ),
    "pages": ("Lists in pages.", {"pages": ["AsyncPage", "AsyncPager", "Page"]}),
    "otel": ("Report calls to OpenTelemetry as spans and metrics.", {"otel": ["instrument"]}),
}
# The module `types`, as the stock generator calls it.
_TYPES: Final = (
    "The types that the models, the endpoints and the clients share.",
    {
        "model": ["Model"],
        "compat": ["Model"],
        "bodies": ["File"],
        "pages": ["AsyncPage", "AsyncPager", "Page"],
        "raw": ["AsyncStreamedResponse", "StreamedResponse"],
        "response": ["Response"],
        "unset": ["UNSET", "Unset"],
    },
)


class Module(NamedTuple):
    """A module that re-exports names.

    Attributes:
        path: Its path in the package.
        docstring: Its docstring.
        lines: Its import statements and unions.
        names: Its names.
        lazy: The names that are imported on first use, by their modules; under "" names that are modules themselves.
    """

    path: str
    docstring: str
    lines: list[str]
    names: list[str]
    lazy: Mapping[str, list[str]]


def modules(context: Context) -> dict[str, Module]:
    """Return the modules that re-export names, by their names; the package itself has the name `""`.

    Raises:
        ExtensionError: `names` in `x-generator-client` has a module or a name that cannot be generated.
    """
    own, declared = _own_names(context), context.extension.names
    found = {}
    for name in dict.fromkeys(["", *own, *declared]):
        sources = {**own.get(name, {}), **declared.get(name, {})}
        below = [other.rpartition(".")[2] for other in declared if other and other.rpartition(".")[0] == name]
        parts, parent = name.split(".") if name else [], name.rpartition(".")[0]
        for word in (*parts, *sources):
            check_identifier(word, "names")
        if parent and parent not in declared:
            raise ExtensionError(f"x-generator-client: names has {name}, but not its parent {parent}")
        is_package = name in ("", "types") or bool(below)
        path = "/".join([*parts, "__init__.py"]) if is_package else "/".join(parts) + ".py"
        is_taken = name in own and name in declared and name != "types"
        if is_taken or (parts and parts[0] in ("api", "models", PRIVATE)):
            raise ExtensionError(f"x-generator-client: names has a module that the package has itself: {path}")
        lazy: dict[str, list[str]] = {}
        if name == "types":  # importing a client does not import the models
            models = [word for word, source in sources.items() if source == f".models.{word}"]
            lazy = {module: words for module, words in (("", below), ("..models", models)) if words}
        put_off = {word for words in lazy.values() for word in words}
        lines = [f"from . import {other}" for other in below if other not in put_off]
        eager = {word: source for word, source in sources.items() if word not in put_off}
        lines += _lines(eager, "." * (len(parts) + is_package))
        docstring, _ = {**PUBLIC, "types": _TYPES}.get(name, (f"Names of this package, re-exported as `{name}`.", {}))
        found[name] = Module(path, docstring, lines, [*sources, *below], lazy)
    return found


def _own_names(context: Context) -> dict[str, dict[str, str]]:
    """Return the names of the public modules and of `types`, with their sources as in `x-generator-client`."""
    absent = {module for feature, module in FEATURES.items() if feature not in context.features}
    absent |= {"model"} if "compat" in context.features else set()
    absent |= {module for module, has in (("pages", context.has_pages), ("bodies", context.has_files)) if not has}
    found = {}
    for name, (_, sources) in {"types": _TYPES, **PUBLIC}.items():
        kept = [(module, words) for module, words in sources.items() if module not in absent]
        if kept:
            found[name] = {word: f".{PRIVATE}.{module}.{word}" for module, words in kept for word in words}
    return found


def _lines(sources: Mapping[str, str | Sequence[str]], dots: str) -> Iterator[str]:
    """Yield the statements that define names.

    Args:
        sources: The source of each name, which begins with a dot for the package; a list is a union.
        dots: The dots that lead to the package.
    """
    unions = []
    for name, source in sources.items():
        variants = [source] if isinstance(source, str) else source
        for variant in variants:
            module, _, found = variant.rpartition(".")
            for word in (found, *filter(None, module.split("."))):
                check_identifier(word, "names")
            if not re.fullmatch(r"(\.|httpx\b).*", module) or ".." in module:
                raise ExtensionError(
                    f"x-generator-client: names has {variant}, which is neither the package's own nor httpx's"
                )
            known_as = name if isinstance(source, str) else f"_{found}"
            module = dots + module[1:] if module.startswith(".") else module
            yield f"from {module} import {found}" + f" as {known_as}" * (found != known_as)
        if len(variants) > 1:
            unions.append(f"{name} = {' | '.join('_' + variant.rpartition('.')[2] for variant in variants)}")
    yield from unions
