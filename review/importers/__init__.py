"""The Python part: what a change means for code that imports the generated package."""
