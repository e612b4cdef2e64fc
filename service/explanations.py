"""Why a triple is in the graph: who says it, or which rule inferred it from what, down to the sentences."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from types import MappingProxyType
from typing import Any

from rdflib import URIRef
from rdflib.term import Node

from ontology.iris import Iris
from ontology.mappings import Match, elsewhere
from ontology.terms import EG
from queries.question import rules
from service.addresses import compact
from service.codes import rows_of
from service.errors import UnknownThing
from service.interpretation import DISCLAIMER
from service.lookups import Row, Store, iri, text, text_of, whole

Triple = tuple[URIRef, URIRef, URIRef]

_WORDS: Mapping[URIRef, str] = MappingProxyType(
    {
        EG.Affirmed: "affirmed",
        EG.Denied: "denied",
        EG.Quarantined: "not readable",
        EG.StatedInText: "stated in the text",
        EG.CuratorInference: "inferred by a curator",
        EG.Automatic: "read from the order of the text",
    }
)


@dataclass(frozen=True)
class Statement:
    """What one article says of a triple, and its words: code points `start` to `end` of its text."""

    assertion: URIRef
    status: URIRef
    basis: URIRef
    rule: str
    confidence: str
    reason: str
    quote: str
    start: int | None
    end: int | None
    article: URIRef
    title: str


@dataclass(frozen=True)
class Premise:
    """A triple from which another was inferred."""

    triple: Triple
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Inference:
    """A rule by which a triple follows, and the shortest chain of premises, in their order."""

    rule: str
    summary: str
    premises: tuple[Premise, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything for which a triple is in the graph, or is not although an article speaks of it."""

    triple: Triple
    is_in_graph: bool
    statements: tuple[Statement, ...]
    inferences: tuple[Inference, ...]
    matches: tuple[Match, ...]
    """The rows of the mapping file that say it, or that say it is not so."""

    names: Mapping[Node, str]

    @property
    def standing(self) -> str:
        """What the triple is: asserted, inferred, mapped, denied, quarantined, or given by the vocabulary."""
        if any(statement.status == EG.Affirmed for statement in self.statements):
            return "asserted"
        if self.inferences:
            return "inferred"
        if self.is_in_graph:
            return "mapped" if any(match.holds for match in self.matches) else "given"
        is_denied = self.matches or any(each.status == EG.Denied for each in self.statements)
        return "denied" if is_denied else "quarantined"


def explanation(store: Store, base: str, triple: Triple) -> Explanation:
    """Why a triple is in the graph. Raises UnknownThing where no article speaks of it and nothing implies it."""
    held = store.rows(text_of("graphs-of-triple"), **_bound(triple))
    statements = _statements(store, triple)
    matches = tuple(match for match in rows_of(*triple) if held or not match.holds)
    if not held and not statements and not matches:
        shown = " ".join(map(compact, triple))
        raise UnknownThing(f"The graph does not say {shown}, no article denies it, and no rule implies it.")
    begin = str(Iris(base).thing("inferred/"))
    applied = (text(row, "graph") for row in held if text(row, "graph").startswith(begin))
    inferences = tuple(_inference(store, graph.removeprefix(begin), triple) for graph in applied)
    nodes = {*triple, *(node for each in inferences for premise in each.premises for node in premise.triple)}
    return Explanation(triple, bool(held), statements, inferences, matches, _names(store, nodes))


def document(found: Explanation) -> dict[str, Any]:
    """An explanation as JSON."""
    return {
        **_terms(found.triple, found.names),
        "standing": found.standing,
        "inGraph": found.is_in_graph,
        "statements": [_statement_document(each) for each in found.statements],
        "inferences": [
            {
                "rule": each.rule,
                "summary": each.summary,
                "premises": [
                    {
                        **_terms(premise.triple, found.names),
                        "statements": [_statement_document(statement) for statement in premise.statements],
                    }
                    for premise in each.premises
                ],
            }
            for each in found.inferences
        ],
        "mappings": [_match_document(each) for each in found.matches],
        "disclaimer": DISCLAIMER,
    }


def lines(found: Explanation) -> Iterator[str]:
    """An explanation for a reader."""
    yield f"{_sentence(found.triple, found.names)}: {found.standing}"
    yield from _quoted(found.statements, "  ")
    for each in found.inferences:
        yield f"  inferred by rule {each.rule}: {each.summary}"
        for number, premise in enumerate(each.premises, 1):
            yield f"  {number}. {_sentence(premise.triple, found.names)}"
            yield from _quoted(premise.statements, "     ")

    for match in found.matches:
        yield from _matched(match)


def _matched(match: Match) -> Iterator[str]:
    degree = _in_words(match.predicate_id.removeprefix("skos:"))
    article = ("an" if degree[0] in "aeiou" else "a") if match.holds else "no"
    said = f"said to be {article} {degree}"
    source = f"{match.object_source.removeprefix('bioregistry:')} {match.object_source_version}".rstrip()
    term = f"{match.object_id} {match.object_label}".rstrip()
    yield f"  {said} with {term} of {source}, confidence {match.confidence}"
    yield f"  {match.author}, {_in_words(match.justification.removeprefix('semapv:'))}. {match.comment}"


def _match_document(match: Match) -> dict[str, Any]:
    term = {"code": match.object_id, "label": match.object_label, "predicate": match.predicate_id}
    said = {"holds": match.holds, "confidence": str(match.confidence), "comment": match.comment}
    made = {"author": match.author, "justification": match.justification}
    return {**term, **said, **made, "source": match.object_source, "version": match.object_source_version}


def _in_words(name: str) -> str:
    """A name of SKOS or SSSOM as words.

    >>> _in_words("ManualMappingCuration")
    'manual mapping curation'
    """
    return " ".join(re.findall(r"[A-Za-z][a-z]*", name)).lower()


def _statement_document(each: Statement) -> dict[str, Any]:
    terms = {"assertion": str(each.assertion), "status": compact(each.status), "basis": compact(each.basis)}
    place = {"quote": each.quote, "start": each.start, "end": each.end}
    read = {"rule": each.rule, "confidence": each.confidence, "reason": each.reason}
    return {**terms, **read, **place, "article": str(each.article), "title": each.title}


def _terms(triple: Triple, names: Mapping[Node, str]) -> dict[str, dict[str, str]]:
    roles = zip(("subject", "predicate", "object"), triple, strict=True)
    return {role: {"iri": str(node), "label": _name(node, names)} for role, node in roles}


def _sentence(triple: Triple, names: Mapping[Node, str]) -> str:
    return " ".join(_name(node, names) for node in triple)


def _name(node: Node, names: Mapping[Node, str]) -> str:
    return names.get(node) or elsewhere().get(URIRef(str(node))) or compact(node)


def _quoted(statements: Iterable[Statement], indent: str) -> Iterator[str]:
    for each in statements:
        reason = f", because {each.reason}" if each.reason else ""
        ground = f"{_WORDS.get(each.status, compact(each.status))}, {_WORDS.get(each.basis, compact(each.basis))}"
        yield f"{indent}{ground}{reason}; by rule {each.rule}"
        yield f"{indent}“{each.quote}”"
        yield f"{indent}{each.title}, characters {each.start} to {each.end}; {each.assertion}"


def _statements(store: Store, triple: Triple) -> tuple[Statement, ...]:
    return tuple(_statement(row) for row in store.rows(text_of("statements-of-triple"), **_bound(triple)))


def _statement(row: Row) -> Statement:
    return Statement(
        iri(row, "assertion"), iri(row, "status"), iri(row, "basis"),
        text(row, "rule"), text(row, "confidence"), text(row, "reason"),
        text(row, "exact"), whole(row, "start"), whole(row, "end"), iri(row, "article"), text(row, "articleTitle"),
    )  # fmt: skip


def _bound(triple: Triple) -> dict[str, URIRef]:
    return dict(zip(("subject", "predicate", "object"), triple, strict=True))


def _inference(store: Store, rule: str, triple: Triple) -> Inference:
    summary = next((each.summary for each in rules() if each.name == rule), "")
    start, _, end = triple
    chain = _beyond(store, start, end) if rule == _MEASURED else _chain(store, rule, start, end)
    premises = tuple(Premise(link, _statements(store, link)) for link in chain)
    return Inference(rule, summary, premises)


_MEASURED = "measurement-shows-finding"
_HEAD = re.compile(r"CONSTRUCT\s*\{[^}]*\}")


def _beyond(store: Store, measurement: URIRef, finding: URIRef) -> list[Triple]:
    """How a measurement leads to a finding: by the threshold it is beyond, which the rule itself is asked for."""
    (rule,) = (each for each in rules() if each.name == _MEASURED)
    asked = _HEAD.sub("SELECT ?test ?threshold ?finding", rule.bound(**{"from": measurement}))
    found = (row for row in store.rows(f"{asked} ORDER BY ?threshold") if row["finding"] == finding)
    row = next(found, None)
    if row is None:
        return []
    test, threshold = iri(row, "test"), iri(row, "threshold")
    return [
        (measurement, EG.resultOf, test), (test, EG.hasThreshold, threshold), (threshold, EG.definesFinding, finding)
    ]  # fmt: skip


def _links(rule: str) -> Iterable[Sequence[URIRef]]:
    """The relations of the first link of a chain by which a rule infers, of the second, and so on."""
    match rule:
        case "causally-upstream":
            return repeat((EG.causes, EG.leadsTo))
        case "test-for":
            return ((EG.hasFinding,), (EG.supports,))
    return ()


def _chain(store: Store, rule: str, start: URIRef, end: URIRef) -> list[Triple]:
    """A shortest chain of links from start to end, the same each time; empty where the rule is not one of chains."""
    reached: dict[URIRef, Triple] = {}
    ends = [start]
    for relations in _links(rule):
        found = {link[2]: link for link in reversed(_from(store, ends, relations)) if link[2] not in reached}
        reached |= found
        if end in found or not found:
            break
        ends = sorted(found)
    return _back(reached, start, end)


def _from(store: Store, ends: Iterable[URIRef], relations: Iterable[URIRef]) -> list[Triple]:
    values = " ".join(end.n3() for end in ends)
    kinds = " ".join(relation.n3() for relation in relations)
    rows = store.rows(
        f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {values} }} VALUES ?p {{ {kinds} }} ?s ?p ?o }} ORDER BY ?s ?p ?o"
    )
    return [(iri(row, "s"), iri(row, "p"), iri(row, "o")) for row in rows]


def _back(reached: Mapping[URIRef, Triple], start: URIRef, end: URIRef) -> list[Triple]:
    """The links that were followed to the end, from the start on; a chain may lead back to where it began."""
    if end not in reached:
        return []
    chain = [reached[end]]
    while chain[0][0] != start:
        chain.insert(0, reached[chain[0][0]])
    return chain


_NAMES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?node ?name WHERE { VALUES ?node { %s } ?node skos:prefLabel|rdfs:label ?name } ORDER BY ?name
"""


def _names(store: Store, nodes: Iterable[URIRef]) -> dict[Node, str]:
    rows = store.rows(_NAMES % " ".join(node.n3() for node in sorted(nodes)))
    return {row["node"]: text(row, "name") for row in reversed(rows)}
