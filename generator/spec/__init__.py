"""Read OpenAPI documents with the places of their values, check them, and prepare them for the parser.

The modules `reading` and `places` import nothing but a YAML parser.
"""
