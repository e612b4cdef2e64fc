"""A file in, its statements out: source, shape, grounding, rules, in that order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from loaders.article import Article, Item, Paragraph, Section, article
from loaders.context import Context, Place
from loaders.errors import Refused
from loaders.grounding import Grounding, grounding
from loaders.inferences import supports
from loaders.normalised import Span
from loaders.phrases import tidy
from loaders.rules import (
    causes,
    course,
    cues,
    differentials,
    findings,
    legibility,
    mechanism,
    relief,
    synonyms,
    tests,
    thresholds,
)
from loaders.rules.subjects import topic_after, topic_of, topic_of_prose
from loaders.source import Source, read
from loaders.statements import Statement, Term
from loaders.verbs import has_verb
from ontology.lexicon.concepts import named

_LONGEST_NAME = 6
_LONGEST_SENTENCE = 4_000
"""What goes on longer without a stop is no sentence; on it some patterns take endless time."""
_STEP_OF_DIAGNOSIS = re.compile(
    r"\b(?:history|examinations?|tests?|signs?|symptoms?|age|inspection|laboratory|imaging|criteria|manifestations?|performance|onset|"
    r"basis|diagnosis|judge|check\w*|time|nature|site|location|duration|blood|urine|x-ray|ct|mri|ultrasound)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """An article with everything read out of it, in the order of the text."""

    article: Article
    grounding: Grounding
    statements: tuple[Statement, ...]
    inferences: tuple[Statement, ...]

    @property
    def source(self) -> Source:
        """The file the article was decoded from."""
        return self.article.source

    @property
    def symptom(self) -> Term:
        """The symptom the article is about."""
        return self.grounding.symptom

    def origin(self, span: Span) -> tuple[int, int]:
        """A span as code points of the source text."""
        return self.article.text.origin(span)

    def quote(self, span: Span) -> str:
        """A span as the source prints it."""
        start, end = self.origin(span)
        return self.source.text[start:end]


def read_article(path: Path) -> Reading:
    """Read an article from disk, or raise Refused."""
    return reading(read(path))


def reading(source: Source) -> Reading:
    """Read everything an article says, or raise Refused when that is nothing."""
    shape = article(source)
    context = _named(Context(shape, grounding(shape.title.text, _own_text(shape))))
    found = _settled(_statements(context))
    if not any(statement.type not in ("correction", "quarantine") for statement in found):
        raise Refused(source.name, "nothing-found", f"no statement in {sum(1 for _ in shape.sentences())} sentences")
    return Reading(shape, context.grounding, found, tuple(supports(found)))


def _named(context: Context) -> Context:
    """The context in which the names the introduction gives the symptom are names of the symptom."""
    said = [*synonyms.lead_names(context), *synonyms.defined_names(context)]
    for kind, sentence in context.article.sentences():
        if kind == "introduction":
            said += cues.statements(context, Place(sentence, kind), "synonym")
    names = [statement.text for statement in said if statement.subject.slug == context.symptom.slug]
    return Context(context.article, context.grounding.calling(names))


def _own_text(shape: Article) -> str:
    """The text of the article itself, without disclaimer and furniture."""
    return "\n".join(sentence.text for _, sentence in shape.sentences())


def _statements(context: Context) -> Iterator[Statement]:
    yield from legibility.corrections(context)
    garbled: set[Span] = set()
    for kind, sentence in context.article.sentences():
        if statement := legibility.quarantined(context, kind, sentence):
            garbled.add(sentence.span)
            yield statement
    yield from synonyms.lead_names(context)
    yield from synonyms.defined_names(context)
    for section in context.article.sections:
        yield from _of_section(context, section, garbled)


def _of_section(context: Context, section: Section, garbled: set[Span]) -> Iterator[Statement]:
    kind = _kind(section)
    for block in section.blocks:
        if isinstance(block, Item):
            yield from _of_item(context, kind, block, garbled)
        else:
            yield from _of_paragraph(context, kind, block, garbled)


def _kind(section: Section) -> str:
    """A diagnosis that sets out to tell the symptom from others is a differential diagnosis, whatever its heading."""
    if section.kind != "diagnosis":
        return section.kind
    lead = " ".join(
        sentence.text for block in section.blocks if isinstance(block, Paragraph) for sentence in block.sentences
    )
    items = [block for block in section.blocks if isinstance(block, Item)]
    tells_apart = differentials.tells_apart(lead) or _names_diseases(items)
    return "differential" if items and tells_apart else "diagnosis"


def _names_diseases(items: list[Item]) -> bool:
    """Whether items name what else it may be: at least two, no steps of an examination, one known as a disease."""
    heads = [tidy(item.head.text) for item in items]
    known = [found for head in heads if (found := named(head, ("Condition", "Symptom")))]
    return (
        len(heads) > 1
        and not any(_STEP_OF_DIAGNOSIS.search(head) or len(head.split()) > _LONGEST_NAME for head in heads)
        and any(found.type in ("Condition", "Symptom") for found in known)
    )


def _of_paragraph(context: Context, kind: str, paragraph: Paragraph, garbled: set[Span]) -> Iterator[Statement]:
    carried: Term | None = None
    topic: Term | None = None
    for sentence in paragraph.sentences:
        about = None if context.grounding.mentions_symptom(sentence.text) else topic
        about = about and topic_after(context, sentence.text, about, about)
        place = Place(sentence, _prose_kind(kind), topic=about, carried=carried)
        if sentence.span not in garbled:
            yield from _of_sentence(context, place)
        carried = _carried(place)
        if kind == "cause":
            yield from mechanism.in_prose(context, kind, sentence)
            topic = topic_of_prose(context, sentence.text, topic)


def _carried(place: Place) -> Term | None:
    """The test that half a sentence speaks of, for the half behind the semicolon."""
    if not place.text.endswith(";"):
        return None
    named_tests = tests.in_sentence(place)
    return named_tests[-1].term if named_tests else place.carried


def _prose_kind(kind: str) -> str:
    """Prose between or below the items of a differential speaks of the symptom again."""
    return "diagnosis" if kind == "differential" else kind


def _of_sentence(context: Context, place: Place) -> Iterator[Statement]:
    if len(place.text) > _LONGEST_SENTENCE:
        return
    if place.section in tests.SECTIONS and tests.is_run(place):
        yield from tests.run(context, place)
        return
    yield from cues.statements(context, place)
    yield from course.durations(context, place)
    yield from course.body_sites(context, place)
    yield from course.states(context, place)
    if place.section in tests.SECTIONS:
        yield from tests.sentence(context, place)
        yield from findings.findings(context, place, tests.in_sentence(place))
    else:
        yield from thresholds.thresholds(context, place, tests.in_sentence(place))
    if place.item is None and place.section == "diagnosis":
        yield from differentials.named_in_prose(context, place.section, place.sentence)


def _of_item(context: Context, kind: str, item: Item, garbled: set[Span]) -> Iterator[Statement]:
    topic: Term | None = None
    if kind == "cause":
        terms = causes.cause_terms(context, item)
        topic = terms[0] if terms and not causes.is_label(context, tidy(item.head.text)) else None
        yield from causes.causes(context, kind, item)
        yield from causes.members(context, kind, item)
        told = (item.head, *item.body) if _is_sentence(item) else item.body
        yield from mechanism.mechanism(context, kind, told, topic)
    elif kind == "differential":
        topic = differentials.alternative(context, item)
        yield from differentials.differentials(context, kind, item)
    elif kind == "complications":
        yield from course.complication(context, kind, item)
    elif kind in ("treatment", "prevention"):
        yield from relief.of_item(context, kind, item)
    elif kind in tests.SECTIONS and item.body and tests.is_run(Place(item.head, kind)):
        yield from tests.run(context, Place(item.head, kind, item))
    known, carried = topic, tests.of_head(item) if kind in tests.SECTIONS else None
    for sentence in chain([item.head] if _is_sentence(item) else [], item.body):
        about = topic_of(sentence.text, topic, known)
        if sentence.span not in garbled:
            within = None if kind in tests.SECTIONS else item
            yield from _of_sentence(context, Place(sentence, kind, within, about, carried))
        known = topic_after(context, sentence.text, topic, known)
    for child in item.children:
        yield from _of_item(context, kind, child, garbled)


def _is_sentence(item: Item) -> bool:
    """Whether the head of an item is itself a sentence to be read: it stands alone, or says something of its own."""
    return not item.body or (item.head.text.endswith(".") and has_verb(item.head.text))


def _settled(found: Iterable[Statement]) -> tuple[Statement, ...]:
    """Each fact once, with all its places; read from a corrected expression, it says so."""
    kept: dict[tuple[object, ...], Statement] = {}
    for statement in found:
        if statement.object is not None and statement.object.slug == statement.subject.slug:
            continue  # a name read once more as its own cause or alternative says nothing
        identity = (
            (*statement.fact, statement.span) if statement.type in ("correction", "quarantine") else statement.fact
        )
        kept[identity] = kept[identity].repeated(statement.span) if identity in kept else statement
    corrected = [statement for statement in kept.values() if statement.type == "correction"]
    ordered = sorted(kept.values(), key=lambda statement: (statement.span.start, statement.span.end))
    return tuple(_legible(statement, corrected) for statement in ordered)


def _legible(statement: Statement, corrections: list[Statement]) -> Statement:
    """Corrected, when an expression inside the quote that names one of its ends is."""
    ends = {statement.subject.slug, statement.object.slug if statement.object else ""}
    inside = (
        correction for correction in corrections if statement.span.start <= correction.span.start < statement.span.end
    )
    corrected = {term.slug for correction in inside for term in (correction.subject, *correction.others)}
    if statement.legibility == "Clear" and ends & corrected:
        return replace(statement, legibility="Corrected")
    return statement
