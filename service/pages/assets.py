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


def asset_if_there(name: str) -> str | None:
    """The address of a static file that a page does without, where it is there."""
    return asset(name) if (files("service") / "static" / name).is_file() else None
