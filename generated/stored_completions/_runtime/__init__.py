# Generated from generator/runtime/__init__.py by `make generate`; do not edit.
"""What every generated package has, whatever its document; it is private: the modules beside it say what is public."""
