"""What every rule is given: the article, its grounding, and the sentence with the place it stands in."""

from collections.abc import Iterator
from dataclasses import dataclass

from loaders.article import Article, Item, Paragraph, Sentence
from loaders.grounding import Grounding
from loaders.normalised import Span
from loaders.statements import Term


@dataclass(frozen=True)
class Place:
    """A sentence to be read: its section, and the item it belongs to with the thing the item is about."""

    sentence: Sentence
    section: str
    item: Item | None = None
    topic: Term | None = None

    @property
    def text(self) -> str:
        return self.sentence.text

    def span(self, start: int, end: int) -> Span:
        """A stretch of the sentence as a span of the article."""
        return Span(self.sentence.span.start + start, self.sentence.span.start + end)


@dataclass(frozen=True)
class Context:
    article: Article
    grounding: Grounding

    @property
    def symptom(self) -> Term:
        return self.grounding.symptom


def items(article: Article, *kinds: str) -> Iterator[tuple[str, Item]]:
    """All items of sections of these kinds, children after their parents."""
    for section in article.sections:
        if section.kind in kinds:
            for block in section.blocks:
                if isinstance(block, Item):
                    yield from ((section.kind, item) for item in _with_children(block))


def _with_children(item: Item) -> Iterator[Item]:
    yield item
    for child in item.children:
        yield from _with_children(child)


def prose(article: Article, *kinds: str) -> Iterator[tuple[str, Sentence]]:
    """Sentences outside items, of sections of these kinds, or of all."""
    for section in article.sections:
        if not kinds or section.kind in kinds:
            for block in section.blocks:
                if isinstance(block, Paragraph):
                    yield from ((section.kind, sentence) for sentence in block.sentences)
