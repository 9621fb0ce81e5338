# Generated from generator/runtime/__init__.py by `make generate`; do not edit.
"""The part that every generated package shares. It is private: the modules beside it say what is public."""
