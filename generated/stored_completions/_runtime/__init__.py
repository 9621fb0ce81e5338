# Generated from generator/runtime/__init__.py by `make generate`; do not edit.
"""The private runtime that generated packages share; public modules beside it re-export its names."""
