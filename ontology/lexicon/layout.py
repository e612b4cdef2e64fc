"""Lines that are not prose: headings, the disclaimer, page furniture."""

import re
from functools import cache

from ontology.lexicon.tables import alternatives, table
from ontology.wording import worded

_LONGEST_HEADING = 60


@cache
def _headings() -> dict[str, str]:
    return {heading: row["section"] for row in table("headings") for heading in alternatives(row["headings"])}


def section_of_heading(line: str) -> str | None:
    """The section a whole line opens, or None when the line is not a heading.

    >>> section_of_heading("Differential Diagnosis:")
    'differential'
    >>> section_of_heading("The cause is unknown.") is None
    True
    """
    if len(line) > _LONGEST_HEADING:
        return None
    plain = re.sub(r"^[\s#*\d.()\[\]【】-]+|[\s:*.\]】-]+$", "", line).casefold()
    return _headings().get(re.sub(r"\s+", " ", plain))


def furniture_kind(line: str) -> str | None:
    """Whether a line is the ``disclaimer`` or other page ``furniture``; None for text of the article.

    >>> furniture_kind("Was this article helpful? Thanks for the feedback.")
    'furniture'
    """
    if len(line) > 700:
        return None
    return next((row["kind"] for row in table("furniture") if worded(row["pattern"], line)), None)
