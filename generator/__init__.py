"""Generate a typed client from an OpenAPI document: `python -m generator`; README.md beside this file is the manual."""
