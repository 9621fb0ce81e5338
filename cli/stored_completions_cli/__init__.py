"""The command `stored-completions`: take stored chat completions elsewhere, whole, and look after them."""
