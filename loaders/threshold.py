"""A quantity of a test in, the triples of its threshold out: the limit as printed, and the same limit in each unit.

The limit is converted, once and here; what someone measured never is.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from loaders.statements import Quantity, Term
from ontology.conversion import converted_ends
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
    word = _word(quantity)
    numbers = "-to-".join(
        str(number.normalize() if number.as_tuple().exponent else number).replace(".", "_")
        for number in (quantity.value, quantity.high)
        if number is not None
    )
    return iris.thing(f"threshold/{slug(_measured(test))}-{word}-{numbers}-{unit_slug(quantity.unit or '1')}")


def _word(quantity: Quantity) -> str:
    """What is normal and what is a finding are two thresholds, even with the same numbers."""
    if quantity.comparator == "range" and not quantity.is_normal:
        return "within"
    word = _COMPARATOR_WORDS[quantity.comparator or "="]
    return f"normal-{word}" if _is_one_sided(quantity) and quantity.is_normal else word


def _is_one_sided(quantity: Quantity) -> bool:
    return quantity.comparator in ("<", "<=", ">", ">=")


def unit_slug(unit: str) -> str:
    """A UCUM code as part of an IRI.

    >>> unit_slug("mg/dL")
    'mg-per-dl'
    """
    return slug(unit.replace("/", " per ").replace("%", "percent"))


def details(threshold: URIRef, test: Term, finding: URIRef, quantity: Quantity) -> Iterator[Triple]:
    """What describes a threshold: its finding, its numbers, and its limit in every unit its analyte is measured in."""
    label = _label(test, quantity)
    for type_ in (EG.Threshold, EG.Entity, SKOS.Concept):
        yield threshold, RDF.type, type_
    if quantity.is_normal:
        yield threshold, RDF.type, EG.ReferenceRange
    for predicate in (RDFS.label, SKOS.prefLabel):
        yield threshold, predicate, Literal(label, lang="en")
    yield threshold, EG.definesFinding, finding
    yield from numbers(threshold, quantity)
    analyte = analytes().get(test.slug)
    if analyte and analyte.specimen:
        yield threshold, EG.specimen, Literal(analyte.specimen)
    for limit in _limits(quantity, analyte):
        yield from _limit_in(threshold, label, limit)


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


@dataclass(frozen=True)
class _Limit:
    """The limit, or the ends of a range, in one unit."""

    unit: str
    limit: Decimal
    upper: Decimal | None
    is_rounded: bool

    def __str__(self) -> str:
        ends = f"{self.limit} to {self.upper}" if self.upper is not None else f"{self.limit}"
        return f"{ends} {self.unit}{' (rounded)' if self.is_rounded else ''}"


def _limits(quantity: Quantity, analyte: Analyte | None) -> Iterator[_Limit]:
    """The limit in the unit of the article and in each unit of the analyte it converts to."""
    if not quantity.unit or quantity.value is None:
        return
    for unit in dict.fromkeys((quantity.unit, *(analyte.units if analyte else ()))):
        with suppress(Inconvertible):  # then it has no limit in this unit
            ends = quantity.value, quantity.high, quantity.comparator or "="
            yield _Limit(unit, *converted_ends(*ends, quantity.unit, unit, analyte))


def _limit_in(threshold: URIRef, label: str, limit: _Limit) -> Iterator[Triple]:
    subject = URIRef(f"{threshold}/in/{unit_slug(limit.unit)}")
    yield threshold, EG.limitIn, subject
    yield subject, RDF.type, EG.ConvertedLimit
    if limit.is_rounded:
        yield subject, RDF.type, EG.RoundedLimit
    yield subject, RDFS.label, Literal(f"{limit} for {label}", lang="en")
    yield subject, EG.unit, Literal(limit.unit)
    yield subject, EG.limit, _decimal(limit.limit)
    if limit.upper is not None:
        yield subject, EG.upperLimit, _decimal(limit.upper)


def _decimal(value: Decimal) -> Literal:
    return Literal(written(value), datatype=XSD.decimal)


def _measured(test: Term) -> str:
    return analytes()[test.slug].label if test.slug in analytes() else test.label


def _label(test: Term, quantity: Quantity) -> str:
    normal = "normal " if quantity.is_normal and _is_one_sided(quantity) else ""
    return f"{normal}{_measured(test)} {_shown(quantity)}"


def _shown(quantity: Quantity) -> str:
    if quantity.comparator == "range":
        return f"{quantity.value} to {quantity.high} {quantity.unit or ''}".strip()
    return f"{quantity.comparator} {quantity.value} {quantity.unit or ''}".strip()
