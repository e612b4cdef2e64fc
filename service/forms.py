"""Bodies and forms (`application/x-www-form-urlencoded`), read strictly: what is no text is refused, never replaced."""

from urllib.parse import parse_qsl

from flask import request
from werkzeug.datastructures import MultiDict

from service.errors import UnsupportedType, WrongRequest

FORM = "application/x-www-form-urlencoded"
_MOST = 1000


def form(raw: bytes) -> MultiDict[str, str]:
    """The parameters of a form. Raises WrongRequest for what is not UTF-8, percent-encoded or not, and for too many.

    >>> form("query=ASK+%7B%7D&x=é".encode())
    MultiDict([('query', 'ASK {}'), ('x', 'é')])
    """
    try:
        return MultiDict(parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST))
    except UnicodeDecodeError:
        raise WrongRequest("The form is not percent-encoded UTF-8.") from None
    except ValueError:
        raise WrongRequest(f"The form has more than {_MOST:,} parameters.") from None


def decoded(raw: bytes, what: str) -> str:
    """The text of a body. Raises WrongRequest for what is not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongRequest(f"The {what} is not UTF-8: byte {error.start} cannot be read.") from None


def refuse_other_charsets(of: str) -> None:
    """Raise UnsupportedType where this request says that its body is in another charset than UTF-8."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.casefold() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedType(f"The charset of {of} is UTF-8, not {charset[:40]}.")
