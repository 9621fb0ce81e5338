"""The tests, in a folder for each room; `support` has what they share, `programs` what is run by hand."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
