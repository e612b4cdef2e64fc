"""A reading in, two graphs out: what the article says, and what in it could not be read.

Each statement becomes a plain triple, an assertion about it, and evidence with quote and offsets.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import inf

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS, XSD

from loaders.claims import Claim, claims
from loaders.entities import describe
from loaders.inferences import CURATOR
from loaders.normalised import Span
from loaders.reading import Reading
from loaders.statements import Statement
from ontology.iris import Iris
from ontology.terms import ECO, EG, OA, PREFIXES, STATEMENT_TYPES

_CONTEXT_LENGTH = 40
_ECO = {"StatedInText": ECO["0000204"], "CuratorInference": ECO["0000305"], "Automatic": ECO["0000501"]}
"""Author statement; curator inference used in manual assertion; evidence used in automatic assertion."""


@dataclass(frozen=True)
class ArticleGraphs:
    """The graphs of one article with their names. Nothing of the quarantine is in the first graph."""

    article: URIRef
    title: str
    graph_name: URIRef
    graph: Graph
    quarantine_name: URIRef
    quarantine: Graph


def article_graphs(reading: Reading, iris: Iris, when: datetime) -> ArticleGraphs:
    """Build the graphs of an article. IRIs are deterministic; ``when`` is stored once, on the reading."""
    article = iris.article(reading.article.title.text, reading.source.sha256)
    writer = _Writer(reading, iris, article, _graph(iris), _graph(iris))
    writer.article(when)
    for claim in claims(reading, iris):
        writer.claim(claim)
    for statement in reading.statements:
        if statement.type == "correction":
            writer.correction(statement)
        elif statement.type == "quarantine":
            writer.quarantined(statement)
    return ArticleGraphs(
        article,
        reading.article.title.text,
        iris.graph(article),
        writer.graph,
        iris.quarantine(article),
        writer.quarantine,
    )


def _graph(iris: Iris) -> Graph:
    graph = Graph("SimpleMemory", bind_namespaces="none")  # one graph needs no contexts: a third faster
    for prefix, namespace in {**PREFIXES, "id": str(iris.thing(""))}.items():
        graph.bind(prefix, namespace)
    return graph


@dataclass(frozen=True)
class _Writer:
    """The two graphs while they are written."""

    reading: Reading
    iris: Iris
    node: URIRef
    graph: Graph
    quarantine: Graph

    def article(self, when: datetime) -> None:
        """The article with its text, its symptom, its passages, and when it was read."""
        source, shape = self.reading.source, self.reading.article
        add = self.graph.add
        for type_ in (EG.Article, PROV.Entity):
            add((self.node, RDF.type, type_))
        for predicate in (DCTERMS.title, RDFS.label):
            add((self.node, predicate, Literal(shape.title.text, lang="en")))
        add((self.node, DCTERMS.identifier, Literal(source.name)))
        add((self.node, EG.text, Literal(source.text)))
        add((self.node, EG.sourceHash, Literal(source.sha256)))
        add((self.node, EG.about, self.iris.entity(self.reading.symptom.slug)))
        describe(self.graph, self.iris, self.reading.symptom)
        for disclaimer in shape.disclaimers:
            add((self.node, EG.disclaimer, Literal(self.reading.quote(disclaimer.span), lang="en")))
        self._reading(when)
        for number, (section, span) in enumerate(self._passages(), 1):
            self._passage(number, section, span)

    def _reading(self, when: datetime) -> None:
        activity, agent = self.iris.reading(self.node), self.iris.thing("agent/etiograph")
        self.graph.add((activity, RDF.type, PROV.Activity))
        self.graph.add((activity, RDFS.label, Literal(f"reading of {self.reading.article.title.text}", lang="en")))
        self.graph.add((activity, PROV.used, self.node))
        self.graph.add((activity, PROV.wasAssociatedWith, agent))
        self.graph.add((activity, PROV.endedAtTime, Literal(when.isoformat(timespec="seconds"), datatype=XSD.dateTime)))
        self.graph.add((agent, RDF.type, PROV.SoftwareAgent))
        self.graph.add((agent, RDFS.label, Literal("etiograph loader", lang="en")))

    def _passages(self) -> Iterator[tuple[str, Span]]:
        yield from ((section, sentence.span) for section, sentence in self.reading.article.sentences())
        yield from (("disclaimer", sentence.span) for sentence in self.reading.article.disclaimers)

    def _passage(self, number: int, section: str, span: Span) -> None:
        node = self.iris.passage(self.node, number)
        start, end = self.reading.origin(span)
        self.graph.add((node, RDF.type, EG.Passage))
        self.graph.add((node, RDF.value, Literal(self.reading.source.text[start:end])))
        self.graph.add((node, EG.section, Literal(section)))
        self.graph.add((node, EG.start, Literal(start)))
        self.graph.add((node, EG.end, Literal(end)))
        self.graph.add((node, DCTERMS.isPartOf, self.node))
        self.graph.add((self.node, EG.hasPassage, node))

    def claim(self, claim: Claim) -> None:
        """The plain triple, unless denied; the assertion; its evidence; the things it is about."""
        for term in claim.terms:
            describe(self.graph, self.iris, term)
        for triple in claim.details:
            self.graph.add(triple)
        if not claim.statement.negated:
            self.graph.add((claim.subject, claim.predicate, claim.object))
        start, _ = self.reading.origin(claim.statement.span)
        node = self.iris.assertion(self.node, claim.subject, claim.predicate, claim.object, start)
        self._assertion(self.graph, node, claim.statement, claim.type)
        self.graph.add((node, RDF.subject, claim.subject))
        self.graph.add((node, RDF.predicate, claim.predicate))
        self.graph.add((node, RDF.object, claim.object))

    def _assertion(self, graph: Graph, node: URIRef, statement: Statement, type_: str) -> None:
        status = EG.Quarantined if type_ == "quarantine" else EG.Denied if statement.negated else EG.Affirmed
        graph.add((node, RDF.type, EG.Assertion))
        graph.add((node, DCTERMS.isPartOf, self.node))
        graph.add((node, EG.statementType, STATEMENT_TYPES[type_]))
        graph.add((node, EG.status, status))
        graph.add((node, EG.basis, EG[statement.basis]))
        graph.add((node, EG.legibility, EG[statement.legibility]))
        graph.add((node, EG.confidence, Literal(str(statement.confidence), datatype=XSD.decimal)))
        graph.add((node, EG.rule, Literal(statement.rule)))
        for predicate, words in (
            (EG.modality, statement.modality),
            (EG.frequency, statement.frequency),
            (EG.severity, statement.severity),
        ):
            if words:
                graph.add((node, predicate, Literal(words)))
        if statement.chain is not None and statement.step is not None:
            graph.add((node, EG.chain, self.iris.entity(statement.chain.slug)))
            graph.add((node, EG.step, Literal(statement.step)))
        if statement.quantity is not None:
            graph.add((node, EG.printedForm, Literal(statement.quantity.printed)))
        if statement.reason and statement.type != "synonym":
            graph.add((node, EG.reason, Literal(statement.reason, lang="en")))
        if statement.basis == "CuratorInference":
            graph.add((node, PROV.wasAttributedTo, self._curator(graph)))
        self._evidence(graph, node, statement)

    def _curator(self, graph: Graph) -> URIRef:
        curator = self.iris.thing("agent/curators")
        graph.add((curator, RDF.type, PROV.Agent))
        graph.add((curator, RDFS.label, Literal(CURATOR, lang="en")))
        return curator

    def _evidence(self, graph: Graph, owner: URIRef, statement: Statement) -> None:
        for span in (statement.span, *statement.repeats):
            start, end = self.reading.origin(span)
            node = self.iris.evidence(owner, start, end)
            graph.add((owner, EG.evidence, node))
            for type_ in (EG.EvidenceItem, OA.SpecificResource):
                graph.add((node, RDF.type, type_))
            graph.add((node, OA.hasSource, self.node))
            graph.add((node, EG.section, Literal(statement.section)))
            graph.add((node, EG.sourceHash, Literal(self.reading.source.sha256)))
            graph.add((node, EG.evidenceType, _ECO[statement.basis]))
            graph.add((node, PROV.wasGeneratedBy, self.iris.reading(self.node)))
            if (passage := self._passage_of(span)) is not None:
                graph.add((node, EG.inPassage, passage))
            self._selectors(graph, node, start, end)

    def _passage_of(self, span: Span) -> URIRef | None:
        """The passage a span begins in; passages do not overlap."""
        index = bisect_right(self._numbered, (span.start, inf)) - 1
        if index < 0 or span.start >= self._numbered[index][1]:
            return None
        return self.iris.passage(self.node, self._numbered[index][2])

    @cached_property
    def _numbered(self) -> list[tuple[float, float, int]]:
        """Start, end and number of each passage, by start."""
        return sorted((span.start, span.end, number) for number, (_, span) in enumerate(self._passages(), 1))

    def _selectors(self, graph: Graph, node: URIRef, start: int, end: int) -> None:
        text = self.reading.source.text
        quote, position = URIRef(f"{node}/quote"), URIRef(f"{node}/position")
        graph.add((node, OA.hasSelector, quote))
        graph.add((node, OA.hasSelector, position))
        graph.add((quote, RDF.type, OA.TextQuoteSelector))
        graph.add((quote, OA.exact, Literal(text[start:end])))
        graph.add((quote, OA.prefix, Literal(text[max(0, start - _CONTEXT_LENGTH) : start])))
        graph.add((quote, OA.suffix, Literal(text[end : end + _CONTEXT_LENGTH])))
        graph.add((position, RDF.type, OA.TextPositionSelector))
        graph.add((position, OA.start, Literal(start)))
        graph.add((position, OA.end, Literal(end)))

    def correction(self, statement: Statement) -> None:
        """A place at which an expression is read as another, and the things it then names."""
        start, end = self.reading.origin(statement.span)
        as_written = self.reading.source.text[start:end]
        node = self.iris.correction(self.node, as_written, start)
        self.graph.add((node, RDF.type, EG.Correction))
        self.graph.add((node, DCTERMS.isPartOf, self.node))
        self.graph.add((node, EG.asWritten, Literal(as_written)))
        self.graph.add((node, EG.reading, Literal(statement.text, lang="en")))
        self.graph.add((node, EG.errorKind, Literal(statement.kind)))
        self.graph.add((node, EG.reason, Literal(statement.reason, lang="en")))
        self.graph.add((node, PROV.wasAttributedTo, self._curator(self.graph)))
        for term in (statement.subject, *statement.others):
            describe(self.graph, self.iris, term)
            self.graph.add((node, EG.corrects, self.iris.entity(term.slug)))
            self.graph.add((self.iris.entity(term.slug), SKOS.hiddenLabel, Literal(as_written, lang="en")))
        self._evidence(self.graph, node, statement)

    def quarantined(self, statement: Statement) -> None:
        """An assertion without subject, predicate and object, in the graph of its own."""
        start, end = self.reading.origin(statement.span)
        passage = self.reading.source.text[start:end]
        node = self.iris.assertion(self.node, self.node, EG.hasPassage, Literal(passage), start)
        self._assertion(self.quarantine, node, statement, "quarantine")
