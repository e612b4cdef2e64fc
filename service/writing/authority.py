"""Who sends a request: the bearer token of its Authorization header (RFC 6750), and what that token may do."""

import re

from flask import request

from service.current import current_settings
from service.errors import Forbidden, NotAuthenticated, WritingOff, WrongRequest
from service.settings import Settings
from service.writing.access import Access
from service.writing.bearers import Bearers, same

_BEARER = re.compile(r"Bearer +([A-Za-z0-9\-._~+/]+=*) *", re.IGNORECASE)
_OPEN = ("/health", "/ready", "/metrics", "/robots.txt")
_SWITCH = (
    "Writing is switched off here. To switch it on, run `etiograph token create --role write` on the server, or set "
    "ETIOGRAPH_WRITE_TOKEN for it, and send the token as `Authorization: Bearer …`."
)


def writer() -> Access:
    """The rights of a request that wants to write. Raises WritingOff, NotAuthenticated, Forbidden, WrongRequest."""
    if not writing_is_on(current_settings()):
        raise WritingOff(_SWITCH)
    access = _access()
    if not access.covers("write"):
        raise Forbidden("This token may only read; ask for one made with `etiograph token create --role write`.")
    return access


def refuse_strangers() -> None:
    """Where reading is private, raise NotAuthenticated for a request without a token; preflights carry none."""
    if current_settings().private_reads and request.method != "OPTIONS" and request.path not in _OPEN:
        _access()


def _access() -> Access:
    if "access_token" in request.args:
        raise WrongRequest("A token never belongs in an address, where logs keep it; send it as Authorization: Bearer.")
    header = request.headers.get("Authorization")
    if header is None:
        raise NotAuthenticated("This needs a token; send it as `Authorization: Bearer …`.", "")
    if not (match := _BEARER.fullmatch(header)):
        raise NotAuthenticated("The Authorization header does not hold a bearer token.", "invalid_token")
    if access := _known(match[1]):
        return access
    raise NotAuthenticated("The token is not known here, or has been revoked.", "invalid_token")


def _known(token: str) -> Access | None:
    quick = current_settings().write_token
    if quick and same(quick, token):
        return Access("write")
    bearer = Bearers(current_settings().data).of(token)
    return bearer.access if bearer else None


def writing_is_on(settings: Settings) -> bool:
    """Whether anybody may write."""
    return bool(settings.write_token) or any(each.access.covers("write") for each in Bearers(settings.data).all())
