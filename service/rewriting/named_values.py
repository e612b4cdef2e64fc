"""`GRAPH ?g { VALUES … }` ranges over the named graphs; the engine leaves `?g` unbound where no triple is matched.

`GRAPH ?g {}` in front binds `?g` to each named graph, which is what every solution of the clause has anyway, so the
join adds nothing to a right answer. See https://github.com/oxigraph/oxigraph/issues/1805.
"""

from service.rewriting.edits import Edit, closing, edited, meaningful, word


def values_in_named_graphs(text: str) -> str:
    """The text with `GRAPH ?g {}` before every `GRAPH ?g { VALUES … }` that holds nothing else.

    >>> values_in_named_graphs("SELECT * { GRAPH ?g { VALUES ?x { 1 } } }")
    'SELECT * { GRAPH ?g {} GRAPH ?g { VALUES ?x { 1 } } }'
    """
    if "VALUES" not in text.upper():
        return text
    found = meaningful(text)
    edits: list[Edit] = []
    for place in range(len(found) - 3):
        if word(found, place) != "GRAPH" or found[place + 1].kind != "variable" or word(found, place + 3) != "VALUES":
            continue
        end = closing(found, place + 2)
        data = next((each for each in range(place + 4, len(found)) if found[each].text == "{"), None)
        if end is not None and data is not None and closing(found, data) == end - 1:
            edits.append(Edit(found[place].start, found[place].start, f"GRAPH {found[place + 1].text} {{}} "))
    return edited(text, edits)
