"""The page of an article: its text with every piece of evidence marked, and beside each line what was read from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import render_template, request
from rdflib import URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.addresses import anchor
from service.lookups import Row, ask, iri, text, whole
from service.pages.marks import Line, Segment, Span, lines, segments
from service.pages.phrases import FAMILIES, Family
from service.pages.statements import Statement, statements
from service.pages.things import Thing
from service.pages.vocabulary import label_of

MANY = 3000
"""As many statements as the page of an article holds; `statements-of-article.rq` stops behind it."""

BESIDE = 40
"""As many statements as stand beside one stretch of text; the page of the evidence has more."""

_SHOWN: frozenset[Node] = frozenset({EG.about, EG.text, EG.sourceHash, EG.disclaimer, EG.hasPassage})


@dataclass(frozen=True)
class Correction:
    """An expression the article got wrong and the reading used instead."""

    iri: URIRef
    as_written: str
    reading: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Note:
    """What was read from one stretch of text; its number stands in the text behind the words."""

    number: int
    start: int
    end: int
    evidence: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def key(self) -> str:
        """What no other stretch of the text is called."""
        return f"{self.start}-{self.end}"

    @property
    def family(self) -> str:
        """The name of the family that colours the words."""
        if self.statements:
            return self.statements[0].family.name
        return "correction"

    @property
    def title(self) -> str:
        """What kinds of statement rest on the words."""
        kinds = [label_of(statement.type) for statement in self.statements]
        return ", ".join(dict.fromkeys(kinds + ["correction"] * bool(self.corrections)))


@dataclass(frozen=True)
class Block:
    """A line of the article with its marks, and the notes that belong beside it."""

    line: Line
    heading: bool
    segments: tuple[Segment, ...]
    notes: tuple[Note, ...]
    passages: tuple[str, ...]


@dataclass
class _Draft:
    evidence: dict[str, None] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)


@dataclass(frozen=True)
class Coverage:
    """How many of the sentences something was read from."""

    used: int
    sentences: int


def render(article: Thing) -> str:
    """The page of an article, in four queries with the one that described it; `family=` and `rule=` leave marks out."""
    rows = ask("statements-of-article", article=article.iri)
    known = statements(rows[:MANY])
    corrections = ask("corrections-of-article", article=article.iri)
    everything = notes(known, corrections)
    passages = ask("passages", article=article.iri)
    kind, rule = request.args.get("family", ""), request.args.get("rule", "")
    noted = notes(
        [said for said in known if kind in ("", said.family.name) and rule in ("", said.rule)],
        corrections if kind in ("", "correction") and not rule else (),
    )
    return render_template(
        "article.html",
        thing=article,
        blocks=blocks(article.text(EG.text), noted.values(), passages),
        notes=noted,
        legend=legend(known),
        rules=rules(known),
        family=kind,
        rule=rule,
        coverage=coverage(everything.values(), passages),
        many=MANY if len(rows) > MANY else 0,
        beside=BESIDE,
        statements=known,
        corrections=[correction for note in everything.values() for correction in note.corrections],
        quarantined=[statement for statement in known if statement.quarantined],
        hidden=_SHOWN,
        denied=[statement for statement in known if statement.denied],
    )


def notes(known: Iterable[Statement], corrections: Iterable[Row]) -> dict[str, Note]:
    """One note for each stretch of text something rests on, numbered in reading order, under its key."""
    drafts: dict[tuple[int, int], _Draft] = defaultdict(_Draft)
    for statement in known:
        for quote in statement.quotes:
            draft = drafts[quote.start, quote.end]
            draft.evidence[anchor(quote.evidence)] = None
            draft.statements.append(statement)
    for row in corrections:
        start, end = whole(row, "start"), whole(row, "end")
        if start is not None and end is not None:
            draft = drafts[start, end]
            draft.evidence[anchor(row["evidence"])] = None
            draft.corrections.append(correction(row))
    ordered = sorted(drafts, key=lambda place: (place[0], -place[1]))
    numbered = (_note(number, place, drafts[place]) for number, place in enumerate(ordered, 1))
    return {note.key: note for note in numbered}


def _note(number: int, place: tuple[int, int], draft: _Draft) -> Note:
    return Note(number, *place, tuple(draft.evidence), tuple(draft.statements), tuple(draft.corrections))


def correction(row: Row) -> Correction:
    """A correction out of a row."""
    values = (text(row, column) for column in ("asWritten", "reading", "errorKind", "reason"))
    return Correction(iri(row, "correction"), *values)


def blocks(whole_text: str, noted: Iterable[Note], passages: Iterable[Row]) -> tuple[Block, ...]:
    """The lines of the text, each with the notes that begin in it."""
    noted = tuple(noted)
    spans = [Span(note.start, note.end, note.key) for note in noted]
    starts = {whole(row, "start"): anchor(row["passage"]) for row in passages}
    return tuple(
        Block(
            line,
            _is_heading(line),
            segments(line, spans),
            tuple(note for note in noted if line.start <= note.start < line.end),
            tuple(name for start, name in starts.items() if start is not None and line.start <= start < line.end),
        )
        for line in lines(whole_text)
    )


def legend(known: Iterable[Statement]) -> tuple[tuple[Family, tuple[tuple[URIRef, str, int], ...]], ...]:
    """The families that occur, each with its statement types and their counts."""
    counts = Counter(statement.type for statement in known)
    return tuple(
        (family, tuple((kind, label_of(kind), counts[kind]) for kind in family.types if counts[kind]))
        for family in FAMILIES
        if any(counts[kind] for kind in family.types)
    )


def rules(known: Iterable[Statement]) -> tuple[tuple[str, int], ...]:
    """The rules that fired and how many statements each read, most first."""
    counts = Counter(statement.rule for statement in known if statement.rule)
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def coverage(noted: Iterable[Note], passages: Iterable[Row]) -> Coverage:
    """How many sentences there are, headings left out, and from how many something was read."""
    noted = tuple(noted)
    places = [(whole(row, "start") or 0, whole(row, "end") or 0) for row in passages if _is_sentence(text(row, "text"))]
    used = [any(note.start < end and note.end > start for note in noted) for start, end in places]
    return Coverage(sum(used), len(used))


def _is_sentence(passage: str) -> bool:
    return passage.rstrip(" \"'”’)").endswith((".", "!", "?", "。", "！", "？"))


def _is_heading(line: Line) -> bool:
    return len(line.text.split()) <= 5 and line.text[-1].isalnum()
