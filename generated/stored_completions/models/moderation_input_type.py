# Generated from openapi.yaml by `make generate`; do not edit.
from typing import Literal

ModerationInputType = Literal["image", "text"]
"""The kinds of input that the vendor names."""
