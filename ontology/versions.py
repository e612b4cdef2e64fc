"""The vocabulary in every version that was ever released: the current one, and those frozen in `versions/`."""

import re
from importlib.resources import files

from ontology.terms import VERSION

_VERSION = re.compile(r"\d+\.\d+\.\d+")


def turtle_of(version: str = VERSION) -> bytes | None:
    """The file of a version, byte for byte as it was released; None if there was no such version.

    >>> turtle_of("0.0.0") is None
    True
    """
    folder = files("ontology")
    if version == VERSION:
        return (folder / "etiograph.ttl").read_bytes()
    frozen = folder / "versions" / f"{version}.ttl"
    return frozen.read_bytes() if _VERSION.fullmatch(version) and frozen.is_file() else None
