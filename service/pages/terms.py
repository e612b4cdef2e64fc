"""The terms of a version of the vocabulary as its page shows them: what is said of each, grouped by kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.examples import Example, examples
from ontology.terms import EG, ONTOLOGY
from service.collecting import TERM
from service.messages import gettext, pgettext
from service.messages import marked as _

VS = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#")
_CHARACTERISTICS = {
    OWL.FunctionalProperty: _("functional: at most one for each subject"),
    OWL.TransitiveProperty: _("transitive"),
    OWL.IrreflexiveProperty: _("irreflexive: never from a thing to itself"),
}
_MATCHES = {
    SKOS.exactMatch: _("exact match"),
    SKOS.closeMatch: _("close match"),
    SKOS.broadMatch: _("broad match"),
    SKOS.narrowMatch: _("narrow match"),
    SKOS.relatedMatch: _("related match"),
}
_OVER = (RDFS.subClassOf, RDFS.subPropertyOf)
_KINDS = (
    (_("Classes"), _("What a thing can be."), OWL.Class),
    (_("Relations"), _("How one thing stands to another."), OWL.ObjectProperty),
    (_("Values"), _("What is said of a thing in words and numbers."), OWL.DatatypeProperty),
)


@dataclass(frozen=True)
class Alignment:
    """A term of another vocabulary, how it matches ours, and what to call it."""

    words: str
    other: URIRef
    label: str


@dataclass(frozen=True)
class Term:
    """A class, property or individual of the vocabulary."""

    iri: URIRef
    name: str
    label: str
    definition: str
    words: str
    """An example in words."""
    example: Example | None
    facts: tuple[tuple[str, tuple[URIRef, ...]], ...]
    """Parents, children, domain, range, inverse, what it is disjoint with: heading and terms."""
    characteristics: tuple[str, ...]
    chains: tuple[tuple[URIRef, ...], ...]
    """Relations that, one after the other, make this one."""
    alignments: tuple[Alignment, ...]
    status: str
    issued: str
    notes: tuple[str, ...]
    """Its history, oldest first."""
    replaced_by: URIRef | None
    is_deprecated: bool

    @property
    def is_class(self) -> bool:
        """Whether things can be of it."""
        return any(heading == "kind" and OWL.Class in kinds for heading, kinds in self.facts)


@dataclass(frozen=True)
class Group:
    """Terms of one kind."""

    title: str
    note: str
    terms: tuple[Term, ...]


class Vocabulary:
    """A version of the vocabulary, read from its graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._disjoint = _disjoint(graph)
        self._ends = {
            end: {of: self.ends(of, end) for of in _named(graph.subjects(end))} for end in (RDFS.domain, RDFS.range)
        }

    def text(self, of: URIRef, relation: URIRef) -> str:
        """The first value of a property, as text."""
        return str(self.graph.value(of, relation) or "")

    def label(self, of: URIRef) -> str:
        """What a term is called, in the language of this request."""
        return pgettext(TERM, self.text(of, RDFS.label))

    def told(self, of: URIRef, relation: URIRef = SKOS.definition) -> str:
        """What a term means, or another text about it, in the language of this request."""
        words = self.text(of, relation)
        return gettext(words) if words else ""

    def ends(self, of: URIRef, relation: URIRef) -> tuple[URIRef, ...]:
        """Domain or range of a property: the classes of a union, each."""
        return tuple(end for value in self.graph.objects(of, relation) for end in self._members(value))

    def groups(self) -> tuple[Group, ...]:
        """The whole vocabulary in reading order, its kinds in the language of this request."""
        values = [EG.StatementType, EG.Status, EG.Basis, EG.Legibility]
        named = (
            (gettext("%(kind)s values") % {"kind": self.label(kind).capitalize()}, self.told(kind), kind)
            for kind in values
        )
        kinds = ((gettext(title), gettext(note), kind) for title, note, kind in _KINDS)
        return tuple(Group(title, note, self.terms(kind)) for title, note, kind in (*kinds, *named))

    def terms(self, kind: URIRef) -> tuple[Term, ...]:
        """The terms of a kind, by label."""
        found = {each for each in self.graph.subjects(RDF.type, kind) if isinstance(each, URIRef)}
        mine = (each for each in found if each.startswith(f"{ONTOLOGY}#"))
        return tuple(map(self.term, sorted(mine, key=lambda each: self.text(each, RDFS.label).casefold())))

    def term(self, iri: URIRef) -> Term:
        """What the vocabulary, its alignments and its examples say of a term."""
        graph, kinds = self.graph, set(self.graph.objects(iri, RDF.type))
        replaced = graph.value(iri, DCTERMS.isReplacedBy)
        notes = (*graph.objects(iri, SKOS.historyNote), *sorted(map(str, graph.objects(iri, SKOS.changeNote))))
        return Term(
            iri,
            iri.removeprefix(f"{ONTOLOGY}#"),
            self.label(iri),
            self.told(iri),
            self.text(iri, SKOS.example),
            examples().get(iri),
            tuple((heading, found) for heading, found in self._facts(iri) if found),
            tuple(words for kind, words in _CHARACTERISTICS.items() if kind in kinds),
            tuple(self._items(chain) for chain in graph.objects(iri, OWL.propertyChainAxiom)),
            alignments().get(iri, ()),
            self.text(iri, VS.term_status),
            self.text(iri, DCTERMS.issued),
            tuple(map(str, notes)),
            replaced if isinstance(replaced, URIRef) else None,
            self.text(iri, OWL.deprecated) == "true",
        )

    def _facts(self, iri: URIRef) -> Iterable[tuple[str, tuple[URIRef, ...]]]:
        graph = self.graph
        yield "kind", tuple(each for each in (OWL.Class,) if (iri, RDF.type, each) in graph)
        yield _("narrower than"), _sorted(each for over in _OVER for each in graph.objects(iri, over))
        yield _("broader than"), _sorted(each for over in _OVER for each in graph.subjects(over, iri))
        yield _("domain"), self.ends(iri, RDFS.domain)
        yield _("range"), self.ends(iri, RDFS.range)
        yield _("inverse"), _named((*graph.objects(iri, OWL.inverseOf), *graph.subjects(OWL.inverseOf, iri)))
        yield _("disjoint with"), tuple(sorted(self._disjoint.get(iri, ())))
        yield _("subject of"), self._used(iri, RDFS.domain)
        yield _("object of"), self._used(iri, RDFS.range)

    def _used(self, class_: URIRef, end: URIRef) -> tuple[URIRef, ...]:
        return tuple(sorted(of for of, ends in self._ends[end].items() if class_ in ends))

    def _members(self, value: Node) -> tuple[URIRef, ...]:
        union = self.graph.value(value, OWL.unionOf)
        return self._items(union) if union else _named([value])

    def _items(self, head: Node) -> tuple[URIRef, ...]:
        return _named(Collection(self.graph, head))


def _named(nodes: Iterable[Node]) -> tuple[URIRef, ...]:
    return tuple(node for node in nodes if isinstance(node, URIRef))


def _sorted(nodes: Iterable[Node]) -> tuple[URIRef, ...]:
    return tuple(sorted(_named(nodes)))


def _disjoint(graph: Graph) -> Mapping[URIRef, set[URIRef]]:
    groups = [_named(Collection(graph, members)) for members in graph.objects(predicate=OWL.members)]
    groups += [_named(pair) for pair in graph.subject_objects(OWL.disjointWith)]
    found: dict[URIRef, set[URIRef]] = {}
    for group in groups:
        for each in group:
            found.setdefault(each, set()).update(set(group) - {each})
    return found


@cache
def alignments() -> Mapping[URIRef, tuple[Alignment, ...]]:
    """The terms of other vocabularies beside ours."""
    graph = Graph().parse(data=(files("ontology") / "alignments.ttl").read_text("utf-8"), format="turtle")
    found: dict[URIRef, list[Alignment]] = {}
    for relation, words in _MATCHES.items():
        for term, other in graph.subject_objects(relation):
            if isinstance(term, URIRef) and isinstance(other, URIRef):
                found.setdefault(term, []).append(Alignment(words, other, _called(graph, other)))
    return {term: tuple(sorted(each, key=lambda one: (one.words, one.other))) for term, each in found.items()}


def _called(graph: Graph, other: URIRef) -> str:
    """The identifier and, where it is a number, the label: `OGMS:0000020 symptom`, `schema:MedicalTest`."""
    curie, label = graph.qname(other), graph.value(other, RDFS.label)
    return f"{curie.partition(':')[2].replace('_', ':')} {label}" if label else curie
