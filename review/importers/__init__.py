"""The Python part: find out what a change breaks for code that imports the generated package."""
