"""Run the client against other servers: Steady, which checks its requests, and ogx, which answers them."""
