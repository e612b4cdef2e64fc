"""Names an article puts in front of its first paragraph, or defines there: "Introduction Calf muscle cramps: …"."""

import re
from collections.abc import Iterator

from loaders.article import Article, Paragraph, Sentence
from loaders.context import Context
from loaders.normalised import Span
from loaders.phrases import is_phrase, tidy
from loaders.statements import Statement
from loaders.verbs import has_verb
from ontology.lexicon.concepts import key

_LONGEST_NAME = 6
_NAME = re.compile(r"(?P<name>[A-Za-z][A-Za-z' -]{2,60}?)(?:\s*\((?P<other>[A-Za-z][A-Za-z' -]{2,50})\))?:\s")


def lead_names(context: Context) -> Iterator[Statement]:
    """The name before the colon that opens the introduction, where it is not the title itself."""
    sentence = _opening(context.article)
    found = _NAME.match(sentence.text) if sentence else None
    if sentence is None or found is None:
        return
    for group in ("name", "other"):
        name = tidy(found[group] or "")
        if is_phrase(name) and len(name.split()) <= _LONGEST_NAME and key(name) != key(context.article.title.text):
            span = Span(sentence.span.start, sentence.span.start + found.end(group))
            yield Statement("synonym", context.symptom, None, span, "introduction", "synonym.lead-name", 0.8, text=name)


_DEFINED = re.compile(
    r"(?:[A-Za-z][A-Za-z' -]{2,60}:\s+)?(?P<name>[A-Za-z][A-Za-z' -]{2,60}?)(?:\s+\([A-Za-z][A-Za-z' -]{2,50}\))?\s+"
    r"(?:refers?\s+to|means?|is\s+defined\s+as|is\s+(?:the|one\s+of\s+the|an?)\s+"
    r"(?:\w+\s+){0,2}?(?:symptoms?|signs?|complaints?|manifestations?|phenomen(?:on|a)|feeling|sensation)\b)"
)


def defined_names(context: Context) -> Iterator[Statement]:
    """The name the first sentence defines, where it is not the title's: "Edema of the legs refers to …"."""
    sentence = _opening(context.article)
    found = _DEFINED.match(sentence.text) if sentence else None
    if sentence is None or found is None:
        return
    name, title = tidy(found["name"]), context.article.title.text
    told = set(key(name).split()) <= set(key(title).split())
    if told or not is_phrase(name) or len(name.split()) > _LONGEST_NAME or has_verb(name):
        return
    span = Span(sentence.span.start + found.start("name"), sentence.span.end)
    yield Statement("synonym", context.symptom, None, span, "introduction", "synonym.defined", 0.75, text=name)


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
