"""Generate a typed client from an OpenAPI spec with `python -m generator`; README.md in this folder is the manual."""
