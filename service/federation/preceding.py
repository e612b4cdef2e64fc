"""What a query binds before one of its SERVICE clauses, as a pattern that can be asked by itself.

SPARQL evaluates the elements of a group from left to right, its filters at the end (section 18.2.2). So what stands
before a clause has solutions of its own, and of the clause's those count that are compatible with one of them.

The same holds for what stands before the group that the clause is in: a plain group, or one of a UNION, is joined with
it; an OPTIONAL or MINUS looks for what is compatible with it. But no further outwards: without a solution that fits
what is before the OPTIONAL, there would be one more in which nothing was found, and that may fit what is farther out.
Nor does a sub-SELECT go on, which lets only some variables through. Within GRAPH, EXISTS and LATERAL a group has no
solutions of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from service.federation.groups import Element, Groups
from service.rewriting.edits import Edit, edited, end_of, word
from service.rewriting.path_syntax import NotUnderstood
from service.tokens import FORMS, Token

_OTHERWISE_EACH_TIME = frozenset(("RAND", "UUID", "STRUUID", "NOW", "BNODE"))
"""With these the solutions are other ones when the whole query is evaluated."""

_TRANSPARENT = frozenset(("GROUP", "OPTIONAL", "MINUS"))


@dataclass(frozen=True)
class Preceding:
    """The pattern before a clause, within its query."""

    prologue: str
    dataset: str
    """The FROM clauses."""

    pattern: str
    variables: frozenset[str]
    """All that are written in it, be they bound or not."""

    def question(self, variables: Sequence[str], most: int) -> str:
        """The SELECT query for the different values of some variables."""
        columns = " ".join(f"?{name}" for name in variables)
        return f"{self.prologue}SELECT DISTINCT {columns} {self.dataset}WHERE {{{self.pattern}\n}} LIMIT {most}"


def preceding(text: str, groups: Groups, place: int, instead: Sequence[Edit]) -> Preceding:
    r"""What stands before the clause at a place, with what stands instead of the clauses before it.

    Raises NotUnderstood where it cannot be taken by itself.

    >>> from service.rewriting.edits import meaningful
    >>> text = "SELECT ?l { ?x :same ?m FILTER(?l > 1) OPTIONAL { ?m :of ?n SERVICE :far { ?n :name ?l } } }"
    >>> groups = Groups(meaningful(text))
    >>> place = next(place for place, token in enumerate(groups.found) if token.text == "SERVICE")
    >>> preceding(text, groups, place, []).pattern
    ' ?x :same ?m FILTER(true) { ?m :of ?n \n}'
    """
    found = groups.found
    form = next((place for place in range(len(found)) if word(found, place) in FORMS), len(found))
    where = groups.where(form)
    start = _outermost(groups, where, place)
    if any(word(found, each) in _OTHERWISE_EACH_TIME for each in range(start, place)):
        raise NotUnderstood
    pattern = _Writer(text, groups, instead).before(start, place)
    prologue = text[: found[form].start]
    return Preceding(prologue, _dataset(text, groups, form, where), pattern, groups.mentioned(start, place))


def _outermost(groups: Groups, where: int, place: int) -> int:
    """The brace of the outermost group of which what stands before the clause narrows it."""
    start = opening = where
    while (holder := _holder(groups, opening, place)).start != place:
        start = start if holder.kind == "GROUP" else opening
        opening = _inner(groups, holder, place)
        if groups.is_select(opening):
            start = opening = groups.where(opening + 1)
    return start


def _holder(groups: Groups, opening: int, place: int) -> Element:
    """The element of a group that a place is in."""
    for element in groups.elements(opening):
        if element.start <= place < element.end:
            return element
    raise NotUnderstood


def _inner(groups: Groups, holder: Element, place: int) -> int:
    """The brace of the group in an element that a place is in."""
    for opening in holder.groups:
        if holder.kind in _TRANSPARENT and opening < place < groups.closing[opening]:
            return opening
    raise NotUnderstood


def _dataset(text: str, groups: Groups, form: int, where: int) -> str:
    found = groups.found
    start = next((place for place in range(form, where) if word(found, place) == "FROM"), where)
    end = where - (word(found, where - 1) == "WHERE")
    return text[found[start].start : found[end].start] if start < end else ""


@dataclass(frozen=True)
class _Writer:
    """Writes the beginning of a group as a group."""

    text: str
    groups: Groups
    instead: Sequence[Edit]

    def before(self, opening: int, place: int) -> str:
        """The elements before the clause at a place."""
        holder = _holder(self.groups, opening, place)
        earlier = list(takewhile(lambda each: each.start < holder.start, self.groups.elements(opening)))
        certain = self.groups.joined(earlier).certain
        pieces, end = list[str](), end_of(self.groups.found[opening])
        for element in (*earlier, holder):
            start = self.groups.found[element.start].start
            pieces.append(self._written(end, start))
            if element is not holder:
                end = end_of(self.groups.found[element.end - 1])
                pieces.append(self._written(start, end) if self._holds(element, certain) else "FILTER(true)")
        return "".join(pieces) + ("" if holder.start == place else self._in(holder, place))

    def _in(self, holder: Element, place: int) -> str:
        return f"{{{self.before(_inner(self.groups, holder, place), place)}\n}}"

    def _holds(self, element: Element, certain: frozenset[str]) -> bool:
        """Whether an element decides the same before the clause as at the end of the group.

        A filter does if all its variables have their values already.
        """
        if element.kind != "FILTER":
            return True
        found = self.groups.found[element.start : element.end]
        hides = any(word(found, place) == "EXISTS" or _seems_an_iri(token) for place, token in enumerate(found))
        return not hides and self.groups.mentioned(element.start, element.end) <= certain

    def _written(self, start: int, end: int) -> str:
        inside = [each for each in self.instead if start <= each.start < end]
        return edited(self.text[start:end], [Edit(each.start - start, each.end - start, each.text) for each in inside])


def _seems_an_iri(token: Token) -> bool:
    """Whether a token may be an IRI as well as a piece of a comparison of variables, such as `?a<?b&&?c>?d`."""
    return token.kind == "iri" and not set("?$").isdisjoint(token.text)
