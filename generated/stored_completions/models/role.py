# Generated from openapi.yaml by `make generate`; do not edit.
from typing import Literal

Role = Literal["assistant", "developer", "function", "system", "tool", "user"]
"""The roles that the vendor names."""
