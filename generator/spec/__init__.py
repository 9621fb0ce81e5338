"""OpenAPI documents: read with places, checked, and prepared for the parser. `reading` and `places` need YAML alone."""
