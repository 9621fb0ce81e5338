"""The client against servers that are not ours: Steady checks its requests, ogx answers them."""
