# Generated from openapi.yaml by `make generate`; do not edit.
from typing import Literal

Order = Literal["asc", "desc"]
"""A direction of time."""
