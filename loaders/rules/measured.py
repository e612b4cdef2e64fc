"""What a measure is of: the analytes of its clause, or the words right before it."""

import re

from loaders.context import Place
from loaders.mentions import Named, mentions
from loaders.phrases import is_phrase, tidy
from loaders.populations import is_group
from loaders.quantities import Measure
from loaders.statements import Term, coined, local
from loaders.verbs import has_verb
from ontology.lexicon.concepts import named

_CHANGE = re.compile(
    r"\b(?P<word>rise|drop|fall|increase|decrease|change|difference|gain|loss|reduction|decline|variation)\s+"
    r"(?:in|of)\s+(?:the\s+|his\s+|her\s+)?$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r";|:(?!\s*(?:$|(?:the\s+)?(?:normal|reference|(?:adult\s+)?(?:wo)?m[ae]n|(?:adult\s+)?(?:fe)?males?|adults?|children)\b))|"
    r",\s+(?:and\s+)?(?=[A-Za-z])(?!(?:in\s+|for\s+|of\s+)?(?:adult\s+)?(?:(?:wo)?m[ae]n|(?:fe)?males?|children)\b)|"
    r"\b(?:but|while|whereas)\b",
    re.IGNORECASE,
)
"""Where a clause begins; "Serum sodium: normal value 135-145" goes on behind its colon."""


_DIMENSION = re.compile(
    r"\b(?:shows?|reveals?|finds?|has|have|with)\s+(?:that\s+)?(?:the\s+|an?\s+)?"
    r"(?P<name>(?:[\w'-]+\s+){0,4}(?:thickness|diameter|width|size|volume|length|depth|distance|height))\s*(?:is\s+|of\s+)?$",
    re.IGNORECASE,
)
"""What a picture shows of a part of the body: "ultrasound shows *fascia thickness* > 4 mm"."""


def owners(place: Place, tests: list[Named], measure: Measure) -> tuple[Term, ...]:
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
    if found := _DIMENSION.search(place.text[: measure.start]):
        return (local(found["name"], "DiagnosticTest"),)
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


_NO_TEST = re.compile(
    r"\b(?:people|person|women|men|children|than|dose|age|drugs?|drop|rise|fall|sleep\w*|it|they|this|for|<|>)\b|^time$",
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
        or _NO_TEST.search(name)
        or next(mentions(name, "Condition", "Symptom"), None) is not None
    ):
        return ()
    return (local(name, "DiagnosticTest"),)
