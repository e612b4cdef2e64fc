"""Stylesheets and scripts at addresses that change with their content, so that browsers may keep them."""

import hashlib
from functools import cache
from importlib.resources import files


@cache
def asset(name: str) -> str:
    """The address of a static file.

    >>> asset("etiograph.css").startswith("/static/etiograph.css?v=")
    True
    """
    content = (files("service") / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:8]}"
