"""A measured value in, what the graph says about it out: the thresholds of its test, crossed or not, and why.

A reference range is no threshold to cross: a value is within it or outside of it, and outside it is no finding.

The limits are compared in the unit of the value, which is never converted itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from rdflib import SKOS, URIRef
from rdflib.term import Node

from ontology.decimals import written
from ontology.errors import Impossible
from ontology.lexicon.concepts import Analyte, analytes
from ontology.possibility import check_possible
from ontology.terms import EG
from service.codes import check_kind_of_unit
from service.conversions import in_unit, limit_of
from service.errors import UnknownThing, WrongRequest, reading
from service.lookups import Row, iri, text, text_of
from service.store.local import LocalStore
from service.typed import apart, known_unit, measured_number
from service.values import thing_of

DISCLAIMER = (
    "General information, not medical advice. This shows what articles say; it does not diagnose, it does not "
    "recommend a treatment, and it does not replace a physician."
)
_DIRECTIONS = MappingProxyType({"<": "below", "<=": "below", ">": "above", ">=": "above"})
_OPPOSITES = MappingProxyType({"<": "above", "<=": "above", ">": "below", ">=": "below"})
"""Where a value lies that is not what a one-sided reference range calls normal, at the limit itself too."""
_BASES: Mapping[URIRef, str] = MappingProxyType(
    {
        EG.StatedInText: "stated in the text",
        EG.CuratorInference: "curator inference",
        EG.Automatic: "read from the order of clauses",
    }
)


@dataclass(frozen=True)
class Name:
    """A thing and what it is called."""

    iri: URIRef
    label: str


@dataclass(frozen=True)
class Evidence:
    """A sentence of an article; offsets are Unicode code points."""

    iri: URIRef
    sentence: str
    article: Name
    start: int
    end: int
    assertion: URIRef
    basis: str


@dataclass(frozen=True)
class Said:
    """A thing that stands in a relation, with the sentences that say so."""

    thing: Name
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Group:
    """People at risk of a cause. `asked` is whether they are the group that was asked about; None if none was."""

    group: Name
    asked: bool | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Cause:
    """What a finding supports, on what basis, what it causes, and who is at risk of it."""

    cause: Name
    bases: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    causes: tuple[Said, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Comparison:
    """A threshold and the value: `beyond` says whether the value is the finding."""

    threshold: Name
    beyond: bool
    direction: str
    comparator: str
    limit: str
    upper: str | None
    unit: str
    rounded: bool
    """Whether the limit is a fraction in this unit, rounded so that no value compares otherwise."""

    printed: str
    finding: Name
    supports: tuple[Cause, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Reference:
    """A reference range and the value: `position` is within, below or above; `finding` is that of a value within."""

    threshold: Name
    position: str
    comparator: str
    limit: str
    upper: str | None
    unit: str
    rounded: bool
    printed: str
    finding: Name | None
    evidence: tuple[Evidence, ...]

    @property
    def ends(self) -> str:
        """Its ends in words, or its one end with the comparator."""
        if self.upper:
            return f"{self.limit} to {self.upper}"
        return self.limit if self.comparator == "=" else f"{self.comparator} {self.limit}"


@dataclass(frozen=True)
class Caveat:
    """A warning about judging a symptom that the test investigates."""

    caveat: Name
    symptom: Name
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class AskedGroup:
    """The group that was asked about; whether it is at risk of what the findings support, None without a finding."""

    group: Name
    concerned: bool | None


@dataclass(frozen=True)
class Interpretation:
    """What the graph says about one value of a test."""

    disclaimer: str
    test: Name
    value: str
    unit: str
    group: AskedGroup | None
    crossed: bool
    summary: str
    thresholds: tuple[Comparison, ...]
    references: tuple[Reference, ...]
    incomparable: tuple[Name, ...]
    """Thresholds of the test whose limit does not convert to this unit."""

    caveats: tuple[Caveat, ...]


def interpretation(
    store: LocalStore, base: str, test: str, value: str, unit: str, group: str | None = None
) -> Interpretation:
    """Interpret a value as it was typed; one argument may hold what follows too, as in "calcium 7.6 mg/dL".

    Raises UnknownThing for a test, a group or a limit that the graph does not have, and WrongRequest for a value that
    is no number, too fine or impossible, and for a unit that is missing, unknown, to which no limit converts, or of
    another kind than the code of the test is for; it names the units in which limits are known, or the code.
    """
    if not unit.strip() and (parts := apart(test, value)):
        test, value, unit = parts
    with reading("test"):
        found, limits = _limits(store, base, test)
    with reading("value"):
        measured = measured_number(value)
    with reading("unit"):
        code, analyte = known_unit(unit, limits), analytes().get(found.rpartition("/")[2])
        comparable = in_unit(limits, code, analyte)
        check_kind_of_unit(test, code, found)
    with reading("value"):
        _check_possible(measured, code, analyte)
    with reading("group"):
        wanted = None if group is None else thing_of(EG.RiskGroup, "risk group", group, store, base)
    said = store.rows(text_of("interpretation"), test=found)
    name = None if wanted is None else Name(wanted, _label(store, wanted))
    return interpreted(measured, code, comparable, said, name)


def _limits(store: LocalStore, base: str, test: str) -> tuple[URIRef, list[dict[str, Node]]]:
    """The test that is meant and the rows of its limits, of which there is at least one."""
    if not test.strip():
        raise WrongRequest('there is no test; give one by name, such as "serum calcium"')
    found = thing_of(EG.DiagnosticTest, "test", test, store, base)
    limits = store.rows(text_of("limits-of-test"), test=found)
    if not limits:
        findings = ", ".join(text(row, "findingName") for row in store.rows(text_of("findings-of-test"), test=found))
        raise UnknownThing(
            f"the graph holds no threshold for {_label(store, found)}, so no value of it can be compared"
            + (f"; what it finds has no number: {findings}" if findings else "")
        )
    return found, limits


def _label(store: LocalStore, thing: URIRef) -> str:
    rows = store.rows(text_of("names"), thing=thing)
    return next((text(row, "text") for row in rows if row["property"] == SKOS.prefLabel), str(thing))


def _check_possible(value: Decimal, unit: str, analyte: Analyte | None) -> None:
    if analyte:
        try:
            check_possible(value, unit, analyte)
        except Impossible as error:
            raise WrongRequest(str(error)) from None


def interpreted(
    value: Decimal, unit: str, limits: Sequence[Row], said: Sequence[Row], group: Name | None = None
) -> Interpretation:
    """Compare a value with the rows of `limits-of-test`, of which there is at least one, and add what is said."""
    here = {(row["threshold"], row["finding"]): row for row in limits if text(row, "unit") == unit}
    compared = {threshold for threshold, _ in here}
    comparisons = tuple(_comparison(row, value, said, group) for row in here.values() if not _is(row, "isReference"))
    references = tuple(_reference(row, value, said) for row in here.values() if _is(row, "isReference"))
    others = {row["threshold"]: _name(row, "threshold") for row in limits if row["threshold"] not in compared}
    crossed = tuple(each for each in comparisons if each.beyond)
    return Interpretation(
        disclaimer=DISCLAIMER,
        test=_name(limits[0], "test"),
        value=written(value),
        unit=unit,
        group=None if group is None else AskedGroup(group, any(map(_concerns, crossed)) if crossed else None),
        crossed=bool(crossed),
        summary=_summary(f"{written(value)} {unit}", crossed, references, len(others)),
        thresholds=tuple(sorted(comparisons, key=lambda each: not each.beyond)),
        references=references,
        incomparable=tuple(others.values()),
        caveats=tuple(
            Caveat(_name(rows[0], "object"), _name(rows[0], "subject"), _evidence(rows))
            for rows in _grouped(said, EG.hasCaveat)
        ),
    )


def _concerns(comparison: Comparison) -> bool:
    return any(group.asked for cause in comparison.supports for group in cause.groups)


def _summary(measured: str, crossed: Iterable[Comparison], references: Sequence[Reference], others: int) -> str:
    findings = dict.fromkeys(each.finding.label for each in crossed)
    said = [f"is, by the limits of the articles: {', '.join(findings)}"] if findings else []
    said += map(_place, references)
    if not findings and others:
        said.append(f"crosses no threshold that can be compared in this unit; {others} of this test cannot")
    elif not findings:
        said.append("crosses no threshold of this test in the graph; the articles give no other limit for it")
    return f"{measured} {'. It '.join(said)}."


def _place(reference: Reference) -> str:
    stated = f"the reference range that an article states, {reference.ends} {reference.unit}"
    return (
        f"is within {stated}" if reference.position == "within" else f"is outside of {stated}: {reference.position} it"
    )


def _reference(row: Row, value: Decimal, said: Sequence[Row]) -> Reference:
    limit = limit_of(row)
    is_within = limit.holds(value)
    outside = _OPPOSITES.get(limit.comparator) or ("below" if value < limit.limit else "above")
    return Reference(
        threshold=_name(row, "threshold"),
        position="within" if is_within else outside,
        comparator=limit.comparator,
        limit=written(limit.limit),
        upper=None if limit.upper is None else written(limit.upper),
        unit=limit.unit,
        rounded=_is(row, "isRounded"),
        printed=text(row, "printedForm"),
        finding=_name(row, "finding") if is_within else None,
        evidence=_evidence(_about(said, EG.hasThreshold, object=limit.threshold)),
    )


def _is(row: Row, variable: str) -> bool:
    return text(row, variable) == "true"


def _comparison(row: Row, value: Decimal, said: Sequence[Row], group: Name | None) -> Comparison:
    limit, finding = limit_of(row), iri(row, "finding")
    return Comparison(
        threshold=_name(row, "threshold"),
        beyond=limit.holds(value),
        direction=_DIRECTIONS.get(limit.comparator, "within"),
        comparator=limit.comparator,
        limit=written(limit.limit),
        upper=None if limit.upper is None else written(limit.upper),
        unit=limit.unit,
        rounded=_is(row, "isRounded"),
        printed=text(row, "printedForm"),
        finding=_name(row, "finding"),
        supports=tuple(_cause(rows, said, group) for rows in _grouped(said, EG.supports, subject=finding)),
        evidence=_evidence(_about(said, EG.hasThreshold, object=limit.threshold)),
    )


def _cause(supporting: Sequence[Row], said: Sequence[Row], group: Name | None) -> Cause:
    cause = _name(supporting[0], "object")
    evidence = _evidence(supporting)
    return Cause(
        cause,
        tuple(dict.fromkeys(each.basis for each in evidence)),
        evidence,
        tuple(Said(_name(rows[0], "object"), _evidence(rows)) for rows in _grouped(said, EG.causes, subject=cause.iri)),
        tuple(_group(rows, group) for rows in _grouped(said, EG.atRiskOf, object=cause.iri)),
    )


def _group(rows: Sequence[Row], asked: Name | None) -> Group:
    found = _name(rows[0], "subject")
    return Group(found, None if asked is None else found.iri == asked.iri, _evidence(rows))


def _about(said: Iterable[Row], predicate: URIRef, **ends: URIRef) -> Iterator[Row]:
    """The rows of one relation with these ends."""
    for row in said:
        if row["predicate"] == predicate and all(row[end] == node for end, node in ends.items()):
            yield row


def _grouped(said: Iterable[Row], predicate: URIRef, **ends: URIRef) -> list[list[Row]]:
    """The rows of one relation with these ends, those that say the same together."""
    found: dict[tuple[Node, Node], list[Row]] = {}
    for row in _about(said, predicate, **ends):
        found.setdefault((row["subject"], row["object"]), []).append(row)
    return list(found.values())


def _evidence(rows: Iterable[Row]) -> tuple[Evidence, ...]:
    """The sentences of some rows, each once."""
    return tuple(dict.fromkeys(map(_sentence, rows)))


def _sentence(row: Row) -> Evidence:
    return Evidence(
        iri(row, "evidence"),
        text(row, "exact"),
        Name(iri(row, "article"), text(row, "articleTitle")),
        int(text(row, "start")),
        int(text(row, "end")),
        iri(row, "assertion"),
        _BASES.get(iri(row, "basis"), text(row, "basis")),
    )


def _name(row: Row, variable: str) -> Name:
    return Name(iri(row, variable), text(row, f"{variable}Name") or text(row, variable))
