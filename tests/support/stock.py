"""Generate packages with openapi-python-client alone: its own templates, and a spec that nothing has prepared."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError


class StockError(Exception):
    """The stock generator reported an error."""


def generate(document: Mapping[str, Any], package: Path, **options: Any) -> int:
    """Generate the package of a document, and return the number of warnings.

    Args:
        package: The folder to write; its name is that of the package.
        options: The options that differ from the stock generator's defaults.

    Raises:
        StockError: The document cannot be generated at all.
    """
    configured = ConfigFile(package_name_override=package.name, post_hooks=[], **options)
    settings = Config.from_sources(
        configured, MetaType.NONE, Path("openapi.json"), "utf-8", overwrite=True, output_path=package
    )
    data = GeneratorData.from_dict(dict(document), config=settings)
    if isinstance(data, GeneratorError):
        raise StockError((data.detail or data.header).splitlines()[0])
    with contextlib.redirect_stdout(io.StringIO()):
        return len(Project(openapi=data, config=settings).build())
