"""The command `stored-completions`, run as a process against the embedded server."""
