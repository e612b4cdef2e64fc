"""Labels: heads of items that name a kind of thing ("Risk factors", "Other causes") instead of the thing itself."""

import re
from functools import cache

from ontology.lexicon.tables import table

LABEL, PREDISPOSING = "label", "predisposing"


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["kind"], re.compile(row["pattern"], re.IGNORECASE)) for row in table("labels"))


def label_kind(head: str) -> str | None:
    """What kind of label a head is, or None for the name of a thing.

    >>> label_kind("Risk factors"), label_kind("Physiological factors"), label_kind("Blood flow factors")
    ('predisposing', 'label', None)
    """
    return next((kind for kind, pattern in _patterns() if pattern.search(head.strip(" .:"))), None)
