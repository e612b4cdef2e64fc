"""What tests show: "X shows A and B", "A is seen in X", "X and Y positive"."""

import re
from collections.abc import Iterator

from loaders.context import Context, Place
from loaders.mentions import Named
from loaders.phrases import listed, tidy
from loaders.polarity import denied, modality
from loaders.rules.tests import names_test
from loaders.statements import Statement, Term, coined
from loaders.verbs import has_verb
from ontology.lexicon.concepts import analytes

_RESULT = re.compile(
    r"\b(?P<word>(?:strongly |weakly |often |usually |markedly |slightly |significantly |"
    r"mostly )*(?:positive|negative|elevated|increased|decreased|reduced|abnormal|prolonged|raised|lowered|"
    r"low|high|enlarged|accelerated|delayed|fast|faster|quickened))\b",
    re.IGNORECASE,
)
_BEFORE_TEST = re.compile(
    r"\b(?:with|by|and|or|has|have|having|shows?|of|an?|^)\s*(?P<word>reduced|raised|increased|elevated|decreased|lowered)\s+(?:the\s+|an?\s+)?$",
    re.IGNORECASE,
)
_BEFORE_RESULT = (
    r"(?:(?:is|are|being|was|can be|may be|often|usually|level|levels|both|all|sign|test|result|results|to be)\s*)*"
)
_SHOWS = re.compile(
    r"\b(?:(?:can|may|might|will|could|often|usually|sometimes|also|mostly)\s+)*(?P<verb>shows?|reveals?|finds?|found|see|sees|detects?|displays?|demonstrates?|records?|discovers?|identifies|identify|observes?|visuali[sz]es?|exposes?)\s+(?:that\s+)?(?P<what>[^.;]+)",
    re.IGNORECASE,
)


_IS_QUANTITY = re.compile(r"\d[\d.\s~-]*\S+\s+(?:is|are)\b")


def findings(context: Context, place: Place, tests: list[Named]) -> Iterator[Statement]:
    """Results: "X shows A and B"; "X and Y positive"."""
    for found in _SHOWS.finditer(place.text):
        owners = [
            test
            for test in tests
            if test.end <= found.start() and not re.search(r"[;:<>]|\d", place.text[test.end : found.start()])
        ][-1:]
        negated = denied(place.text[: found.start("verb")])
        for what in listed(
            re.split(
                r"\b(?:which|because|when|if|in patients|in most|in people|so)\b|,\s+(?:and|"
                r"but)\s+(?=\w+\s+\w+\s+(?:is|are|can|shows?))",
                found["what"],
            )[0]
        ):
            if owners and not names_test(what) and len(what.split()) <= 12 and not _IS_QUANTITY.match(what):
                term = context.grounding.other(what, "Finding")
                yield _finding(place, owners[0], term, "finding.shows", negated=negated)
    for found in _RESULT.finditer(place.text):
        for test in _owners_of_result(place, tests, found):
            term = _result(test, found["word"].casefold())
            negated = denied(place.text[: found.start()])
            yield _finding(place, test, term, "finding.result", negated=negated)
    for test, what, negated in (*_seen_in(place, tests), *_told_below(place)):
        yield _finding(place, test, context.grounding.other(what, "Finding"), "finding.seen-in", negated=negated)
    for test, word in _results_before(place, tests):
        yield _finding(place, test, _result(test, word), "finding.result", negated=False)


_SEEN = re.compile(
    r"(?:^|[,;]\s*)(?P<what>[^,;]{3,90}?)\s+(?:(?:can|may|might|could|often|usually|also|sometimes)\s+)*(?:be|is|are)\s+"
    r"(?:(?:not|often|usually|also|sometimes|mostly|clearly)\s+)*"
    r"(?:seen|found|observed|detected|visible|shown|revealed|discovered|demonstrated)\s+"
    r"(?:in|on|by|with|under|at|during|through)\s+(?:the\s+|an?\s+)?$",
    re.IGNORECASE,
)


_ON = re.compile(r"(?:^|[;,]\s*)(?:on|in|by|with|under|during)\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)
_IS_SEEN = re.compile(
    r"\s*,?\s*(?P<what>[^,;.]{3,80}?)\s+(?:(?:can|may|might|often|usually|sometimes)\s+)*(?:be|is|are)\s+(?:often\s+|usually\s+)?"
    r"(?:seen|found|observed|detected|visible|discovered)\b",
    re.IGNORECASE,
)


def _seen_in(place: Place, tests: list[Named]) -> Iterator[tuple[Named, str, bool]]:
    """What is seen in a test that is named behind it: "blasts are found in the bone marrow smear"."""
    for test in tests:
        if (on := _ON.search(place.text[: test.start])) and (found := _IS_SEEN.match(place.text, test.end)):
            del on
            yield from ((test, what, False) for what in listed(found["what"]) if not names_test(what))
        if found := _SEEN.search(place.text[: test.start]):
            for what in listed(found["what"]):
                if not names_test(what):
                    yield test, what, denied(f"{found[0]} ") or bool(re.search(r"\bnot\b", found[0]))


_IT_IS_SEEN = re.compile(
    r"^(?:it|we|one|doctors?)\s+(?:can|may|could)\s+(?:also\s+)?(?:be\s+)?(?:seen?|found|find|observed?)\s+(?:that\s+)?(?P<what>[^.;]+)",
    re.IGNORECASE,
)
_ARE_SEEN = re.compile(
    r"^(?P<what>[^.;<>]{3,120}?)\s+(?:(?:can|may|might|often|usually|sometimes)\s+)*(?:be|is|are)\s+(?:often\s+|usually\s+)?"
    r"(?:seen|found|observed|detected|visible|discovered)\W*$",
    re.IGNORECASE,
)
_SPEAKS_FOR = re.compile(
    r"^(?P<what>[^,.;:<>]{3,80}?)\s+(?:(?:can|may|often|usually|strongly)\s+)*"
    r"(?:suggests?|indicates?|points?\s+to|supports?|hints?(?:\s+at)?|confirms?|proves?|means?)\b"
)


def _told_below(place: Place) -> Iterator[tuple[Named, str, bool]]:
    """What the sentences below the name of a test say of it: "Slit lamp: opacity of the lens suggests cataract"."""
    if place.carried is None:
        return
    test = Named(0, 0, place.carried)
    if found := _IT_IS_SEEN.match(place.text):
        parts = re.split(r",\s+", found["what"])
        yield from ((test, what, False) for part in parts if (what := _without_seen(part)))
    elif (found := _ARE_SEEN.match(place.text)) or (
        (found := _SPEAKS_FOR.match(place.text)) and not (re.search(r"\d", found["what"]) or has_verb(found["what"]))
    ):
        yield from ((test, what, False) for what in listed(found["what"]) if not names_test(what))


def _without_seen(part: str) -> str:
    """A clause without the words that only say it is seen."""
    found = re.search(r"\s+(?:can\s+be|may\s+be|is|are)\s+(?:seen|found|observed|visible)\b", part)
    return tidy(part[: found.start()] if found else part)


def _results_before(place: Place, tests: list[Named]) -> Iterator[tuple[Named, str]]:
    """Results before the name of what is measured: "with reduced FT4"."""
    for test in tests:
        found = _BEFORE_TEST.search(place.text[: test.start])
        if found and test.term.concept.slug in analytes():
            yield test, found["word"].casefold()


def _owners_of_result(place: Place, tests: list[Named], found: re.Match[str]) -> list[Named]:
    """The tests a result word belongs to: right before it, and those joined to them by "and" or a comma."""
    owners: list[Named] = []
    edge = found.start()
    for test in reversed([test for test in tests if test.end <= found.start()]):
        between = place.text[test.end : edge]
        joined = r"\s*(?:,|and|or|,\s*and)?\s*(?:the\s+)?" if owners else rf"\s*{_BEFORE_RESULT}"
        if not re.fullmatch(joined, between, re.IGNORECASE):
            break
        owners.append(test)
        edge = len(re.sub(r"the\s+$", "", place.text[: test.start], flags=re.IGNORECASE))
    return owners[::-1]


def _result(test: Named, word: str) -> Term:
    """The finding a result word makes of a test: the analyte's own, or the word with the name of the test."""
    analyte = analytes().get(test.term.slug)
    last = word.split()[-1]
    if analyte and last in ("low", "decreased", "reduced", "lowered"):
        return Term(analyte.low, f"{word} {test.term.written}")
    if analyte and last in ("high", "elevated", "increased", "raised"):
        return Term(analyte.high, f"{word} {test.term.written}")
    name = re.sub(r"\s+tests?$", "", test.term.label)
    return coined(f"{last} {name}", "Finding")


def _finding(place: Place, test: Named, term: Term, rule: str, *, negated: bool) -> Statement:
    return Statement(
        "finding",
        test.term,
        term,
        place.sentence.span,
        place.section,
        rule,
        0.8,
        negated=negated,
        modality=modality(place.text),
    )
