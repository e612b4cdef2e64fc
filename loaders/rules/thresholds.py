"""Laboratory limits: a quantity with a comparator, the analyte it belongs to, and what a value beyond it is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from loaders.context import Context, Place
from loaders.mentions import Named
from loaders.normalised import Span
from loaders.phrases import is_phrase, tidy
from loaders.populations import is_group
from loaders.quantities import Measure, measures
from loaders.rules.normality import FINDING, NORMAL, TARGET, normality
from loaders.statements import Quantity, Statement, Term, coined, local
from loaders.verbs import has_verb
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
_CHANGE = re.compile(
    r"\b(?P<word>rise|drop|fall|increase|decrease|change|difference|gain|loss|reduction|decline|variation)\s+"
    r"(?:in|of)\s+(?:the\s+|his\s+|her\s+)?$",
    re.IGNORECASE,
)
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
    previous: tuple[Term, ...] = (place.carried,) if place.carried else ()
    found, said = list(islice(measures(place.text), _MOST_MEASURES)), ""
    for measure in map(partial(_read, place.text), found):
        said = normality(place.text, measure, found, said)
        if not said and _BARE_PEOPLE.search(place.text[: measure.start]):
            said = _said_later(place.text, measure, found)
        if not _may_be_limit(place.text, measure, said):
            continue
        owners = _owners(place, tests, measure) or (previous if _continues(place.text, measure) else ())
        if not owners or not _fits(owners[0], measure):
            continue
        previous = owners
        printed, is_normal = _printed(context, place, measure), _is_normal(measure, said)
        yield from (
            _threshold(place, owner, replace(quantity, printed=printed, is_normal=is_normal))
            for owner, quantity in _paired(owners, measure)
        )


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


_CLAUSE = re.compile(
    r";|:(?!\s*(?:$|(?:the\s+)?(?:normal|reference|(?:adult\s+)?(?:wo)?m[ae]n|(?:adult\s+)?(?:fe)?males?|adults?|children)\b))|"
    r",\s+(?:and\s+)?(?=[A-Za-z])(?!(?:in\s+|for\s+|of\s+)?(?:adult\s+)?(?:(?:wo)?m[ae]n|(?:fe)?males?|children)\b)|"
    r"\b(?:but|while|whereas)\b",
    re.IGNORECASE,
)
"""Where a clause begins; "Serum sodium: normal value 135-145" goes on behind its colon."""


def _owners(place: Place, tests: list[Named], measure: Measure) -> tuple[Term, ...]:
    """The analytes before the quantity, in its clause; else the words right before it.

    Two where two limits share one unit.
    """
    clause_start = max(
        (found.end() for found in re.finditer(_CLAUSE, place.text[: measure.start])),
        default=0,
    )
    inside = [test for test in tests if clause_start <= test.start and test.end <= measure.start + 1]
    if measure.also is not None:
        return tuple(test.term for test in [test for test in tests if test.end <= measure.start][-2:]) or _named_before(
            place, measure
        )
    if inside:
        return (_changing(place.text, inside[-1]),)
    following = re.match(r"\s*of\s+(?P<name>[A-Za-z][\w ]{2,30})", place.text[measure.end :])
    if (
        following
        and (concept := named(tidy(following["name"]), ("DiagnosticTest",)))
        and concept.type == "DiagnosticTest"
    ):
        return (Term(concept, following["name"]),)
    return _named_before(place, measure)


def _changing(text: str, test: Named) -> Term:
    """A rise of 30 beats is a limit of the rise, never of the heart rate itself."""
    change = _CHANGE.search(text[: test.start])
    return coined(f"{change['word'].lower()} in {test.term.written}", "DiagnosticTest") if change else test.term


_SAID_OF_NORMAL = re.compile(
    r"^(?:(?:normal|reference|upper|lower|maximum|minimum|adult|limit|limits|range|ranges|interval|of|for|in)\b\s*)+",
    re.IGNORECASE,
)


def _named_before(place: Place, measure: Measure) -> tuple[Term, ...]:
    """The noun phrase right before the comparator, when it is short and no person."""
    before = re.split(
        r"[,;:()]|\b(?:and|or|if|when|whose|that|which|with|while|but|because|"
        r"(?<!\bof )(?<!\bat )(?<!\bin )(?:a|an|the)|where|has|have|of its|patients?)\b",
        place.text[: measure.start],
    )[-1]
    name = tidy(
        re.sub(
            r"\b(?:is|are|was|level|levels|value|values|being|usually|often|remains|still|reading|readings|should|be|"
            r"normally|generally|does|do|not)\b",
            " ",
            before,
        )
    )
    name = tidy(re.sub(r"\s+", " ", _SAID_OF_NORMAL.sub("", name)))
    concept = named(name, ("DiagnosticTest",))
    if concept and concept.type == "DiagnosticTest":
        return (Term(concept, name),)
    if (
        not is_phrase(name)
        or len(name.split()) > (10 if " of " in name else 5)
        or is_group(name)
        or named(name) is not None
        or re.match(r"(?:this|that|these|those|such)\b", name, re.IGNORECASE)
        or has_verb(name)
        or re.search(
            r"\b(?:people|person|women|men|children|than|dose|age|drugs?|time|drop|rise|fall|sleep\w*)\b",
            name,
            re.IGNORECASE,
        )
    ):
        return ()
    return (local(name, "DiagnosticTest"),)


def _continues(text: str, measure: Measure) -> bool:
    before = text[: measure.start]
    opens = re.match(
        r"\W*(?:(?:when|if|and|but|it|is|the|values?|levels?|those|while|whereas)\b\s*)*$", before, re.IGNORECASE
    )
    return bool(opens or re.search(r"(?:\bor|\band|,|\()\s*$", before))


def _fits(owner: Term, measure: Measure) -> bool:
    """A time is a limit only of what is measured in time, a bare number only of what has no unit."""
    unit = measure.quantity.unit
    analyte = analytes().get(owner.slug)
    if unit is None:
        return analyte is not None and ("1" in analyte.units or "[pH]" in analyte.units)
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
        quantity = replace(quantity, unit=analytes()[owner.slug].units[0])
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
