"""Property paths that the engine evaluates otherwise than SPARQL 1.1, section 18.

Alternatives: `x a|b y` is the union of `x a y` and `x b y` with all their solutions; the engine drops those that are
equal. Written as UNION, and taken out of sequences, over which a union distributes, none is lost. Paths that repeat are
sets and stay as they are.

Ends: `<x> p* ?y` has the solution `?y = <x>` even where no triple has `<x>`; the engine's has it only where one does.
Written as a union of that solution and all the others, it is always there once.
"""

from collections.abc import Callable, Iterator

from service.rewriting.edits import Edit, edited, meaningful
from service.rewriting.path_syntax import NotUnderstood, Repeated
from service.rewriting.statements import Pattern, Statement, statements


def mended_alternatives(text: str) -> str:
    """The text with UNION in the place of alternatives.

    >>> mended_alternatives("PREFIX : <http://e/> SELECT * { ?s (:a|:b)/:c ?o }")
    'PREFIX : <http://e/> SELECT * { { ?s :a/:c ?o } UNION { ?s :b/:c ?o } }'
    """
    return _mended(text, "|", _alternatives)


def mended_ends(text: str) -> str:
    """The text with the path of length zero said for itself where an end is constant.

    >>> mended_ends("PREFIX : <http://e/> SELECT * { :s :a* ?o }")
    'PREFIX : <http://e/> SELECT * { { VALUES ?o { :s } } UNION { :s :a * ?o FILTER(!sameTerm(?o, :s)) } }'
    """
    return _mended(text, "*?", _ends)


def _mended(text: str, signs: str, mend: Callable[[Statement], Iterator[str]]) -> str:
    if not any(sign in text for sign in signs):
        return text
    found = meaningful(text)
    if not any(token.text in signs for token in found):
        return text
    edits: list[Edit] = []
    for statement in statements(found):
        try:
            mended = list(mend(statement))
            is_other = mended != [_plain(pattern) for pattern in statement.patterns]
        except NotUnderstood:
            continue
        if is_other:
            edits.append(Edit(statement.start, statement.end, " . ".join(mended)))
    return edited(text, edits)


def _plain(pattern: Pattern) -> str:
    branches = pattern.path.branches()
    return f"{pattern.subject.text} {branches[0]} {pattern.object.text}" if len(branches) == 1 else ""


def _alternatives(statement: Statement) -> Iterator[str]:
    for pattern in statement.patterns:
        subject, object_ = pattern.subject.text, pattern.object.text
        written = [f"{subject} {branch} {object_}" for branch in pattern.path.branches()]
        yield written[0] if len(written) == 1 else " UNION ".join(f"{{ {each} }}" for each in written)


def _ends(statement: Statement) -> Iterator[str]:
    for pattern in statement.patterns:
        (branch, *others) = pattern.path.branches()
        if others:
            raise NotUnderstood
        yield _with_end(pattern, branch, statement.in_graph)


def _with_end(pattern: Pattern, branch: str, in_graph: bool) -> str:
    """The pattern with its zero-length solution; within GRAPH that depends on the graph, so it stays."""
    start, end = pattern.subject, pattern.object
    plain = f"{start.text} {branch} {end.text}"
    repeats = isinstance(pattern.path, Repeated) and pattern.path.sign in "*?"
    if not repeats or in_graph or (start.is_variable and end.is_variable):
        return plain
    rest = f"{{ {plain} FILTER(!sameTerm({end.text}, {start.text})) }}"
    if not start.is_variable and not end.is_variable:
        return f"{{ FILTER(sameTerm({end.text}, {start.text})) }} UNION {rest}"
    variable, constant = (start, end) if start.is_variable else (end, start)
    return f"{{ VALUES {variable.text} {{ {constant.text} }} }} UNION {rest}"
