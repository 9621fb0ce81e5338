"""Side-by-side measurements of the generated package and its peers: `make bench`."""
