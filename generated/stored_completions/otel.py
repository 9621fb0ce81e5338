# Generated from openapi.yaml by `make generate`; do not edit.
"""Spans and metrics of OpenTelemetry."""

from ._runtime.otel import instrument

__all__ = ("instrument",)
