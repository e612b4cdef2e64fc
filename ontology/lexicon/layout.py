"""Lines that are not prose: headings, the disclaimer, page furniture."""

import re
from functools import cache

from ontology.lexicon.concepts import key
from ontology.lexicon.tables import alternatives, table
from ontology.wording import worded

_LONGEST_HEADING = 60


@cache
def _headings() -> dict[str, str]:
    return {heading: row["section"] for row in table("headings") for heading in alternatives(row["headings"])}


def section_of_heading(line: str, title: str = "") -> str | None:
    """The section a whole line opens, or None when the line is not a heading.

    >>> section_of_heading("Differential Diagnosis:")
    'differential'
    >>> section_of_heading("Prevention and relief"), section_of_heading("Causes of dry mouth", "Dry mouth")
    ('prevention', 'cause')
    >>> section_of_heading("The cause is unknown.") is None
    True
    """
    if len(line) > _LONGEST_HEADING:
        return None
    plain = re.sub(r"^[\s#*\d.()\[\]【】-]+|[\s:*.?\]】-]+$", "", line).casefold()
    return _section(re.sub(r"\s+", " ", plain), key(title))


def _section(plain: str, title: str) -> str | None:
    """The section of a heading: a known one, two of them joined by "and", or one that goes on with the title."""
    if plain in _headings():
        return _headings()[plain]
    parts = [_headings().get(part) for part in re.split(r"\s*(?:,|&|\band\b|/)\s*", plain)]
    if len(parts) > 1 and all(parts):
        return parts[0]
    found = re.fullmatch(r"(?P<head>.+?) (?:of|for|to) (?P<rest>.+)", plain)
    if found and title and key(found["rest"]) == title:
        return _headings().get(found["head"])
    return None


_INLINE = frozenset({"examination", "differential", "treatment", "prevention"})


def heading_before_colon(line: str) -> tuple[str, int] | None:
    """The section a line opens by a heading before a colon, and where its text begins.

    >>> heading_before_colon("Check items: blood routine, ESR")
    ('examination', 13)
    >>> heading_before_colon("Blood routine: leukocytes are raised.") is None
    True
    """
    found = re.match(r"(?P<heading>[A-Za-z][A-Za-z -]{2,40}?)\s*:\s+(?=\S)", line)
    kind = section_of_heading(found["heading"]) if found else None
    return (kind, found.end()) if found and kind in _INLINE else None


def furniture_kind(line: str) -> str | None:
    """Whether a line is the ``disclaimer`` or other page ``furniture``; None for text of the article.

    >>> furniture_kind("Was this article helpful? Thanks for the feedback.")
    'furniture'
    """
    if len(line) > 700:
        return None
    return next((row["kind"] for row in table("furniture") if worded(row["pattern"], line)), None)
