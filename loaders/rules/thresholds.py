"""Laboratory limits: a quantity with a comparator, the analyte it belongs to, and what a value beyond it is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from loaders.context import Context, Place
from loaders.mentions import Named
from loaders.normalised import Span
from loaders.quantities import Measure, measures
from loaders.rules.measured import owners
from loaders.rules.normality import FINDING, NORMAL, TARGET, normality
from loaders.statements import Quantity, Statement, Term, coined
from ontology.lexicon.concepts import analytes, named

_NORMAL = re.compile(r"\b(?:normal|normally|reference|physiological|healthy|usually|usual)\b", re.IGNORECASE)
_END_OF_NORMAL = re.compile(
    r"\b(?P<end>upper|maximum|highest|lower|minimum|lowest)\b[^,;]*\b(?:limit|value|bound)\b[^,;]*$|"
    r"\blimit\b[^,;]*\b(?P<of>upper|lower)\b[^,;]*$",
    re.IGNORECASE,
)
_NOT_A_RESULT = re.compile(
    r"\b(?:aged?|ages?|years?\s+old|old|older|younger|dose|doses|daily|once|twice|tablets?|drinks?|drinking|cups?|intake|within|lasts?|lasting|persists?|times|exercise|"
    r"radiation|males?|females?|pregnan\w+|weeks?|women|men|children|people|adults|patients?|persons?|lying|standing|eat|eating|takes?)\s*(?:of|than|about|for|is|are)?\s*$",
    re.IGNORECASE,
)
_OF_PEOPLE = re.compile(
    r"(?:\b(?:in|of|for|among)\s+|[,:(]\s*|\band\s+)(?:\w+\s+)?(?:women|men|children|people|adults|patients|persons|infants|males?|females?|newborns|boys|girls)\s+(?:(?:is|are|was|were)\s+)?$",
    re.IGNORECASE,
)
_BARE_PEOPLE = re.compile(r"[,:(]\s*(?:adult\s+)?\w+\s*$")
"""ESR: men < 15 mm/h" says nothing of what that is, unless the words after it do."""
"""Hemoglobin *of men is* below 120 g/L; women below 30 is an age."""
_MOST_MEASURES = 100
"""An endless list of numbers is no sentence, and each number is read beside all others."""
_LIMITS = frozenset({"<", "<=", ">", ">="})
_MULTIPLE = re.compile(r"\s*-?(?:times|fold)\b(?!\s*(?:/|per\b|a\b))", re.IGNORECASE)
"""Three times the upper limit is no number of its own."""
_NOT_EXCEEDING = re.compile(r"(?:does|do)(?:n't|\s+not)\s+exceed", re.IGNORECASE)
"""It is no finding, and not said to be normal."""
_TIMES = frozenset({"s", "min", "h", "d", "wk", "mo", "a"})


def thresholds(context: Context, place: Place, tests: list[Named]) -> Iterator[Statement]:
    """The limits a sentence gives. Dates, ages, doses and durations are none."""
    previous: tuple[Term, ...] = (place.carried,) if place.carried and place.carried.slug in analytes() else ()
    found, said = list(islice(measures(place.text), _MOST_MEASURES)), ""
    for measure in _with_brackets(place.text, [*map(partial(_read, place.text), found)]):
        said = normality(place.text, measure, found, said)
        if not said and _BARE_PEOPLE.search(place.text[: measure.start]):
            said = _said_later(place.text, measure, found)
        if not (_may_be_limit(place.text, measure, said) or _is_plain_range(place.text, tests, measure)):
            continue
        bearers = owners(place, tests, measure) or (previous if _continues(place.text, measure) else ())
        if not bearers or not _fits(bearers[0], measure):
            continue
        previous = bearers
        printed, is_normal = _printed(context, place, measure), _is_normal(measure, said)
        yield from (
            _threshold(place, owner, replace(quantity, printed=printed, is_normal=is_normal))
            for owner, quantity in _paired(bearers, measure)
        )


def _with_brackets(text: str, found: list[Measure]) -> Iterator[Measure]:
    """Measures; one in brackets right behind a limit is that limit in another unit: "3.9 mmol/L (70 mg/dL)"."""
    before: Measure | None = None
    for measure in found:
        again = before is not None and _repeats(text, before.quantity, before.end, measure)
        sign = before.quantity.comparator if before and again else measure.quantity.comparator
        before = replace(measure, quantity=replace(measure.quantity, comparator=sign))
        yield before


def _repeats(text: str, quantity: Quantity, end: int, measure: Measure) -> bool:
    """Whether a measure without comparator goes on with a limit: in brackets in another unit, or for other people."""
    if quantity.comparator not in _LIMITS or measure.quantity.comparator is not None or measure.quantity.unit is None:
        return False
    between = text[end : measure.start]
    if measure.quantity.unit == quantity.unit:
        return re.fullmatch(r"\s+(?:in|for)\s+(?:adult\s+)?\w+\s*,?\s*(?:or|and)\s+", between) is not None
    return re.fullmatch(r"\s*\((?:or\s+|=\s*|about\s+)?", between) is not None


def _said_later(text: str, measure: Measure, found: list[Measure]) -> str:
    """What the last limit of a list of people is: "men < 120 g/L, women < 110 g/L is anemia"."""
    later = next((other for other in found if other.start >= measure.end), None)
    if later is None or later.quantity.unit != measure.quantity.unit or not _BARE_PEOPLE.search(text[: later.start]):
        return ""
    return normality(text, later, found) or _said_later(text, later, found)


def _read(text: str, measure: Measure) -> Measure:
    """A measure with the comparator that "the upper limit of normal is 40 U/L" means."""
    found = _END_OF_NORMAL.search(text[max(0, measure.start - 60) : measure.start])
    if found is None or measure.quantity.comparator is not None or measure.pair is not None:
        return measure
    is_upper = (found["end"] or found["of"]).casefold() in ("upper", "maximum", "highest")
    return replace(measure, quantity=replace(measure.quantity, comparator="<=" if is_upper else ">="))


def _is_normal(measure: Measure, said: str) -> bool:
    """Values and ranges are what is normal unless the article says otherwise; limits only if it says so."""
    return said == NORMAL or (said != FINDING and measure.quantity.comparator not in _LIMITS)


def _printed(context: Context, place: Place, measure: Measure) -> str:
    """The quantity as the source prints it, full-width forms and all."""
    span = context.article.text.trimmed(
        place.sentence.span.start + measure.start, place.sentence.span.start + measure.end
    )
    if context.article.text.cut(span).count("(") > context.article.text.cut(span).count(")"):
        span = Span(span.start, context.article.text.text.find(")", span.end, place.sentence.span.end) + 1 or span.end)
    start, end = context.article.text.origin(span)
    return context.article.source.text[start:end]


def _may_be_limit(text: str, measure: Measure, said: str) -> bool:
    quantity = measure.quantity
    before = text[: measure.start]
    if said == TARGET or (not said and _NOT_EXCEEDING.match(text, measure.start)) or _MULTIPLE.match(text, measure.end):
        return False
    if quantity.comparator is None:
        return measure.pair is not None and bool(_NORMAL.search(before[-60:]))
    if quantity.comparator not in _LIMITS and not (
        (said == FINDING and quantity.comparator == "range")
        or (said != FINDING and _NORMAL.search(before[-60:]))
        or (said != FINDING and _NORMAL.search(text[measure.end : measure.end + 40]))
    ):
        return False
    if quantity.unit is not None and quantity.unit not in _TIMES and (said or not _BARE_PEOPLE.search(before)):
        before = _OF_PEOPLE.sub("", before)
    return not _NOT_A_RESULT.search(before)


_IS = re.compile(
    r"\s*(?:(?:is|are|:|usually|generally|mostly|about|around|between|from|of|level|value)\s*)*", re.IGNORECASE
)


def _is_plain_range(text: str, tests: list[Named], measure: Measure) -> bool:
    """Whether a range is all that is said of something measured: "the prothrombin time is 11 to 13 seconds"."""
    if (
        measure.quantity.high is None
        or measure.quantity.unit is None
        or not re.match(r"\s*(?:[.;,]|$)", text[measure.end :])
    ):
        return False
    return any(
        measure.quantity.unit in analyte.units and _IS.fullmatch(text[test.end : measure.start]) is not None
        for test in tests
        if test.end <= measure.start and (analyte := analytes().get(test.term.slug)) is not None
    )


def _continues(text: str, measure: Measure) -> bool:
    before = text[: measure.start]
    opens = re.match(
        r"\W*(?:(?:when|if|and|but|it|is|the|values?|levels?|those|while|whereas)\b\s*)*$", before, re.IGNORECASE
    )
    pronoun = re.search(r"\b(?:it|they|the\s+(?:value|level|result))\b[^,;]{0,30}$", before, re.IGNORECASE)
    unlikely = re.search(r"\b(?:is|are)\s+(?:un)?likely\s*$", before)
    return bool(opens or pronoun or unlikely or re.search(r"(?:\bor|\band|,|\()\s*$", before))


_BARE_NUMBER = re.compile(r"\b(?:ratio|index|score|scale|gravity|acuity|INR|pH)(?:\s+(?:value|test))?$", re.IGNORECASE)


def _fits(owner: Term, measure: Measure) -> bool:
    """A time is a limit only of what is measured in time, a bare number only of what has no unit."""
    unit = measure.quantity.unit
    analyte = analytes().get(owner.slug)
    if unit is None:
        if analyte is None:
            return bool(_BARE_NUMBER.search(owner.label))
        return "1" in analyte.units or "[pH]" in analyte.units
    if unit not in _TIMES:
        return True
    return (analyte is not None and unit in analyte.units) or bool(
        re.search(r"\b(?:latency|interval|time)\b", owner.label, re.IGNORECASE)
    )


def _paired(owners: tuple[Term, ...], measure: Measure) -> Iterator[tuple[Term, Quantity]]:
    quantity = measure.quantity
    if quantity.comparator is None:
        quantity = replace(quantity, comparator="range") if quantity.high else replace(quantity, comparator="=")
    if measure.pair is not None:
        systolic, diastolic = _pressure(owners[0])
        yield systolic, quantity
        yield diastolic, replace(quantity, value=measure.pair)
    elif measure.also is not None and len(owners) == 2:
        yield owners[0], quantity
        yield owners[1], replace(quantity, value=measure.also)
    else:
        yield owners[-1], quantity


def _pressure(term: Term) -> tuple[Term, Term]:
    """140/90 are two limits."""
    systolic, diastolic = (named(f"{side} blood pressure", ("DiagnosticTest",)) for side in ("systolic", "diastolic"))
    if systolic and diastolic and re.search(r"\bpressure\b|\bBP\b", term.label, re.IGNORECASE):
        return Term(systolic, term.written), Term(diastolic, term.written)
    return term, term


def _threshold(place: Place, owner: Term, quantity: Quantity) -> Statement:
    if quantity.unit is None:  # a bare number is in the unit its analyte has, which is 1 or pH
        analyte = analytes().get(owner.slug)
        quantity = replace(quantity, unit=analyte.units[0] if analyte else _bare_unit(owner.label))
    return Statement(
        "threshold",
        owner,
        _finding(owner, quantity),
        place.sentence.span,
        place.section,
        "threshold.limit",
        0.9 if owner.slug in analytes() else 0.75,
        quantity=quantity,
    )


def _bare_unit(label: str) -> str:
    return "[pH]" if re.search(r"\bpH\b", label) else "1"


def _finding(owner: Term, quantity: Quantity) -> Term:
    """The finding beyond the limit: the lexicon's name for it, or "low" and "high" with the analyte's own name."""
    analyte = analytes().get(owner.slug)
    name = re.sub(r"\s+test$", "", owner.label)
    if quantity.is_normal:
        return coined(f"normal {name}", "Finding")
    if quantity.comparator == "range":
        return coined(f"{name} {quantity.value} to {quantity.high} {quantity.unit or ''}".strip(), "Finding")
    side = "low" if quantity.comparator in ("<", "<=") else "high"
    if analyte:
        concept = analyte.low if side == "low" else analyte.high
        return Term(concept, concept.label)
    return coined(f"{side} {name}", "Finding")
