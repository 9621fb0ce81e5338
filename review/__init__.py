"""Find out what a change of an OpenAPI document breaks, on the wire and in the generated Python package."""
