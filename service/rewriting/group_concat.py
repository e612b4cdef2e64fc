"""GROUP_CONCAT gives a literal without a language (SPARQL 1.1, section 18.5.1.7); the engine keeps a shared one.

`STR` around the aggregate takes the language away and changes nothing else: what has none stays as it is, and an error
stays one. Mended upstream by https://github.com/oxigraph/oxigraph/pull/1717, not yet released.
"""

from service.rewriting.edits import Edit, closing, edited, end_of, meaningful, word


def plain_group_concat(text: str) -> str:
    """The text with `STR` around every GROUP_CONCAT.

    >>> plain_group_concat("SELECT (GROUP_CONCAT(DISTINCT ?x; SEPARATOR=', ') AS ?y) {}")
    "SELECT (STR(GROUP_CONCAT(DISTINCT ?x; SEPARATOR=', ')) AS ?y) {}"
    """
    if "GROUP_CONCAT" not in text.upper():
        return text
    found = meaningful(text)
    edits: list[Edit] = []
    for place in range(len(found) - 1):
        if word(found, place) == "GROUP_CONCAT" and found[place + 1].text == "(":
            end = closing(found, place + 1)
            if end is not None:
                edits += (
                    Edit(found[place].start, found[place].start, "STR("),
                    Edit(end_of(found[end]), end_of(found[end]), ")"),
                )
    return edited(text, edits)
