"""`/check`: a value of a test against the limits of the articles, with the sentences; errors stand at their field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import urlencode

from flask import render_template, request
from rdflib import URIRef

from service.addresses import base, key
from service.current import current_store
from service.errors import RequestError, problem
from service.interpretation import Comparison, Evidence, Interpretation, Reference, interpretation
from service.lookups import ask, text
from service.messages import gettext
from service.messages import marked as _
from service.names import folded
from service.pages.bars import Bar
from service.pages.statements import Name, Quote, name

_FIELDS = ("q", "test", "value", "unit", "group")
_LONGEST = 200
_BEYOND: Mapping[str, str] = MappingProxyType(
    {
        "<": _("%(value)s is below %(limit)s"),
        "<=": _("%(value)s is at or below %(limit)s"),
        ">": _("%(value)s is above %(limit)s"),
        ">=": _("%(value)s is at or above %(limit)s"),
        "=": _("%(value)s is exactly %(limit)s"),
        "range": _("%(value)s is from %(limit)s to %(upper)s"),
    }
)
_NOT_BEYOND: Mapping[str, str] = MappingProxyType(
    {
        "<": _("%(value)s is not below %(limit)s"),
        "<=": _("%(value)s is above %(limit)s"),
        ">": _("%(value)s is not above %(limit)s"),
        ">=": _("%(value)s is below %(limit)s"),
        "=": _("%(value)s is not exactly %(limit)s"),
        "range": _("%(value)s is not from %(limit)s to %(upper)s"),
    }
)
_POSITIONS: Mapping[str, str] = MappingProxyType(
    {
        "within": _("%(value)s is within the reference range"),
        "below": _("%(value)s is below the reference range; no article names a finding for that"),
        "above": _("%(value)s is above the reference range; no article names a finding for that"),
    }
)
_BASES: Mapping[str, str] = MappingProxyType(
    {"stated in the text": "stated", "curator inference": "inferred", "read from the order of clauses": "automatic"}
)


@dataclass(frozen=True)
class Measurable:
    """A test that has a limit, and the units it is known in."""

    name: Name
    units: tuple[str, ...]


def render() -> tuple[str, int]:
    """The form, and where a value is given what the articles say of it. A wrong field answers 400 or 404."""
    given = {field: request.args.get(field, "").strip()[:_LONGEST] for field in _FIELDS}
    tests, groups = _known()
    found, errors, status = _answer(given)
    return render_template(
        "check.html",
        given=_by_name(given, tests, groups),
        tests=tests,
        groups=groups,
        units=_units(tests, found.test.label if found else given["test"]),
        found=found,
        errors=errors,
        data=f"/api/interpret?{urlencode(_again(found))}" if found else "",
        bar=bar,
        place=place,
        quoted=quoted,
        basis=_BASES,
        example=f"{tests[0].name.label.removesuffix(' test')} 1 {tests[0].units[0]}" if tests else "",
    ), status


def _by_name(given: Mapping[str, str], tests: Iterable[Measurable], groups: Iterable[Name]) -> dict[str, str]:
    """What was given, things by their names where an address calls them by the end of their IRI."""
    names = {key(each.node): each.label for each in (*(test.name for test in tests), *groups)}
    return {field: names.get(words, words) if field in ("test", "group") else words for field, words in given.items()}


def bar(of: Comparison | Reference, value: str) -> Bar:
    """The picture of a limit with the value on it."""
    upper = None if of.upper is None else Decimal(of.upper)
    return Bar(of.comparator, Decimal(of.limit), upper, of.unit, isinstance(of, Reference), of.rounded, Decimal(value))


def place(of: Comparison | Reference, value: str) -> str:
    """Where the value lies, in a sentence without a finding."""
    if isinstance(of, Reference):
        sentence = _POSITIONS[of.position]
    else:
        sentence = (_BEYOND if of.beyond else _NOT_BEYOND).get(of.comparator, "%(value)s, %(limit)s")
    limit, upper = bar(of, value).ends
    return gettext(sentence) % {
        "value": f"{value} {of.unit}",
        "limit": f"{limit} {of.unit}",
        "upper": f"{upper} {of.unit}",
    }


def quoted(evidence: Evidence) -> Quote:
    """A sentence as pages show it."""
    article = Name(evidence.article.iri, evidence.article.label)
    return Quote(evidence.iri, article, "", evidence.sentence, "", evidence.start, evidence.end)


def _answer(given: Mapping[str, str]) -> tuple[Interpretation | None, dict[str, str], int]:
    """What the articles say, or what is wrong with which field, and the status of the answer."""
    if not any(given[field] for field in ("q", "value", "unit")):
        return None, {}, 200
    store = current_store()
    test, value, unit = (given["q"], "", "") if given["q"] else (given["test"], given["value"], given["unit"])
    try:
        return interpretation(store, base(), test, value, unit, given["group"] or None), {}, 200
    except RequestError as error:
        field = "q" if given["q"] and error.parameter != "group" else error.parameter or "test"
        return None, {field: str(error)}, problem(error).status


def _again(found: Interpretation) -> dict[str, str]:
    """The parameters that give the same answer."""
    group = {"group": str(found.group.group.iri)} if found.group else {}
    return {"test": key(found.test.iri), "value": found.value, "unit": found.unit, **group}


def _known() -> tuple[tuple[Measurable, ...], tuple[Name, ...]]:
    """The tests that have a limit, and the risk groups."""
    names: dict[URIRef, Name] = {}
    units: dict[URIRef, list[str]] = {}
    groups: dict[URIRef, Name] = {}
    for row in ask("measurable"):
        if "test" in row:
            test = URIRef(text(row, "test"))
            names.setdefault(test, name(row, "test"))
            units.setdefault(test, []).append(text(row, "unit"))
        else:
            groups.setdefault(URIRef(text(row, "group")), name(row, "group"))
    return tuple(Measurable(names[test], tuple(units[test])) for test in names), tuple(groups.values())


def _units(tests: Iterable[Measurable], test: str) -> tuple[str, ...]:
    """The units of the test that is named, or of all."""
    tests = tuple(tests)
    of_test = [each for each in tests if folded(each.name.label) == folded(test) or key(each.name.node) == test]
    return tuple(sorted({unit for each in of_test or tests for unit in each.units}))
