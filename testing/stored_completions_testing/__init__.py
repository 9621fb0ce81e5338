"""An embedded server on loopback, and a pytest fixture for it, to test code that uses stored-completions without mocks.

The server is in `server`. `seed` makes completions and messages for it to store, `faults` makes faulty responses, and
`plugin` is the pytest plugin. All of them need the extra `stored-completions[testing]`.
"""
