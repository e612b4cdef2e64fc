"""The JSON API described: each operation once, for the OpenAPI document, for its page, and for tests."""
