"""Statements in, claims out: the triple each makes, the things it is about, and what else must be said of them.

Claims that no single sentence states (a name under a broader one, what a test is for) are marked as inference.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from loaders import threshold
from loaders.grounding import title_parts
from loaders.normalised import Span
from loaders.reading import Reading
from loaders.statements import Quantity, Statement, Term, local
from ontology.iris import Iris
from ontology.lexicon.concepts import Concept, ancestors, concepts, key, named
from ontology.terms import EG

Triple = tuple[Node, Node, Node]

_PREDICATES = {
    "cause": EG.causes,
    "mechanism": EG.leadsTo,
    "risk_group": EG.atRiskOf,
    "predisposing": EG.predisposesTo,
    "test": EG.investigates,
    "finding": EG.hasFinding,
    "differential": EG.differentialOf,
    "body_site": EG.hasBodySite,
    "relief": EG.relieves,
    "duration": EG.hasDuration,
    "manifestation": EG.hasManifestation,
    "consequence": EG.hasConsequence,
    "caveat": EG.hasCaveat,
    "support": EG.supports,
}


@dataclass(frozen=True)
class Claim:
    """One triple with the statement behind it. ``details`` are triples that describe its nodes."""

    type: str
    subject: URIRef
    predicate: URIRef
    object: Node
    statement: Statement
    terms: tuple[Term, ...] = ()
    details: tuple[Triple, ...] = ()


def claims(reading: Reading, iris: Iris) -> Iterator[Claim]:
    """Every claim of an article, in the order of its statements, inferences last; what two rules read alike, once."""
    told: set[tuple[URIRef, URIRef, Node, int]] = set()
    for claim in _claims(reading, iris):
        identity = (claim.subject, claim.predicate, claim.object, claim.statement.span.start)
        if identity not in told:
            told.add(identity)
            yield claim


def _claims(reading: Reading, iris: Iris) -> Iterator[Claim]:
    for statement in reading.statements:
        yield from _of_statement(reading, iris, statement)
    yield from _hierarchy(reading, iris)
    for statement in reading.inferences:
        if statement.object is not None:
            yield from _relation(iris, statement, statement.object)
            yield from _test_for(reading, iris, statement, statement.object)


def _of_statement(reading: Reading, iris: Iris, statement: Statement) -> Iterator[Claim]:
    if statement.type == "synonym":
        yield from _synonym(iris, statement)
    elif statement.object is None:
        return  # corrections and quarantined sentences relate nothing
    elif statement.type == "threshold" and statement.quantity is not None:
        yield from _threshold(iris, statement, statement.object, statement.quantity)
    elif statement.type == "differential":
        yield from _differential(reading, iris, statement)
    elif statement.type == "discriminator":
        yield from _discriminator(reading, iris, statement, statement.object)
    else:
        yield from _relation(iris, statement, statement.object)


def _relation(iris: Iris, statement: Statement, object_: Term) -> Iterator[Claim]:
    subject, end = iris.entity(statement.subject.slug), iris.entity(object_.slug)
    details = tuple(threshold.numbers(end, statement.quantity)) if statement.quantity else ()
    yield Claim(
        statement.type,
        subject,
        _PREDICATES[statement.type],
        end,
        statement,
        (statement.subject, object_),
        details,
    )


def _synonym(iris: Iris, statement: Statement) -> Iterator[Claim]:
    if above := _broader_named(statement):
        yield _broader(
            iris, statement.subject.concept, above, statement.span, "CuratorInference", "hierarchy.broader-name"
        )
    else:
        yield Claim(
            "synonym",
            iris.entity(statement.subject.slug),
            SKOS.altLabel,
            Literal(statement.text, lang="en"),
            statement,
            (statement.subject,),
        )
    if statement.reason:
        known = named(statement.text, ("Symptom", "Condition"))
        term = Term(known, statement.text) if known else statement.subject
        yield Claim(
            "definition",
            iris.entity(term.slug),
            SKOS.definition,
            Literal(statement.reason, lang="en"),
            statement,
            (term,),
        )


def _broader_named(statement: Statement) -> Concept | None:
    """The broader concept that a name is the name of: every calf cramp is a muscle spasm, but not the other way."""
    name = key(statement.text)
    return next(
        (
            above
            for above in ancestors(statement.subject.concept)
            if name in map(key, (above.label, *above.alternatives)) and above.slug != statement.subject.concept.broader
        ),
        None,
    )


def _threshold(iris: Iris, statement: Statement, finding: Term, quantity: Quantity) -> Iterator[Claim]:
    test, found = iris.entity(statement.subject.slug), iris.entity(finding.slug)
    node = threshold.node(iris, statement.subject, quantity)
    details = () if statement.negated else tuple(threshold.details(node, statement.subject, found, quantity))
    yield Claim("threshold", test, EG.hasThreshold, node, statement, (statement.subject, finding), details)
    yield Claim(
        "finding",
        test,
        EG.hasFinding,
        found,
        replace(statement, rule="finding.threshold"),
        (statement.subject, finding),
    )


def _comparison(reading: Reading, iris: Iris, alternative: Term) -> URIRef:
    return iris.thing(f"differential/{reading.symptom.slug}/{alternative.slug}")


def _differential(reading: Reading, iris: Iris, statement: Statement) -> Iterator[Claim]:
    alternative, symptom = iris.entity(statement.subject.slug), iris.entity(reading.symptom.slug)
    node = _comparison(reading, iris, statement.subject)
    label = f"{reading.symptom.label} or {statement.subject.label}"
    details: list[Triple] = [
        (node, RDF.type, EG.Differential),
        (node, RDF.type, EG.Entity),
        (node, RDF.type, SKOS.Concept),
        (node, RDFS.label, Literal(label, lang="en")),
        (node, SKOS.prefLabel, Literal(label, lang="en")),
        (node, EG.alternative, alternative),
        (symptom, EG.hasDifferential, node),
    ]
    terms = (statement.subject, reading.symptom)
    yield Claim(
        "differential",
        alternative,
        EG.differentialOf,
        symptom,
        statement,
        terms,
        () if statement.negated else tuple(details),
    )
    shared = _shared_ancestor(reading.symptom.concept, statement.subject.concept)
    if shared is not None and not statement.negated:
        inferred = replace(
            statement, basis="CuratorInference", rule="inference.shared-broader", reason="both stand under this name"
        )
        yield Claim(
            "discriminator", node, EG.sharedFeature, iris.entity(shared.slug), inferred, (Term(shared, shared.label),)
        )


def _shared_ancestor(left: Concept, right: Concept) -> Concept | None:
    above = [*ancestors(right)]
    return next((concept for concept in ancestors(left) if concept in above), None)


def _discriminator(reading: Reading, iris: Iris, statement: Statement, feature: Term) -> Iterator[Claim]:
    node = _comparison(reading, iris, statement.subject)
    yield Claim(
        "discriminator",
        node,
        EG.resolvingTest if feature.concept.type == "DiagnosticTest" else EG.distinguishingFeature,
        iris.entity(feature.slug),
        statement,
        (statement.subject, feature),
    )


def _hierarchy(reading: Reading, iris: Iris) -> Iterator[Claim]:
    """Names under broader names: by the lexicon, else by the title ("morning headache" is a headache)."""
    symptom, title = reading.symptom, reading.article.title.span
    if (
        not symptom.concept.broader
        and (parts := title_parts(reading.article.title.text))
        and key(parts[0]) != key(symptom.label)
    ):
        broader = named(parts[0], ("Symptom", "Condition")) or local(parts[0], "Symptom").concept
        if broader.slug != symptom.slug:
            yield _broader(iris, symptom.concept, broader, title, "Automatic", "hierarchy.title")
    for term in {
        term.slug: term for statement in reading.statements for term in (statement.subject, statement.object) if term
    }.values():
        concept = term.concept
        for above in ancestors(concept):
            yield _broader(
                iris, concept, above, _place_of(reading, above) or title, "CuratorInference", "hierarchy.lexicon"
            )
            concept = above
    if symptom.concept.during in concepts():
        during = concepts()[symptom.concept.during]
        statement = Statement(
            "hierarchy", symptom, Term(during, during.label), title, "title", "hierarchy.circumstance", 0.95
        )
        yield Claim(
            "hierarchy",
            iris.entity(symptom.slug),
            EG.occursDuring,
            iris.entity(during.slug),
            statement,
            (Term(during, during.label),),
        )


def _place_of(reading: Reading, concept: Concept) -> Span | None:
    """Where the article names a concept, or one above it."""
    names = {key(name) for above in (concept, *ancestors(concept)) for name in (above.label, *above.alternatives)}
    return next(
        (
            statement.span
            for statement in reading.statements
            if statement.type == "synonym" and key(statement.text) in names
        ),
        None,
    )


def _broader(iris: Iris, concept: Concept, above: Concept, span: Span, basis: str, rule: str) -> Claim:
    ends = Term(concept, concept.label), Term(above, above.label)
    reason = "the lexicon names it as broader" if basis == "CuratorInference" else ""
    statement = Statement("hierarchy", *ends, span, "title", rule, 0.95, basis=basis, reason=reason)
    return Claim("hierarchy", iris.entity(concept.slug), SKOS.broader, iris.entity(above.slug), statement, ends)


def _test_for(reading: Reading, iris: Iris, support: Statement, condition: Term) -> Iterator[Claim]:
    """A test with a finding that supports a condition is a test for it: the chain hasFinding o supports."""
    tests = {
        statement.subject.slug: statement
        for statement in reversed(reading.statements)  # the first place wins
        if statement.type in ("finding", "threshold")
        and statement.object
        and statement.object.slug == support.subject.slug
        and not statement.negated
    }
    for statement in tests.values():
        inferred = replace(support, subject=statement.subject, span=statement.span, rule="inference.test-for")
        yield Claim(
            "support",
            iris.entity(statement.subject.slug),
            EG.testFor,
            iris.entity(condition.slug),
            inferred,
            (statement.subject, condition),
        )
