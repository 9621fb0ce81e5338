"""Test code that uses stored-completions without a mock: an embedded server on loopback, as a pytest fixture.

`stored_completions_testing.server` has the server, `seed` makes what it stores, `faults` makes what goes wrong, and
`plugin` is the pytest plugin. They need the extra `stored-completions[testing]`.
"""
