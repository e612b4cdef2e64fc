"""Tests and at which limit they find something: undelimited runs of names, sentences about results."""

import re
from collections.abc import Iterator

from loaders.article import Item
from loaders.context import Context, Place
from loaders.mentions import Mention, Named, mentions
from loaders.phrases import is_phrase, tidy
from loaders.polarity import modality
from loaders.quantities import measures
from loaders.rules.thresholds import thresholds
from loaders.statements import Statement, Term, local
from loaders.verbs import has_verb
from ontology.lexicon.concepts import Concept, analytes, named
from ontology.lexicon.labels import label_kind

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


_LEFT_OVER = re.compile(
    r"(?:tests?|examinations?|exams?|scans?|imaging|measurements?|determination|checks?|analysis|function|routine|counts?|"
    r"levels?|monitoring|inspection|stud(?:y|ies))$",
    re.IGNORECASE,
)
"""What is left of a name when the lexicon knows the rest."""


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
    if label_kind(place.text):
        return
    for named_test in run_names(place.text):
        yield _test(context, place, named_test, "test.run", 0.9)


_LEAST_CAPITALS = 3
"""So many capitals in a line without separators begin names of tests."""


def run_names(line: str) -> Iterator[Named]:
    """Take a line of test names apart: at separators, then at names of the lexicon, then at head nouns.

    >>> [found.term.slug for found in run_names("EMG lift leg test")]
    ['electromyography', 'leg-raise-test']
    """
    start = 0
    separators = [*re.finditer(r"\s*[,;|·/]\s*(?:and\s+)?(?![^(]*\))|\s{2,}", line)]
    capitals = [*re.finditer(r"(?<=[a-z\d]) (?=[A-Z][a-z]+\b)", line)]
    if not separators and len(capitals) >= _LEAST_CAPITALS:
        separators = capitals
    for separator in [*separators, None]:
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
    if len(known) == 1 and not tidy(part[: known[0].start]) and re.match(r"\s+(?:of|for)\s", part[known[0].end :]):
        yield Named(start, end, Term(known[0].concept, whole))
        return
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
        if is_phrase(name) and not _LEFT_OVER.match(name) and (len(name.split()) > 1 or len(name) > 8):
            yield Named(start + position, start + found.end(), local(name, "DiagnosticTest"))
            position = found.end()
    rest = tidy(text[position:])
    if (
        is_phrase(rest)
        and not re.fullmatch(r"\(.*\)", rest)
        and not _LEFT_OVER.match(rest)
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


def names_test(phrase: str) -> bool:
    """Whether a phrase is the name of a test by its head noun."""
    return _UNKNOWN_TEST.fullmatch(phrase) is not None


def of_head(item: Item) -> Term | None:
    """The test the head of an item names, for the sentences below it: "Slit lamp: opacity of the lens …"."""
    found = [] if label_kind(item.head.text) or has_verb(item.head.text) else list(run_names(item.head.text))
    return found[0].term if len(found) == 1 else None


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
