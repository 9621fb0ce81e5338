"""The command `stored-completions`: export, list, show, update and delete stored chat completions."""
