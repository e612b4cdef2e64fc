"""Classes and relations of the vocabulary as pictures: places are set by hand here, everything shown is read there.

A class that the vocabulary does not have has no box. Every relation whose ends have boxes is drawn, and no other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import copysign

from rdflib import OWL, RDF, RDFS, URIRef

from ontology.terms import EG
from service.pages.terms import Vocabulary

_WIDTH, _HEIGHT = 140.0, 42.0
_SHOWS = "what an article talks about"
_SAYS = "where it is said"
_PLACES: Mapping[str, Mapping[URIRef, tuple[float, float]]] = {
    _SHOWS: {
        EG.ReferenceRange: (110, 30),
        EG.Threshold: (355, 30),
        EG.ConvertedLimit: (590, 30),
        EG.RoundedLimit: (805, 30),
        EG.DiagnosticTest: (230, 120),
        EG.Finding: (695, 120),
        EG.Measurement: (450, 205),
        EG.Differential: (90, 300),
        EG.Person: (352, 300),
        EG.RiskGroup: (575, 300),
        EG.ReliefMeasure: (800, 300),
        EG.Entity: (440, 525),
        EG.BodySite: (150, 720),
        EG.Duration: (440, 720),
        EG.Caveat: (730, 720),
    },
    _SAYS: {
        EG.StatementType: (100, 30),
        EG.Status: (330, 30),
        EG.Basis: (550, 30),
        EG.Legibility: (780, 30),
        EG.Assertion: (440, 150),
        EG.Correction: (690, 265),
        EG.Entity: (790, 150),
        EG.EvidenceItem: (440, 265),
        EG.Article: (800, 380),
        EG.Passage: (440, 380),
    },
}
_SIZES = {_SHOWS: (880.0, 755.0), _SAYS: (880.0, 415.0)}
_WIDE = (860.0, 190.0)
"""The box of entities, which holds their other kinds and what relates them to each other."""


@dataclass(frozen=True)
class Box:
    """A class with its place; x and y are those of its centre."""

    iri: URIRef
    label: str
    x: float
    y: float
    width: float
    height: float
    is_entity: bool

    @property
    def left(self) -> float:
        """Its left side."""
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        """Its upper side."""
        return self.y - self.height / 2


@dataclass(frozen=True)
class Label:
    """A relation's name with its place."""

    iri: URIRef
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Arrow:
    """A line from box to box, with every relation that runs along it."""

    start: tuple[float, float]
    end: tuple[float, float]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Narrower:
    """A line from a class to a broader one beside it."""

    narrower: URIRef
    broader: URIRef
    start: tuple[float, float]
    end: tuple[float, float]


@dataclass(frozen=True)
class Diagram:
    """A picture, and the same in words."""

    name: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    kinds: tuple[Label, ...]
    """What else an entity can be, inside its box."""
    among: tuple[Label, ...]
    """What relates entities to each other, inside their box."""
    arrows: tuple[Arrow, ...]
    narrower: tuple[Narrower, ...]
    sentence: str


def diagrams(vocabulary: Vocabulary) -> tuple[Diagram, ...]:
    """The pictures of a version of the vocabulary."""
    return tuple(_diagram(vocabulary, name, _PLACES[name]) for name in _PLACES)


def _diagram(vocabulary: Vocabulary, name: str, places: Mapping[URIRef, tuple[float, float]]) -> Diagram:
    boxes = {class_: _box(vocabulary, class_, name, *place) for class_, place in places.items()}
    boxes = {class_: box for class_, box in boxes.items() if (class_, RDF.type, OWL.Class) in vocabulary.graph}
    links = sorted(_links(vocabulary, boxes))
    drawn = [(start, end, relation) for start, end, relation in links if start != end]
    wide = name == _SHOWS
    narrower = sorted(_narrower(vocabulary, boxes), key=lambda line: line.narrower)
    kinds = (f"{boxes[line.narrower].label} is a kind of {boxes[line.broader].label}" for line in narrower)
    return Diagram(
        name,
        *_SIZES[name],
        tuple(boxes.values()),
        _table(vocabulary, _other_kinds(vocabulary) if wide else (), 470, 26),
        _table(vocabulary, [relation for start, end, relation in links if start == end], 565, 26) if wide else (),
        tuple(_arrow(vocabulary, boxes, drawn, pair) for pair, _ in groupby(drawn, key=lambda link: link[:2])),
        tuple(narrower),
        "; ".join([*kinds, *(_in_words(vocabulary, start, relation, end) for start, end, relation in links)]),
    )


def _in_words(vocabulary: Vocabulary, *terms: URIRef) -> str:
    return " ".join(vocabulary.label(term) for term in terms)


def _box(vocabulary: Vocabulary, class_: URIRef, diagram: str, x: float, y: float) -> Box:
    size = _WIDE if class_ == EG.Entity and diagram == _SHOWS else (_WIDTH, _HEIGHT)
    is_entity = EG.Entity in vocabulary.graph.transitive_objects(class_, RDFS.subClassOf)
    return Box(class_, vocabulary.label(class_), x, y, *size, is_entity)


def _links(vocabulary: Vocabulary, boxes: Iterable[URIRef]) -> Iterable[tuple[URIRef, URIRef, URIRef]]:
    """Start, end and relation, for those of which the graph does not store the inverse instead."""
    for term in vocabulary.terms(OWL.ObjectProperty):
        if (term.iri, OWL.inverseOf, None) not in vocabulary.graph:
            for start in vocabulary.ends(term.iri, RDFS.domain):
                for end in vocabulary.ends(term.iri, RDFS.range):
                    if start in boxes and end in boxes:
                        yield start, end, term.iri


def _narrower(vocabulary: Vocabulary, boxes: Mapping[URIRef, Box]) -> Iterable[Narrower]:
    """What is narrower than another class with a box; of entities the colour says it."""
    for class_, box in boxes.items():
        for broader in vocabulary.graph.objects(class_, RDFS.subClassOf):
            if isinstance(broader, URIRef) and broader in boxes and broader != EG.Entity:
                yield Narrower(class_, broader, *_line(box, boxes[broader], 0))


def _other_kinds(vocabulary: Vocabulary) -> list[URIRef]:
    kinds = (each.iri for each in vocabulary.terms(OWL.Class) if each.iri not in _PLACES[_SHOWS])
    return [each for each in kinds if (each, RDFS.subClassOf, EG.Entity) in vocabulary.graph]


def _table(vocabulary: Vocabulary, terms: Iterable[URIRef], top: float, step: float) -> tuple[Label, ...]:
    """Names in rows of four."""
    return tuple(
        Label(each, vocabulary.label(each), 120 + 213 * (place % 4), top + step * (place // 4))
        for place, each in enumerate(terms)
    )


def _arrow(
    vocabulary: Vocabulary,
    boxes: Mapping[URIRef, Box],
    links: list[tuple[URIRef, URIRef, URIRef]],
    pair: tuple[URIRef, URIRef],
) -> Arrow:
    a, b = boxes[pair[0]], boxes[pair[1]]
    both = any(link[:2] == pair[::-1] for link in links)
    aside = (38 if pair[0] < pair[1] else -38) if both else 0
    start, end = _line(a, b, aside)
    names = [relation for *ends, relation in links if tuple(ends) == pair]
    apart = copysign(20, aside) if aside else 0  # labels of a pair of arrows stand at different heights
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + apart + 4 - 8 * (len(names) - 1)
    labels = (
        Label(each, vocabulary.label(each), middle[0], middle[1] + 16 * place) for place, each in enumerate(names)
    )
    return Arrow(start, end, tuple(labels))


def _line(a: Box, b: Box, aside: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """From side to side: straight down or across where the boxes overlap, else from centre towards centre."""
    low, high = max(a.left, b.left), min(a.left + a.width, b.left + b.width)
    if high - low > 20:
        x = (low + high) / 2 + aside
        down = 1 if b.y > a.y else -1
        return (x, a.y + down * a.height / 2), (x, b.y - down * b.height / 2)
    if a.y == b.y:
        right = 1 if b.x > a.x else -1
        return (a.x + right * a.width / 2, a.y), (b.x - right * b.width / 2, b.y)
    return _edge(a, b), _edge(b, a)


def _edge(of: Box, towards: Box) -> tuple[float, float]:
    """Where the line between two centres leaves a box."""
    dx, dy = towards.x - of.x, towards.y - of.y
    scale = min(of.width / 2 / abs(dx) if dx else 9, of.height / 2 / abs(dy) if dy else 9)
    return round(of.x + dx * scale, 1), round(of.y + dy * scale, 1)
