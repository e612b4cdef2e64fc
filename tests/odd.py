"""A graph no loader writes: markup, script IRIs, turned directions, endless or no names, crossing quotes, denials."""

from collections.abc import Iterator

from rdflib import DCTERMS, RDF, RDFS, SKOS, Graph, Literal, URIRef

from ontology.iris import Iris
from ontology.terms import EG, OA

IRIS = Iris()
ARTICLE = IRIS.thing("article/odd-0")
_SLUGS = ("odd-markup", "odd-link", "odd-long", "odd-none", "odd-rlo")
MARKUP, SCRIPT_LINK, LONG, NAMELESS, TURNED = map(IRIS.entity, _SLUGS)
SYMPTOM, COFFEE = IRIS.entity("odd-symptom"), IRIS.entity("odd-coffee")
SCRIPT = "<script>alert('x')</script>"
ENDLESS = "wordwithoutend" * 715
PASSAGES = (
    "Odd <b>title</b>",
    "Deep causes hurt 😀 a lot in the end.",
    "Coffee does not cause it.",
    "The chrostek sign & more.",
)
TEXT = "{}\n\n{} {}\n\n{}\n".format(*PASSAGES)


def graph() -> Graph:
    """Everything odd in one article graph."""
    found = Graph()
    for triple in (*_entities(), *_article(), *_statements(), *_correction()):
        found.add(triple)
    return found


def quarantine() -> Graph:
    """A sentence that is set aside."""
    found = Graph()
    assertion = IRIS.thing("assertion/odd-aside")
    for triple in _statement(assertion, "The chrostek sign & more.", EG.QuarantineStatement, EG.Quarantined):
        found.add(triple)
    found.add((assertion, EG.reason, Literal("makes no sense <here>")))
    return found


Triple = tuple[URIRef, URIRef, URIRef | Literal]


def _entities() -> Iterator[Triple]:
    names = {
        MARKUP: SCRIPT,
        SCRIPT_LINK: "odd link",
        LONG: ENDLESS,
        TURNED: "turned \u202earound",
        SYMPTOM: "odd symptom",
        COFFEE: "coffee",
    }
    for entity in (*names, NAMELESS):
        yield entity, RDF.type, EG.Entity
        yield entity, RDF.type, EG.Symptom if entity == SYMPTOM else EG.Condition
    for entity, name in names.items():
        yield entity, SKOS.prefLabel, Literal(name, lang="en")
    yield MARKUP, SKOS.definition, Literal('"><img src=x onerror=alert(1)>')
    yield MARKUP, SKOS.altLabel, Literal("{{ 7 * 7 }}")
    yield MARKUP, SKOS.hiddenLabel, Literal("chrostek sign")
    yield SCRIPT_LINK, RDFS.seeAlso, URIRef("javascript:alert(1)")
    yield SCRIPT_LINK, RDFS.seeAlso, URIRef("https://example.org/?a=1&b=2")
    yield SCRIPT_LINK, RDFS.seeAlso, URIRef("data:text/html,x")
    yield MARKUP, EG.causes, SYMPTOM


def _article() -> Iterator[Triple]:
    yield ARTICLE, RDF.type, EG.Article
    yield ARTICLE, DCTERMS.title, Literal("Odd <b>title</b>", lang="en")
    yield ARTICLE, EG.text, Literal(TEXT)
    yield ARTICLE, EG.about, SYMPTOM
    yield ARTICLE, EG.sourceHash, Literal("00")
    for number, words in enumerate(PASSAGES, 1):
        passage = IRIS.passage(ARTICLE, number)
        start = TEXT.index(words)
        yield ARTICLE, EG.hasPassage, passage
        yield passage, RDF.type, EG.Passage
        yield passage, RDF.value, Literal(words)
        yield passage, EG.start, Literal(start)
        yield passage, EG.end, Literal(start + len(words))
        yield passage, DCTERMS.isPartOf, ARTICLE


def _statements() -> Iterator[Triple]:
    cause = (MARKUP, EG.causes, SYMPTOM)
    yield from _statement(IRIS.thing("assertion/odd-1"), PASSAGES[1], EG.CauseStatement, EG.Affirmed, cause)
    for name, words in (("odd-2", "causes hurt 😀"), ("odd-3", "hurt 😀 a lot in")):
        step = (MARKUP, EG.leadsTo, LONG if name == "odd-2" else TURNED)
        yield from _statement(IRIS.thing(f"assertion/{name}"), words, EG.MechanismStatement, EG.Affirmed, step)
    denied = (COFFEE, EG.causes, SYMPTOM)
    yield from _statement(IRIS.thing("assertion/odd-no"), PASSAGES[2], EG.CauseStatement, EG.Denied, denied)
    nameless = (NAMELESS, EG.predisposesTo, SYMPTOM)
    yield from _statement(IRIS.thing("assertion/odd-4"), "Deep", EG.PredisposingStatement, EG.Affirmed, nameless)
    again = IRIS.thing("evidence/odd-again")  # a statement may rest on several quotes of one sentence
    yield IRIS.thing("assertion/odd-4"), EG.evidence, again
    yield from _evidence(again, "the end.")


def _statement(
    assertion: URIRef, words: str, kind: URIRef, status: URIRef, said: tuple[URIRef, URIRef, URIRef] | None = None
) -> Iterator[Triple]:
    garbled = status == EG.Quarantined
    evidence = IRIS.thing(f"evidence/{assertion.rpartition('/')[2]}")
    yield assertion, RDF.type, EG.Assertion
    yield assertion, DCTERMS.isPartOf, ARTICLE
    yield assertion, EG.statementType, kind
    yield assertion, EG.status, status
    yield assertion, EG.basis, EG.Automatic if garbled else EG.StatedInText
    yield assertion, EG.legibility, EG.Garbled if garbled else EG.Clear
    yield assertion, EG.evidence, evidence
    yield from _evidence(evidence, words)
    if said:
        for part, node in zip((RDF.subject, RDF.predicate, RDF.object), said, strict=True):
            yield assertion, part, node


def _evidence(evidence: URIRef, words: str) -> Iterator[Triple]:
    start = TEXT.index(words)
    number = next(number for number, passage in enumerate(PASSAGES, 1) if words in passage)
    quote, position = URIRef(f"{evidence}/quote"), URIRef(f"{evidence}/position")
    yield evidence, RDF.type, EG.EvidenceItem
    yield evidence, OA.hasSource, ARTICLE
    yield evidence, OA.hasSelector, quote
    yield evidence, OA.hasSelector, position
    yield evidence, EG.inPassage, IRIS.passage(ARTICLE, number)
    yield quote, OA.exact, Literal(words)
    yield position, OA.start, Literal(start)
    yield position, OA.end, Literal(start + len(words))


def _correction() -> Iterator[Triple]:
    correction, evidence = IRIS.thing("correction/odd"), IRIS.thing("evidence/odd-correction")
    yield correction, RDF.type, EG.Correction
    yield correction, EG.asWritten, Literal("chrostek sign")
    yield correction, EG.reading, Literal("Chvostek sign")
    yield correction, EG.errorKind, Literal("misspelling")
    yield correction, EG.corrects, MARKUP
    yield correction, EG.evidence, evidence
    yield from _evidence(evidence, "chrostek sign")
