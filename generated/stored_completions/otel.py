# Generated from openapi.yaml by `make generate`; do not edit.
"""Report calls to OpenTelemetry as spans and metrics."""

from ._runtime.otel import instrument

__all__ = ("instrument",)
