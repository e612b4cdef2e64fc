"""The elements of groups, read from tokens, and the variables that they bind (SPARQL 1.1, section 18.2).

Only what is understood completely is read; everything else raises NotUnderstood, so that nothing is concluded from it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from service.rewriting.edits import word
from service.rewriting.path_syntax import NotUnderstood
from service.tokens import Token

_CLOSING = {"{": "}", "(": ")", "[": "]", "<<": ">>"}
_KEYWORDS = frozenset(("OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES"))
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Element:
    """A part of a group: triples, or what a keyword begins. Groups joined by UNION are one element."""

    kind: str
    """TRIPLES, GROUP, or the keyword."""

    start: int
    """The place of its first token."""

    end: int
    """The place after its last token."""

    groups: tuple[int, ...] = ()
    """The places of the braces of the patterns in it; those of EXISTS are not among them."""


class Bound(NamedTuple):
    """The variables of a pattern."""

    certain: frozenset[str]
    """Those that every solution binds."""

    visible: frozenset[str]
    """Those that a solution may bind."""


class Groups:
    """The groups of a text. Raises NotUnderstood, already when it is made."""

    def __init__(self, found: list[Token]) -> None:
        self.found = found
        self.closing = _pairs(found)
        """The place of the bracket that closes the one at a place."""

        self._elements: dict[int, Element] = {}
        self._bound: dict[Element, Bound] = {}

    def elements(self, opening: int) -> Iterator[Element]:
        """The elements of the group whose brace is at a place, in their order.

        >>> from service.rewriting.edits import meaningful
        >>> groups = Groups(meaningful("ASK { ?s ?p ?o OPTIONAL { ?o ?q ?r } FILTER(?s != ?o) { ?s a ?t } UNION {} }"))
        >>> [element.kind for element in groups.elements(1)]
        ['TRIPLES', 'OPTIONAL', 'FILTER', 'GROUP']
        """
        place = opening + 1
        while place < self.closing[opening]:
            if self._text(place) == ".":
                place += 1
                continue
            element = self._elements.get(place)
            if element is None:
                element = self._elements[place] = self.element(place)
            yield element
            place = element.end

    def element(self, place: int) -> Element:
        """The element that begins at a place."""
        match word(self.found, place):
            case "OPTIONAL" | "MINUS" | "LATERAL":
                return self._braced(place, place + 1)
            case "GRAPH":
                return self._braced(place, place + 2)
            case "SERVICE":
                return self._braced(place, place + 2 + (word(self.found, place + 1) == "SILENT"))
            case "FILTER":
                return Element("FILTER", place, self._constraint(place + 1))
            case "BIND":
                return Element("BIND", place, self._after(place + 1, "("))
            case "VALUES":
                return Element("VALUES", place, self._after(self._next(place + 1), "{"))
        return self._union(place) if self._text(place) == "{" else self._triples(place)

    def is_select(self, opening: int) -> bool:
        """Whether a group is a sub-SELECT."""
        return word(self.found, opening + 1) == "SELECT"

    def where(self, form: int) -> int:
        """The brace of the pattern that belongs to a SELECT, ASK, CONSTRUCT or DESCRIBE."""
        place = form + 1
        if word(self.found, form) == "CONSTRUCT" and self._text(place) == "{":
            place = self.closing[place] + 1
        while self._text(place) != "{":
            place = self._next(place)
        return place

    def bound(self, opening: int) -> Bound:
        """The variables of the group whose brace is at a place."""
        if self.is_select(opening):
            return self._projected(opening + 1)
        return self.joined(self.elements(opening))

    def joined(self, elements: Iterable[Element]) -> Bound:
        """The variables of elements that stand in one group."""
        each = list[Bound]()
        for element in elements:
            bound = self._bound.get(element)
            if bound is None:
                bound = self._bound[element] = self._of(element)
            each.append(bound)
        return Bound(_NOTHING.union(*(one.certain for one in each)), _NOTHING.union(*(one.visible for one in each)))

    def mentioned(self, start: int, end: int) -> frozenset[str]:
        """The variables that are written between two places."""
        return frozenset(token.text[1:] for token in self.found[start:end] if token.kind == "variable")

    def _of(self, element: Element) -> Bound:
        names = self.mentioned(element.start, element.end)
        match element.kind:
            case "TRIPLES":
                return Bound(names, names)
            case "VALUES":
                undefined = any(word(self.found, place) == "UNDEF" for place in range(element.start, element.end))
                return Bound(_NOTHING if undefined else names, names)
            case "BIND":
                return Bound(_NOTHING, self.mentioned(element.end - 2, element.end))
            case "FILTER" | "MINUS":
                return Bound(_NOTHING, _NOTHING)
        inner = [self.bound(opening) for opening in element.groups]
        visible = _NOTHING.union(*(each.visible for each in inner))
        if element.kind == "GROUP":
            return Bound(inner[0].certain.intersection(*(each.certain for each in inner)), visible)
        if element.kind == "GRAPH":
            graph = self.mentioned(element.start + 1, element.start + 2)
            return Bound(inner[0].certain | graph, visible | graph)
        return Bound(_NOTHING, visible)

    def _projected(self, select: int) -> Bound:
        """The variables that a sub-SELECT lets out."""
        plain, named, place = set[str](), set[str](), select + 1
        where = self.where(select)
        inner = self.bound(where)
        while place < where:
            if self._text(place) == "*":
                return inner
            following = self._next(place)
            (named if following > place + 1 else plain).update(self.mentioned(max(place, following - 2), following))
            place = following
        return Bound(inner.certain & plain, frozenset(plain | named))

    def _braced(self, place: int, opening: int) -> Element:
        return Element(word(self.found, place), place, self._after(opening, "{"), (opening,))

    def _union(self, place: int) -> Element:
        groups, end = [place], self._after(place, "{")
        while word(self.found, end) == "UNION":
            groups.append(end + 1)
            end = self._after(end + 1, "{")
        return Element("GROUP", place, end, tuple(groups))

    def _constraint(self, place: int) -> int:
        """The place after what follows FILTER: an expression in brackets, a call, or EXISTS."""
        place += word(self.found, place) == "NOT"
        if word(self.found, place) == "EXISTS":
            return self._after(place + 1, "{")
        return self._after(place + (self._text(place) != "("), "(")

    def _triples(self, start: int) -> Element:
        place = start
        while self._text(place) not in ("{", "}") and word(self.found, place) not in _KEYWORDS:
            token = self.found[place]
            if token.kind == "word" and token.text != "a" and token.text.lower() not in ("true", "false"):
                raise NotUnderstood
            place = self._next(place)
        if place == start or (self._text(place) == "{" and self._text(place + 1) == "|"):
            raise NotUnderstood
        return Element("TRIPLES", start, place)

    def _next(self, place: int) -> int:
        """The place after a token, or after the bracket that closes it."""
        self._text(place)
        return self.closing.get(place, place) + 1

    def _after(self, place: int, bracket: str) -> int:
        """The place after a pair of brackets."""
        if self._text(place) != bracket:
            raise NotUnderstood
        return self.closing[place] + 1

    def _text(self, place: int) -> str:
        if place >= len(self.found):
            raise NotUnderstood
        return self.found[place].text


def _pairs(found: list[Token]) -> dict[int, int]:
    """Each bracket with the one that closes it. Raises NotUnderstood where they do not pair."""
    pairs: dict[int, int] = {}
    around: list[int] = []
    for place, token in enumerate(found):
        if token.kind == "open":
            around.append(place)
        elif token.kind == "close":
            if not around or _CLOSING[found[around[-1]].text] != token.text:
                raise NotUnderstood
            pairs[around.pop()] = place
    if around:
        raise NotUnderstood
    return pairs
