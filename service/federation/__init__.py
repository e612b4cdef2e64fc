"""Asking other services for `SERVICE` and `LOAD`: from a list of addresses, by the web process, never by the engine."""
