"""A quantity of a test in, the triples of its threshold out: the limit as printed, and exactly in each unit.

The limit is converted, once and here; what someone measured never is.
"""

from collections.abc import Iterator
from decimal import Decimal

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from loaders.statements import Quantity, Term
from ontology.conversion import converted
from ontology.decimals import written
from ontology.errors import Inconvertible
from ontology.iris import Iris, slug
from ontology.lexicon.concepts import Analyte, analytes
from ontology.terms import EG

Triple = tuple[Node, Node, Node]

_COMPARATOR_WORDS = {"<": "below", "<=": "at-most", ">": "above", ">=": "at-least", "=": "equal-to", "range": "from"}


def node(iris: Iris, test: Term, quantity: Quantity) -> URIRef:
    """The IRI of a threshold, readable.

    >>> from loaders.statements import local
    >>> str(node(Iris(), local("platelet count", "DiagnosticTest"), Quantity("<", Decimal(50), None, "10*9/L", "< 50")))
    'https://w3id.org/etiograph/id/threshold/platelet-count-below-50-10-9-per-l'
    """
    word = _COMPARATOR_WORDS[quantity.comparator or "="]
    numbers = "-to-".join(
        str(number.normalize() if number.as_tuple().exponent else number).replace(".", "_")
        for number in (quantity.value, quantity.high)
        if number is not None
    )
    return iris.thing(f"threshold/{slug(_measured(test))}-{word}-{numbers}-{unit_slug(quantity.unit or '1')}")


def unit_slug(unit: str) -> str:
    """A UCUM code as part of an IRI.

    >>> unit_slug("mg/dL")
    'mg-per-dl'
    """
    return slug(unit.replace("/", " per ").replace("%", "percent"))


def details(threshold: URIRef, test: Term, finding: URIRef, quantity: Quantity) -> Iterator[Triple]:
    """What describes a threshold: its finding, its numbers, and its limit in every unit its analyte is measured in."""
    label = f"{_measured(test)} {_shown(quantity)}"
    for type_ in (EG.Threshold, EG.Entity, SKOS.Concept):
        yield threshold, RDF.type, type_
    for predicate in (RDFS.label, SKOS.prefLabel):
        yield threshold, predicate, Literal(label, lang="en")
    yield threshold, EG.definesFinding, finding
    yield from numbers(threshold, quantity)
    analyte = analytes().get(test.slug)
    if analyte and analyte.specimen:
        yield threshold, EG.specimen, Literal(analyte.specimen)
    for unit, limit, upper in _limits(quantity, analyte):
        yield from _limit_in(threshold, label, unit, limit, upper)


def numbers(subject: URIRef, quantity: Quantity) -> Iterator[Triple]:
    """The numbers of a threshold or duration, exact, and the form the article prints."""
    yield subject, EG.printedForm, Literal(quantity.printed)
    if quantity.unit:
        yield subject, EG.unit, Literal(quantity.unit)
    if quantity.comparator:
        yield subject, EG.comparator, Literal(quantity.comparator)
    if quantity.value is not None:
        yield subject, EG.limit, _decimal(quantity.value)
    if quantity.high is not None:
        yield subject, EG.upperLimit, _decimal(quantity.high)


def _limits(quantity: Quantity, analyte: Analyte | None) -> Iterator[tuple[str, Decimal, Decimal | None]]:
    """The ends in the unit of the article and in each unit of the analyte they convert to exactly."""
    if quantity.unit is None or quantity.value is None:
        return
    for unit in dict.fromkeys((quantity.unit, *(analyte.units if analyte else ()))):
        try:
            limit = converted(quantity.value, quantity.unit, unit, analyte)
            upper = None if quantity.high is None else converted(quantity.high, quantity.unit, unit, analyte)
        except Inconvertible:
            continue  # a limit that is not exact is no limit
        yield unit, limit, upper


def _limit_in(threshold: URIRef, label: str, unit: str, limit: Decimal, upper: Decimal | None) -> Iterator[Triple]:
    subject = URIRef(f"{threshold}/in/{unit_slug(unit)}")
    shown = f"{limit} to {upper}" if upper is not None else f"{limit}"
    yield threshold, EG.limitIn, subject
    yield subject, RDF.type, EG.ConvertedLimit
    yield subject, RDFS.label, Literal(f"{shown} {unit} for {label}", lang="en")
    yield subject, EG.unit, Literal(unit)
    yield subject, EG.limit, _decimal(limit)
    if upper is not None:
        yield subject, EG.upperLimit, _decimal(upper)


def _decimal(value: Decimal) -> Literal:
    return Literal(written(value), datatype=XSD.decimal)


def _measured(test: Term) -> str:
    return analytes()[test.slug].label if test.slug in analytes() else test.label


def _shown(quantity: Quantity) -> str:
    if quantity.comparator == "range":
        return f"{quantity.value} to {quantity.high} {quantity.unit or ''}".strip()
    return f"{quantity.comparator} {quantity.value} {quantity.unit or ''}".strip()
