"""Compute the expressions of the generated code, which the templates lay out, from the parsed spec."""
