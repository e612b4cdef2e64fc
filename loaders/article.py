"""Normalised text in, the article's shape out: title, sections, paragraphs, items, sentences, each with its span.

Headings are whole lines only; any section may be missing, empty, doubled or out of order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from loaders.enumerators import Enumerator, enumerators
from loaders.errors import Refused
from loaders.normalised import Normalised, Span, normalised
from loaders.sentences import sentences
from loaders.source import Source
from ontology.lexicon.layout import furniture_kind, heading_before_colon, section_of_heading

_LONGEST_HEAD = 110
_LONGEST_BARE_HEAD = 70
_ITEMISED = frozenset({"cause", "differential", "treatment"})
_UNMARKED = re.compile(
    r"(?!.*\b(?:following|follows|below|these|include|has|have|is|are|can|may)\b[^:]*:)[A-Z][^.:;?!,]{2,45}:\s+\S"
)
"""In a section of items, a line "Name: explanation" is an item even without a mark."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, an item head or a heading."""

    span: Span
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Sentences that belong to no item."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Item:
    """An enumerated entry: "(1) Head: body", with the items nested in it."""

    number: str
    style: str
    head: Sentence
    body: tuple[Sentence, ...]
    children: tuple["Item", ...] = ()

    @property
    def opening(self) -> Span:
        """Its head with the first sentence of its body: the quote for what the head names."""
        return Span(self.head.span.start, self.body[0].span.end if self.body else self.head.span.end)

    @property
    def named(self) -> bool:
        """Whether the head is a name before an explanation, not a whole sentence."""
        return bool(self.body or self.children) or len(self.head.text.split()) <= 8


Block = Paragraph | Item


@dataclass(frozen=True)
class Section:
    """A section: its kind (a word of ``headings.tsv``), the heading as printed, and its blocks."""

    kind: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Article:
    """A whole article with the text its spans refer to."""

    source: Source
    text: Normalised
    title: Sentence
    sections: tuple[Section, ...]
    disclaimers: tuple[Sentence, ...] = ()
    furniture: tuple[Sentence, ...] = ()

    def sentences(self) -> Iterator[tuple[str, Sentence]]:
        """Every sentence and item head with the kind of its section, in reading order."""
        yield "title", self.title
        for section in self.sections:
            for block in section.blocks:
                yield from ((section.kind, sentence) for sentence in block_sentences(block))


def block_sentences(block: Block) -> Iterator[Sentence]:
    """The sentences of a paragraph, or of an item with its head first and the items nested in it last."""
    if isinstance(block, Paragraph):
        yield from block.sentences
        return
    yield block.head
    yield from block.body
    for child in block.children:
        yield from block_sentences(child)


@dataclass
class _Draft:
    """A section while its lines are read."""

    kind: str
    heading: str
    lines: list[Span] = field(default_factory=list)


def article(source: Source) -> Article:
    """Read the shape of an article, or raise Refused when there is no title or no heading."""
    text = normalised(source.text)
    lines = [span for span in _lines(text) if span.end > span.start]
    if not lines:
        raise Refused(source.name, "empty", "no character but white space")
    title, drafts = lines[0], [_Draft("introduction", "")]
    disclaimers: list[Sentence] = []
    furniture: list[Sentence] = []
    headings = 0
    for line in _with_gaps(text, lines[1:]):
        printed = text.cut(line)
        if kind := section_of_heading(printed, text.cut(title)):
            headings += 1
            drafts = _opened(drafts, kind, printed)
        elif inline := heading_before_colon(printed):
            drafts = _opened(drafts, inline[0], printed[: inline[1]])
            drafts[-1].lines.append(Span(line.start + inline[1], line.end))
        elif (what := furniture_kind(printed)) and not _in_prose(text, line):
            (disclaimers if what == "disclaimer" else furniture).append(Sentence(line, printed))
        else:
            drafts[-1].lines.append(line)
    if not headings:
        raise Refused(source.name, "not-template", f"no heading in {len(lines)} lines")
    sections = tuple(_section(text, draft) for draft in drafts if draft.lines)
    return Article(source, text, Sentence(title, text.cut(title)), sections, tuple(disclaimers), tuple(furniture))


def _lines(text: Normalised) -> Iterator[Span]:
    """Every line, trimmed; an empty one is an empty span."""
    start = 0
    while start <= len(text.text):
        end = text.text.find("\n", start)
        end = len(text.text) if end < 0 else end
        yield text.trimmed(start, end)
        start = end + 1


def _with_gaps(text: Normalised, lines: list[Span]) -> Iterator[Span]:
    """Lines of the body; a last line that glues prose and furniture together is cut between its sentences."""
    for line in lines:
        pieces = list(sentences(text, line))
        kinds = [furniture_kind(text.cut(piece)) for piece in pieces]
        if len(pieces) > 1 and any(kinds) and not all(kinds):
            yield from _runs(pieces, kinds)
        else:
            yield line


def _runs(pieces: list[Span], kinds: list[str | None]) -> Iterator[Span]:
    start = 0
    for index in range(1, len(pieces) + 1):
        if index == len(pieces) or kinds[index] != kinds[start]:
            yield Span(pieces[start].start, pieces[index - 1].end)
            start = index


def _in_prose(text: Normalised, line: Span) -> bool:
    """A line with many sentences is prose, even if one of them looks like furniture."""
    return sum(1 for _ in sentences(text, line)) > 6


def _opened(drafts: list[_Draft], kind: str, heading: str) -> list[_Draft]:
    """Open a section; a doubled heading, or a sub-heading of an empty section of its kind, continues it."""
    if drafts[-1].kind == kind and not drafts[-1].lines:
        return drafts
    return [*drafts, _Draft(kind, heading)]


def _section(text: Normalised, draft: _Draft) -> Section:
    blocks: list[Block] = []
    for paragraph in _paragraphs(text, _without_repeated_heading(text, draft)):
        found = _blocks(text, paragraph, draft.kind)
        last, first = blocks[-1] if blocks else None, found[0] if found else None
        if isinstance(last, Item) and _wants_body(last) and isinstance(first, Paragraph):
            blocks[-1] = _with_body(last, first)
            found = found[1:]
        blocks.extend(found)
    return Section(draft.kind, draft.heading, tuple(_nested(blocks)))


def _without_repeated_heading(text: Normalised, draft: _Draft) -> list[Span]:
    """Drop "Introduction" where the first line repeats it before its first sentence."""
    first = draft.lines[0]
    line = text.cut(first)
    word, _, rest = line.partition(" ")
    if rest[:1].isupper() and section_of_heading(word) == draft.kind and not line.startswith(f"{word} {word}"):
        return [Span(first.start + len(word) + 1, first.end), *draft.lines[1:]]
    return draft.lines


def _paragraphs(text: Normalised, lines: list[Span]) -> Iterator[list[Span]]:
    """Lines that follow each other without an empty one between them."""
    paragraph: list[Span] = []
    for line in lines:
        if paragraph and text.text.count("\n", paragraph[-1].end, line.start) > 1:
            yield paragraph
            paragraph = []
        paragraph.append(line)
    yield paragraph


def _blocks(text: Normalised, lines: list[Span], kind: str) -> list[Block]:
    """The prose and the items of one paragraph, in order. A line without a mark continues what stands above it."""
    blocks: list[Block] = []
    for line in lines:
        marks = enumerators(text, line)
        if not marks and kind in _ITEMISED and _UNMARKED.match(text.cut(line)):
            marks = [Enumerator(line.start, line.start, "name", 0)]
        lead = Span(line.start, marks[0].start if marks else line.end)
        prose = tuple(_sentences(text, text.trimmed(lead.start, lead.end)))
        if prose:
            blocks = _continued(blocks, prose)
        ends = [*(mark.start for mark in marks[1:]), line.end]
        blocks.extend(_item(text, mark, text.trimmed(mark.end, end)) for mark, end in zip(marks, ends, strict=False))
    return blocks


def _continued(blocks: list[Block], prose: tuple[Sentence, ...]) -> list[Block]:
    if blocks and isinstance(blocks[-1], Item):
        return [*blocks[:-1], _with_body(blocks[-1], Paragraph(prose))]
    return [*blocks, Paragraph(prose)]


def _with_body(item: Item, paragraph: Paragraph) -> Item:
    return replace(item, body=(*item.body, *paragraph.sentences))


def _wants_body(item: Item) -> bool:
    """A bare short head on its own line is explained by the paragraph below it."""
    return not item.body and not item.children and len(item.head.text.split()) <= 6 and not item.head.text.endswith(".")


def _item(text: Normalised, mark: Enumerator, span: Span) -> Item:
    head, rest = _head(text, span)
    number = text.text[mark.start : mark.end].strip()
    return Item(number, mark.style, Sentence(head, text.cut(head)), tuple(_sentences(text, rest)))


def _head(text: Normalised, span: Span) -> tuple[Span, Span]:
    """Cut an item into head and body: at a colon, at a dash, or after a first sentence short enough to be a name."""
    line = text.cut(span)
    empty = Span(span.end, span.end)
    if (
        (colon := re.search(r":(?!\d)| - |(?<=\w)- ", line))
        and colon.start() <= _LONGEST_HEAD
        and ". " not in line[: colon.start()]
    ):
        return text.trimmed(span.start, span.start + colon.start()), text.trimmed(span.start + colon.end(), span.end)
    pieces = list(sentences(text, span))
    if len(pieces) > 1 and _is_name(text.cut(pieces[0])):
        first = pieces[0]
        return text.trimmed(first.start, first.end), Span(pieces[1].start, span.end)
    if pieces:
        return pieces[0], (Span(pieces[1].start, span.end) if len(pieces) > 1 else empty)
    return span, empty


def _is_name(sentence: str) -> bool:
    return len(sentence) <= _LONGEST_BARE_HEAD and len(sentence.split()) <= 7


def _sentences(text: Normalised, span: Span) -> Iterator[Sentence]:
    for piece in sentences(text, span):
        yield Sentence(piece, text.cut(piece))


def _nested(blocks: list[Block]) -> Iterator[Block]:
    """Make a tree: a mark of another style right after an item, counting from one, opens a level below it."""
    index = 0
    while index < len(blocks):
        block = blocks[index]
        index += 1
        if not isinstance(block, Item):
            yield block
            continue
        children: list[Item] = []
        while index < len(blocks) and isinstance(inner := blocks[index], Item) and inner.style != block.style:
            children.append(inner)
            index += 1
        yield replace(block, children=tuple(child for child in _nested(list(children)) if isinstance(child, Item)))
