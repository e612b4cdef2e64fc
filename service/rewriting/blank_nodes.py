"""`BNODE("a")` gives another node for each solution (SPARQL 1.1, section 17.4.2.9); the engine's is the same for all.

A variable that no one sees gets a fresh text for each solution, and stands before the argument: within a solution equal
arguments still give one node. Only the expressions of the outermost SELECT are rewritten, and only where nothing is
grouped, for there every solution of the pattern is one row. A rewritten name is a plain hash, so that it is a legal
label in every format, whatever the argument.
"""

from service.rewriting.edits import Edit, closing, edited, end_of, meaningful, unused_variable, word
from service.tokens import Token

_GROUPS = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "GROUP", "HAVING"))


def blank_nodes_per_solution(text: str) -> str:
    """The text with a fresh part in the argument of each BNODE of the SELECT clause.

    >>> blank_nodes_per_solution("SELECT (BNODE(?x) AS ?b) WHERE { ?s ?p ?x }")
    'SELECT (BNODE(MD5(CONCAT(?solution0, ?x))) AS ?b) WHERE {{ ?s ?p ?x } BIND(STRUUID() AS ?solution0)}'
    """
    if "BNODE" not in text.upper():
        return text
    found = meaningful(text)
    span = _select_clause(found)
    if span is None:
        return text
    head, opening, end = span
    fresh = unused_variable(text, "solution")
    edits: list[Edit] = []
    for place in range(head, opening):
        if word(found, place) == "BNODE" and found[place + 1].text == "(" and found[place + 2].text != ")":
            close = closing(found, place + 1)
            if close is None or close > opening:
                return text
            before, after = end_of(found[place + 1]), found[close].start
            edits += (Edit(before, before, f"MD5(CONCAT({fresh}, "), Edit(after, after, "))"))
    if not edits:
        return text
    start, stop = found[opening].start, end_of(found[end])
    return edited(text, [*edits, Edit(start, start, "{"), Edit(stop, stop, f" BIND(STRUUID() AS {fresh})}}")])


def _select_clause(found: list[Token]) -> tuple[int, int, int] | None:
    """Where SELECT stands, and the braces of its pattern; None where solutions are grouped or it is no SELECT."""
    opening = _pattern(found)
    if opening is None or any(token.text.upper() in _GROUPS for token in found[:opening]):
        return None
    head = next((place for place in range(opening) if word(found, place) == "SELECT"), None)
    end = closing(found, opening)
    if head is None or end is None or any(token.text.upper() in _GROUPS for token in found[end:]):
        return None
    return head, opening, end


def _pattern(found: list[Token]) -> int | None:
    """The place of the first brace that stands in no other bracket, so not that of an EXISTS in an expression."""
    depth = 0
    for place, token in enumerate(found):
        if token.text == "{" and depth == 0:
            return place
        depth += (token.kind == "open") - (token.kind == "close")
    return None
