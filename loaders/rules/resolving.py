"""Tests by which a sentence tells an alternative from the symptom: "an EMG helps to tell them apart"."""

import re
from collections.abc import Iterator

from loaders.context import Context, Place
from loaders.mentions import Named, mentions
from loaders.polarity import denied, frequency, modality
from loaders.rules.tests import in_sentence
from loaders.statements import Statement, Term

_APART = (
    r"(?:distinguish\w*|differentiat\w*|discriminat\w*|separat(?:es?|ed|ing)|"
    r"(?:tell|tells|telling|told|set|sets)\s+(?:\w+\s+){0,6}?apart)"
)
_BY = re.compile(
    rf"\b(?P<verb>{_APART})\b[^.;]*?\b(?:by|with|using|through|via|on|with the help of|by means of)\s+"
    r"(?=(?P<tests>[^.;]+))",
    re.IGNORECASE,
)
"""Told apart by what follows."""
_TELLS = re.compile(rf"\b{_APART}\b", re.IGNORECASE)
"""Tells apart, said of what stands before."""
_WAY = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:(?:can|cannot|can't|could|may|might|will|would|should|do|does|not|never|also|alone|often|"
    r"usually|reliably|easily|best|always|helps?|helpful|is|are|be|used|useful|needed|necessary|required|able|serves?|"
    r"to|in|for|enough|sufficient|clearly|the|one|that|which|test)\b\s*)*",
    re.IGNORECASE,
)
"""What may stand between a test and the verb whose subject it is."""
_JOINED = re.compile(r"\s*,?\s*(?:and|or|as well as)?\s*(?:(?:by|with|a|an|the)\s+)*(?:\([^)]*\)\s*)?", re.IGNORECASE)
"""What may stand between two tests of one list."""
_FIRST = re.compile(
    r"(?:(?:an?|the|its|their|simple|blood|careful|results? of|means of|help of|doing|performing|measuring|checking|"
    r"testing|use of|a further|further|repeated)\s+)*",
    re.IGNORECASE,
)
"""What may stand between "by" and the first test."""
_IS_TOLD = r"\s*(?:(?:can|could|may|might|should|must|is|are|be|usually|often|easily|best|also|not|cannot)\s+)+$"


def resolving(context: Context, place: Place, alternative: Term) -> Iterator[Statement]:
    """The tests by which a sentence tells an alternative, or what it calls "them", from the symptom."""
    for test, verb in _tests(place):
        yield Statement(
            "discriminator",
            alternative,
            test.term,
            place.sentence.span,
            place.section,
            "differential.test",
            0.85,
            negated=_is_denied(place.text, verb),
            modality=modality(place.text),
            frequency=frequency(place.text),
        )


def resolved(context: Context, place: Place) -> Iterator[Term]:
    """What a sentence says that a test tells apart: "restless legs can be told apart by electromyography"."""
    if not any(_tests(place)):
        return
    for found in _TELLS.finditer(place.text):
        for mention in mentions(place.text[: found.start()], "Condition", "Symptom"):
            is_told = re.fullmatch(_IS_TOLD, place.text[mention.end : found.start()], re.IGNORECASE)
            if is_told and not context.grounding.is_symptom(mention.written):
                yield Term(mention.concept, mention.written)


def _tests(place: Place) -> Iterator[tuple[Named, int]]:
    """Each test that tells apart, with the place of the verb."""
    tests = in_sentence(place)
    for found in _BY.finditer(place.text):
        for test in _list_from(place.text, found.start("tests"), tests):
            yield test, found.start("verb")
    for found in _TELLS.finditer(place.text):
        for test in _list_before(place.text, found.start(), tests):
            yield test, found.start()


def _list_from(text: str, start: int, tests: list[Named]) -> Iterator[Named]:
    """The tests of a list that begins at a place."""
    between = _FIRST
    for test in tests:
        if test.start >= start:
            if not between.fullmatch(text[start : test.start]):
                return
            yield test
            start, between = test.end, _JOINED


def _list_before(text: str, end: int, tests: list[Named]) -> Iterator[Named]:
    """The tests of a list that is the subject of a verb."""
    between = _WAY
    for test in reversed([test for test in tests if test.end <= end]):
        if not between.fullmatch(text[test.end : end]):
            return
        yield test
        end, between = test.start, _JOINED


def _is_denied(text: str, verb: int) -> bool:
    """Whether it is said that the test does not do so: "cannot tell", "does not help to tell", "no test tells"."""
    before = re.sub(r"\b(?:help|able|used|enough|sufficient|serve|to|reliably|always)\s+", "", text[:verb])
    return denied(before)
