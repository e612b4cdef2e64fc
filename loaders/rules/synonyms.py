"""Names an article puts in front of its first paragraph: "Introduction Calf muscle cramps: …"."""

import re
from collections.abc import Iterator

from loaders.article import Article, Paragraph, Sentence
from loaders.context import Context
from loaders.normalised import Span
from loaders.phrases import is_phrase, tidy
from loaders.statements import Statement
from ontology.lexicon.concepts import key

_LONGEST_NAME = 6
_NAME = re.compile(r"(?P<name>[A-Za-z][A-Za-z' -]{2,60}):\s")


def lead_names(context: Context) -> Iterator[Statement]:
    """The name before the colon that opens the introduction, where it is not the title itself."""
    sentence = _opening(context.article)
    found = _NAME.match(sentence.text) if sentence else None
    if sentence is None or found is None:
        return
    name = tidy(found["name"])
    if is_phrase(name) and len(name.split()) <= _LONGEST_NAME and key(name) != key(context.article.title.text):
        span = Span(sentence.span.start, sentence.span.start + found.end("name"))
        yield Statement("synonym", context.symptom, None, span, "introduction", "synonym.lead-name", 0.8, text=name)


def _opening(article: Article) -> Sentence | None:
    """The first sentence of the introduction that belongs to no item."""
    prose = (
        sentence
        for section in article.sections
        if section.kind == "introduction"
        for block in section.blocks
        if isinstance(block, Paragraph)
        for sentence in block.sentences
    )
    return next(prose, None)
