"""The small pages behind the facts: a statement, a quote, a passage, a correction, and what has no page of its own."""

from flask import render_template
from rdflib import DCTERMS, URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.lookups import ask
from service.pages.article import correction
from service.pages.statements import Name, Quote, quotes, statements
from service.pages.things import Thing

MANY = 300
"""As many statements as rest on one place in a page; `statements-at.rq` stops behind it."""

_SHOWN: frozenset[Node] = frozenset({EG.asWritten, EG.reading, EG.errorKind, EG.reason})


def statement(thing: Thing) -> str:
    """The page of an assertion."""
    found = statements(ask("statement", assertion=thing.iri))
    if not found:
        return record(thing)
    corrections = [correction(row) for row in ask("corrections-of", thing=thing.iri)]
    return render_template("statement.html", thing=thing, statement=found[0], corrections=corrections)


def evidence(thing: Thing) -> str:
    """The page of a quote."""
    resting = statements(ask("statements-at", thing=thing.iri))
    return render_template("evidence.html", thing=thing, quote=quote(thing.iri), resting=resting, many=MANY)


def passage(thing: Thing) -> str:
    """The page of a sentence, item head or heading."""
    resting = statements(ask("statements-at", thing=thing.iri))
    article = next(iter(thing.values.get(DCTERMS.isPartOf, ())), Name(None, ""))
    return render_template("passage.html", thing=thing, resting=resting, article=article, many=MANY)


def corrected(thing: Thing) -> str:
    """The page of a correction."""
    found = next(iter(thing.values.get(EG.evidence, ())), None)
    shown = quote(URIRef(str(found.node))) if found else None
    return render_template("correction.html", thing=thing, quote=shown, hidden=_SHOWN)


def record(thing: Thing) -> str:
    """The page of anything else: what the graph says of it, property by property."""
    return render_template("record.html", thing=thing)


def quote(evidence: URIRef) -> Quote | None:
    """The words of one piece of evidence."""
    return next((found for row in ask("quote", evidence=evidence) for found in quotes(row)), None)
