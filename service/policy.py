"""What a page may load and run: everything from here, nothing from elsewhere, nothing written into the page itself.

The one exception is a style element with the nonce of this very answer, which the query editor needs.
"""

import secrets

from flask import Flask, g

from service.operations.record import record

_RULES = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def install(app: Flask) -> None:
    """Let templates ask for the nonce of their answer."""
    app.jinja_env.globals["nonce"] = nonce


def nonce() -> str:
    """The nonce of this answer, which the header allows styles of from now on."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
        record().keep = False  # it is for this answer only
    found: str = g.nonce
    return found


def header() -> str:
    """The value of Content-Security-Policy for this answer."""
    given = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
    return "; ".join(f"{name} {value}{given if name == 'style-src' else ''}" for name, value in _RULES.items())
