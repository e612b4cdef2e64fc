"""The statements about a thing as a picture: what stands around it and how, drawn on the server, every box a link."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rdflib import URIRef
from rdflib.term import Node as Term

from ontology.terms import EG
from service.messages import gettext
from service.pages import layers
from service.pages.phrases import phrase, position
from service.pages.statements import Name, Statement
from service.pages.things import Thing

SHOWN = 30
"""As many boxes as a reader can still take in."""


@dataclass(frozen=True)
class Picture:
    """A thing among its neighbours."""

    thing: Thing
    neighbours: tuple[Name, ...]
    statements: tuple[Statement, ...]
    more: int
    """How many neighbours are not in the picture."""

    @cached_property
    def wide(self) -> layers.Drawing:
        """For a desk."""
        return layers.columns(self.thing.iri, self._nodes, self._arrows)

    @cached_property
    def narrow(self) -> layers.Drawing:
        """For a phone."""
        return layers.rows(self.thing.iri, self._nodes, self._arrows)

    @cached_property
    def _nodes(self) -> tuple[layers.Node, ...]:
        around = (layers.Node(each.node, each.label, self._caption(each.node)) for each in self.neighbours)
        return (layers.Node(self.thing.iri, self.thing.label), *around)

    @cached_property
    def _arrows(self) -> tuple[layers.Arrow, ...]:
        ends = ((said.subject.node, said.object.node) for said in self.statements)
        return tuple(layers.Arrow(*each) for each in dict.fromkeys(ends))

    def said(self, arrow: layers.Arrow) -> Statement:
        """The first statement an arrow stands for."""
        ends = arrow.source, arrow.target
        return next(said for said in self.statements if (said.subject.node, said.object.node) == ends)

    def of(self, node: Term) -> Statement | None:
        """The statement by which a neighbour is one."""
        return next(
            (said for said in self.statements if {said.subject.node, said.object.node} == {node, self.thing.iri}), None
        )

    def _caption(self, node: Term | None) -> str:
        said = self.of(node) if node else None
        if said is None:
            return ""
        words = phrase(said.predicate)
        heading = gettext(words.outgoing if said.object.node == node else words.incoming)
        return gettext("Denied: %(relation)s") % {"relation": heading.lower()} if said.denied else heading


def picture(thing: Thing, about: Iterable[Statement], around: Iterable[Statement] = ()) -> Picture | None:
    """The neighbourhood as statements tell it: those about the thing, and the steps around it; None without any."""
    told = [said for said in (*_by_relation(about), *around) if _is_drawn(said)]
    found = {end.node: end for said in told for end in (said.subject, said.object) if end.node != thing.iri}
    shown = tuple(found.values())[: SHOWN - 1]
    ends = {thing.iri, *(each.node for each in shown)}
    drawn = tuple(said for said in told if {said.subject.node, said.object.node} <= ends)
    return Picture(thing, shown, drawn, len(found) - len(shown)) if shown else None


def style(said: Statement) -> str:
    """How its arrow is drawn: a denied one broken, an inferred one dotted, a stated one whole."""
    if said.denied:
        return "denied"
    return {EG.CuratorInference: "inferred", EG.Automatic: "automatic"}.get(said.basis, "stated")


def _by_relation(about: Iterable[Statement]) -> Iterator[Statement]:
    yield from sorted(about, key=lambda said: position(said.predicate))


def _is_drawn(said: Statement) -> bool:
    return isinstance(said.subject.node, URIRef) and isinstance(said.object.node, URIRef) and not said.quarantined
