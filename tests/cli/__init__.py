"""The command `stored-completions`, run as a process of its own against the embedded server."""
