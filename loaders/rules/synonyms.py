"""Names an article puts in front of its first paragraph: "Introduction Calf muscle cramps: …"."""

import re
from collections.abc import Iterator

from loaders.context import Context, prose
from loaders.normalised import Span
from loaders.phrases import is_phrase, tidy
from loaders.statements import Statement
from ontology.lexicon.concepts import key

_LONGEST_NAME = 6


def lead_names(context: Context) -> Iterator[Statement]:
    """The name before the colon that opens the introduction, where it is not the title itself."""
    for section, sentence in prose(context.article, "introduction"):
        found = re.match(r"(?P<name>[A-Za-z][A-Za-z' -]{2,60}):\s", sentence.text)
        name = tidy(found["name"]) if found else ""
        if found and is_phrase(name) and len(name.split()) <= _LONGEST_NAME and key(name) != key(context.article.title.text):
            span = Span(sentence.span.start, sentence.span.start + found.end("name"))
            yield Statement("synonym", context.symptom, None, span, section, "synonym.lead-name", 0.8, text=name)
        return
