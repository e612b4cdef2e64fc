"""Keeps XML answers well-formed: the engine writes some characters that XML cannot carry, and one that XML changes."""

import re

from service.errors import NotAcceptable

_IMPOSSIBLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_NO_LOCAL_NAME = re.compile(rb"<oxprefix:[\s>]")


def carried_by_xml(body: bytes, instead: str) -> bytes:
    r"""The same XML with carriage returns that survive a parser. Raises NotAcceptable, naming what to ask for instead.

    >>> carried_by_xml(b"<literal>a\rb</literal>", "text/csv")
    b'<literal>a&#13;b</literal>'
    """
    if _IMPOSSIBLE.search(body):
        raise NotAcceptable(f"The answer holds a character that XML cannot carry; ask for {instead}.")
    if _NO_LOCAL_NAME.search(body):
        raise NotAcceptable(f"The answer holds a property whose IRI RDF/XML cannot write; ask for {instead}.")
    return body.replace(b"\r", b"&#13;")
