"""Tests in a folder for each room of the house; what they share is in `support`, what is run by hand in `programs`."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
