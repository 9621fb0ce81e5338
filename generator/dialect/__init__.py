"""Typed Python between the parsed document and the templates: the expressions that they lay out."""
