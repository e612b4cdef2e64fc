"""Tests, what they find, and at which limit: undelimited runs of names, sentences about results, thresholds."""

import re
from collections.abc import Iterator

from loaders.context import Context, Place
from loaders.mentions import Mention, Named, mentions
from loaders.phrases import is_phrase, listed, tidy
from loaders.polarity import denied, modality
from loaders.quantities import measures
from loaders.rules.thresholds import thresholds
from loaders.statements import Statement, Term, coined, local
from loaders.verbs import has_verb
from ontology.lexicon.concepts import Concept, analytes, named

SECTIONS = ("examination", "diagnosis")
_HEAD_NOUN = (
    r"tests?|examinations?|exams?|scans?|imaging|biops(?:y|ies)|x-rays?|ultrasounds?|ultrasonography|endoscop(?:y|ies)|\w{3,}scopy|\w{3,}graphy|\w{3,}grams?|"
    r"\w{4,}metry|monitoring|determination|measurements?|cultures?|panels?|smears?|counts?|levels?|assays?|screening|MRI|CT|radiographs?|swabs?|electrophoresis|"
    r"antibod(?:y|ies)|punctures?|palpation|percussion|auscultation|inspection|routine|function|check|analysis|stain|mapping|study|studies|manoeuvre|maneuver|sign|tomography"
)
_UNKNOWN_TEST = re.compile(rf"\b(?P<name>(?:[A-Za-z][\w'-]*\s+){{0,3}}?(?:{_HEAD_NOUN}))\b", re.IGNORECASE)
_LONE_HEAD = re.compile(
    rf"^(?:(?:an?|the|this|that|these|such|other|further|related|relevant|any|some|first|physical|each|same|normal|abnormal|following)\s+)*(?:{_HEAD_NOUN})$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\b(?:and|or|the|a|an|of|in|on|by|with|is|are|be|to|for|from|as|if|when|should|can|may|must|after|before|at|also|done|such|including|include|use|using|take|taken|do|make|"
    r"perform|need|needs|needed|check|patients?|that|which|this|these|have|has|not|necessary|feasible|through|into|during|under|then|than|normal|result|results|other|pay|attention|"
    r"shows?|reveals?|finds?|help|helps|between|low|high|lower|higher|positive|negative|more|less|doctor|doctors|ask|asks|it|its|their|main|see|one|single|two|three)\b",
    re.IGNORECASE,
)


def is_run(place: Place) -> bool:
    """A line of test names: no finite verb, no full stop, not too long."""
    return (
        place.item is None
        and not place.text.rstrip().endswith((".", ":", "?", "!"))
        and not has_verb(place.text)
        and len(place.text.split()) <= 60
        and not any(measure.quantity.comparator for measure in measures(place.text))
    )


def run(context: Context, place: Place) -> Iterator[Statement]:
    """The tests of a line, with or without separators between them."""
    for named_test in run_names(place.text):
        yield _test(context, place, named_test, "test.run", 0.9)


def run_names(line: str) -> Iterator[Named]:
    """Take a line of test names apart: at separators, then at names of the lexicon, then at head nouns.

    >>> [found.term.slug for found in run_names("EMG lift leg test")]
    ['electromyography', 'leg-raise-test']
    """
    start = 0
    for separator in [*re.finditer(r"\s*[,;|·/]\s*(?:and\s+)?(?![^(]*\))|\s{2,}", line), None]:
        end = separator.start() if separator else len(line)
        yield from _cover(line, start, end)
        start = separator.end() if separator else end


def _cover(line: str, start: int, end: int) -> Iterator[Named]:
    part = line[start:end]
    whole = tidy(part)
    if concept := _known(whole):
        yield Named(start, end, Term(concept, whole))
        return
    halves = [tidy(half) for half in part.split(" and ")]
    if len(halves) == 2 and all(map(_known, halves)):
        yield from _cover(line, start, start + part.index(" and "))
        yield from _cover(line, start + part.index(" and ") + 5, end)
        return
    known = [mention for mention in mentions(part, "DiagnosticTest") if not _swallowed(part, mention)]
    position = 0
    for mention in [*known, None]:
        gap_end = mention.start if mention else len(part)
        yield from _unknown(line, start + position, start + gap_end, alone=not known)
        if mention:
            yield Named(start + mention.start, start + mention.end, Term(mention.concept, mention.written))
            position = mention.end


def _known(phrase: str) -> Concept | None:
    concept = named(phrase, ("DiagnosticTest",))
    return concept if concept and concept.type == "DiagnosticTest" else None


def _swallowed(part: str, mention: Mention) -> bool:
    """A short known name at the end of a longer unknown one: the lactose *breath test* is a name of its own."""
    before = part[: mention.start].rstrip()
    generic = re.fullmatch(
        r"(?:breath )?(?:test|examination|biopsy|culture|ct|mri|palpation|inspection|count)",
        mention.written,
        re.IGNORECASE,
    )
    last = re.search(r"([\w-]+)$", before)
    return bool(generic and last) and not _STOP.fullmatch(last[1] if last else "")


def _unknown(line: str, start: int, end: int, *, alone: bool) -> Iterator[Named]:
    """Names the lexicon lacks: each ends with its head noun; a part without one is a name when it stands alone."""
    text = line[start:end]
    position = 0
    for found in re.finditer(rf"\b(?:{_HEAD_NOUN})\b(?:\s*\([^)]*\))?", text, re.IGNORECASE):
        name = tidy(text[position : found.end()])
        if is_phrase(name) and (len(name.split()) > 1 or len(name) > 8):
            yield Named(start + position, start + found.end(), local(name, "DiagnosticTest"))
            position = found.end()
    rest = tidy(text[position:])
    if (
        is_phrase(rest)
        and not _is_elsewhere(rest)
        and len(rest.split()) <= 6
        and (alone or (position == 0 and len(rest) > 3))
    ):
        yield Named(start + position, end, local(rest, "DiagnosticTest"))


def _is_elsewhere(name: str) -> bool:
    """A name that the lexicon has for something else is no test: a joint, an anemia."""
    found = named(name)
    return found is not None and found.type != "DiagnosticTest"


def in_sentence(place: Place) -> list[Named]:
    """Tests named in a sentence of the examination: those of the lexicon, and unknown ones by their head noun."""
    known = [
        Named(mention.start, mention.end, Term(mention.concept, mention.written))
        for mention in mentions(place.text, "DiagnosticTest")
        if not _swallowed(place.text, mention)
    ]
    unknown = [
        found
        for match in _UNKNOWN_TEST.finditer(place.text)
        if (found := _bounded(match)) and not any(found.start < test.end and test.start < found.end for test in known)
    ]
    return _without_doubles(sorted([*known, *unknown], key=lambda test: test.start), place.text)


def _bounded(match: re.Match[str]) -> Named | None:
    """An unknown name from its head noun back to the last small word before it."""
    cut = [found.end() for found in _STOP.finditer(match["name"])]
    offset = cut[-1] if cut else 0
    name = tidy(match["name"][offset:])
    if _LONE_HEAD.match(name) or not is_phrase(name) or len(name.split()) < 2:
        return None
    start = match.start("name") + match["name"].rindex(name) if name in match["name"] else match.start("name")
    return Named(start, match.end("name"), local(name, "DiagnosticTest"))


def _without_doubles(found: list[Named], text: str) -> list[Named]:
    """A name in brackets behind a test is its other name: keep the one the lexicon knows, with both as its words."""
    kept: list[Named] = []
    for test in found:
        if kept and re.fullmatch(r"\s*\(\s*", text[kept[-1].end : test.start]):
            first = kept.pop()
            better = test if test.term.concept.slug in analytes() or _known(test.term.written) else first
            kept.append(Named(first.start, test.end + 1, better.term))
        else:
            kept.append(test)
    return kept


def sentence(context: Context, place: Place) -> Iterator[Statement]:
    """Tests a sentence of the examination names, their limits, and what it says they show."""
    tests = in_sentence(place)
    limits = list(thresholds(context, place, tests))
    for test in tests:
        if not _is_only_measured(place, test) or test.term.concept.slug in {limit.subject.slug for limit in limits}:
            yield _test(context, place, test, "test.sentence", 0.8)
    yield from limits
    yield from findings(context, place, tests)


def _is_only_measured(place: Place, test: Named) -> bool:
    """An analyte named in passing ("blood sugar is high") is no proposal to test it."""
    return test.term.concept.slug in analytes() and not re.search(
        rf"\b(?:check|test|measur|determin|examin|detect|monitor)\w*\b[^.]*{re.escape(test.term.written)}|{re.escape(test.term.written)}[^.]*\b(?:should|must|can|may|is|are)\s+(?:be\s+)?(?:checked|tested|measured|determined|examined|taken|done)",
        place.text,
        re.IGNORECASE,
    )


def _test(context: Context, place: Place, test: Named, rule: str, confidence: float) -> Statement:
    refused = bool(
        re.search(
            r"\b(?:not|never|no)\s+(?:be\s+)?(?:needed|necessary|required|useful|done|helpful|recommended|suitable|advisable)\b|"
            r"\b(?:do|does|need)(?:\s+not|n't)\s+(?:need|require|have)\b|"
            r"\bno need (?:for|to)\b",
            place.text,
            re.IGNORECASE,
        )
    )
    return Statement(
        "test",
        test.term,
        context.symptom,
        place.sentence.span,
        place.section,
        rule,
        confidence,
        negated=refused,
        modality=modality(place.text),
    )


_RESULT = re.compile(
    r"\b(?P<word>(?:strongly |weakly |often |usually |markedly |slightly |significantly |"
    r"mostly )*(?:positive|negative|elevated|increased|decreased|reduced|abnormal|prolonged|raised|lowered|"
    r"low|high|enlarged|accelerated|delayed))\b",
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
            if test.end <= found.start() and not re.search(r"[;:]", place.text[test.end : found.start()])
        ][-1:]
        negated = denied(place.text[: found.start("verb")])
        for what in listed(
            re.split(
                r"\b(?:which|because|when|if|in patients|in most|in people|so)\b|,\s+(?:and|"
                r"but)\s+(?=\w+\s+\w+\s+(?:is|are|can|shows?))",
                found["what"],
            )[0]
        ):
            if (
                owners
                and not _UNKNOWN_TEST.fullmatch(what)
                and len(what.split()) <= 12
                and not _IS_QUANTITY.match(what)
            ):
                term = context.grounding.other(what, "Finding")
                yield _finding(place, owners[0], term, "finding.shows", negated=negated)
    for found in _RESULT.finditer(place.text):
        for test in _owners_of_result(place, tests, found):
            term = _result(test, found["word"].casefold())
            negated = denied(place.text[: found.start()])
            yield _finding(place, test, term, "finding.result", negated=negated)
    for test, word in _results_before(place, tests):
        yield _finding(place, test, _result(test, word), "finding.result", negated=False)


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
