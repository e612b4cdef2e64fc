"""`SELECT *` has its columns in the order of the query; the engine's are in that of the alphabet.

SPARQL leaves the order open, but tables are read by people. Which variables there are is what the engine says, so the
worker puts them in the place of the star that is found here.
"""

from typing import NamedTuple

from service.rewriting.edits import meaningful, word

_LONGEST = 20_000
"""Characters; longer texts are not planned twice."""


class Star(NamedTuple):
    """The `*` of a SELECT clause, and the variables of the query in the order in which they are written."""

    place: int
    variables: tuple[str, ...]


def star(text: str, written: str) -> Star | None:
    """The star of a text whose variables were written in the order of another.

    >>> star("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o }")
    Star(place=7, variables=('s', 'p', 'o'))
    >>> star("SELECT (2 * 3 AS ?six) {}", "SELECT (2 * 3 AS ?six) {}") is None
    True
    """
    if "*" not in text or len(text) > _LONGEST:
        return None
    found = meaningful(text)
    select = next((place for place in range(len(found)) if word(found, place) == "SELECT"), len(found))
    place = select + 1 + (word(found, select + 1) in ("DISTINCT", "REDUCED"))
    if place >= len(found) or found[place].text != "*":
        return None
    mentioned = dict.fromkeys(token.text[1:] for token in meaningful(written) if token.kind == "variable")
    return Star(found[place].start, tuple(mentioned))
