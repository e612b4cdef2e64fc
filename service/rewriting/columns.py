"""`SELECT *` has its columns in the order of the query; the engine's are in that of the alphabet.

SPARQL leaves the order open, but tables are read by people. Which variables there are is what the engine says.
"""

from collections.abc import Sequence

from service.rewriting.edits import Edit, edited, end_of, meaningful, word

_LONGEST = 20_000
"""Characters; longer texts are not planned twice."""


def with_columns(text: str, written: str, names: Sequence[str]) -> str:
    """The text with its variables instead of `*`, in the order in which `written` has them.

    >>> with_columns("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o }", ["o", "p", "s"])
    'SELECT ?s ?p ?o { ?s ?p ?o }'
    """
    if len(text) > _LONGEST:
        return text
    found = meaningful(text)
    select = next((place for place in range(len(found)) if word(found, place) == "SELECT"), len(found))
    star = select + 1 + (word(found, select + 1) in ("DISTINCT", "REDUCED"))
    if star >= len(found) or found[star].text != "*":
        return text
    mentioned = dict.fromkeys(token.text[1:] for token in meaningful(written) if token.kind == "variable")
    ordered = [name for name in mentioned if name in set(names)]
    if ordered == list(names) or len(ordered) != len(names):
        return text
    return edited(text, [Edit(found[star].start, end_of(found[star]), " ".join(f"?{name}" for name in ordered))])
