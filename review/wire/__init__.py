"""The contract part: what a change of an OpenAPI document means on the wire."""
