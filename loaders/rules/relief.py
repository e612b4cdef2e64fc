"""Relief as items of the treatment section name it."""

from collections.abc import Iterator

from loaders.article import Item
from loaders.context import Context
from loaders.phrases import is_phrase, tidy
from loaders.statements import Statement


def of_item(context: Context, section: str, item: Item) -> Iterator[Statement]:
    """The head of an item is a measure, where it names one."""
    head = tidy(item.head.text)
    if is_phrase(head) and (item.body or len(head.split()) <= 8):
        span = item.opening
        yield Statement(
            "relief", context.grounding.other(head, "ReliefMeasure"), context.symptom, span, section, "relief.item", 0.8
        )
