# Generated from openapi.yaml by `make generate`; do not edit.
from typing import Literal

ServiceTier = Literal["auto", "default", "fast", "flex", "priority", "scale"]
"""The processing tiers that the vendor names."""
