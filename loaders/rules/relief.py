"""Relief as items of the treatment section name it."""

import re
from collections.abc import Iterator

from loaders.article import Item
from loaders.context import Context
from loaders.phrases import is_phrase, tidy
from loaders.statements import Statement
from loaders.verbs import action, before_verb

_LONGEST = 12


def _measure(head: str) -> str:
    """The measure a head names: the whole of it, or what is said to do good: "Lactulose 15 ml softens the stool"."""
    done = action(head)
    named = head[: done.agent] if done else before_verb(head)
    if named == head or not tidy(named) or len(named.split()) > _LONGEST:
        return tidy(head)
    return tidy(re.sub(r"\s+\d[\d.-]*\s*(?:mg|g|ml|mcg|μg)\b.*$", "", named))


def of_item(context: Context, section: str, item: Item) -> Iterator[Statement]:
    """The head of an item is a measure, where it names one."""
    head = _measure(item.head.text)
    if is_phrase(head) and (item.body or len(head.split()) <= _LONGEST):
        span = item.opening
        yield Statement(
            "relief", context.grounding.other(head, "ReliefMeasure"), context.symptom, span, section, "relief.item", 0.8
        )
