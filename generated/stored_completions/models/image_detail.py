# Generated from openapi.yaml by `make generate`; do not edit.
from typing import Literal

ImageDetail = Literal["auto", "high", "low"]
"""The levels of detail that the vendor names."""
