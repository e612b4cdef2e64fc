"""What every rule is given: the article, its grounding, and the sentence with the place it stands in."""

from dataclasses import dataclass

from loaders.article import Article, Item, Sentence
from loaders.grounding import Grounding
from loaders.normalised import Span
from loaders.statements import Term


@dataclass(frozen=True)
class Place:
    """A sentence to be read: its section, and the item it belongs to with the thing the item is about.

    ``carried`` is the test the half before a semicolon speaks of: "ESR < 20 mm/h is normal; above 50 mm/h …".
    """

    sentence: Sentence
    section: str
    item: Item | None = None
    topic: Term | None = None
    carried: Term | None = None

    @property
    def text(self) -> str:
        """The words of the sentence."""
        return self.sentence.text

    def span(self, start: int, end: int) -> Span:
        """A stretch of the sentence as a span of the article."""
        return Span(self.sentence.span.start + start, self.sentence.span.start + end)


@dataclass(frozen=True)
class Context:
    """The article a sentence is read in, and what names mean there."""

    article: Article
    grounding: Grounding

    @property
    def symptom(self) -> Term:
        """The symptom the article is about."""
        return self.grounding.symptom
