"""What a limit is by its clause: what is normal, the start of a finding, or the aim of a treatment.

The words that tell are rows of ``normality.tsv``.
"""

import re
from dataclasses import dataclass
from functools import cache

from loaders.quantities import Measure
from loaders.verbs import has_verb
from ontology.lexicon.tables import table

NORMAL, FINDING, TARGET = "normal", "finding", "target"
_BOUNDARY = re.compile(r"[;]|\b(?:but|while|whereas|although|though|however)\b")
_CLAUSE_END = re.compile(
    r";|\)(?=\s*[A-Za-z])|,\s+(?!which\b|this\b|it\b|suggest|indicat|mean|show|should)|\b(?:but|while|whereas)\b"
)
_CONDITION = re.compile(r"\b(?:if|when|once|as soon as|until)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Row:
    reading: str
    place: str
    pattern: re.Pattern[str]


@cache
def _rows(place: str) -> tuple[_Row, ...]:
    return tuple(
        _Row(row["reading"], row["place"], re.compile(row["pattern"], re.IGNORECASE))
        for row in table("normality")
        if row["place"] == place
    )


def normality(text: str, measure: Measure, others: list[Measure], inherited: str = "") -> str:
    """What a measure of a sentence is: ``normal``, ``finding``, ``target``, or empty where nothing tells.

    ``others`` are all measures of the sentence, ``inherited`` is what the limit before it was read as.

    >>> from loaders.quantities import measures
    >>> text = "The normal value of ESR is less than 20 mm/h, more than 50 mm/h suggests inflammation."
    >>> found = list(measures(text))
    >>> [normality(text, each, found) for each in found]
    ['normal', 'finding']
    """
    limits = [other for other in others if other.quantity.comparator is not None]
    before, after = _before(text, measure, limits), _after(text, measure, limits)
    said = _said("after", after) or _said("in", text[measure.start : measure.end]) or _said("before", before)
    if said:
        return said
    return inherited if _goes_on(before) else ""


def _said(place: str, words: str) -> str:
    return next((row.reading for row in _rows(place) if row.pattern.search(words)), "")


def _before(text: str, measure: Measure, others: list[Measure]) -> str:
    """The words of its clause before a measure, from the measure before it."""
    start = max((other.end for other in others if other.end <= measure.start), default=0)
    words = text[start : measure.start]
    cut = max((found.end() for found in _BOUNDARY.finditer(words)), default=0)
    opened = words.rfind("(")
    return words[max(cut, opened + 1 if words.find(")", opened) < 0 else 0) :]


def _after(text: str, measure: Measure, others: list[Measure]) -> str:
    """The words behind a measure, to the end of its clause or the next measure."""
    end = min((other.start for other in others if other.start >= measure.end), default=len(text))
    words = text[measure.end : end]
    found = _CLAUSE_END.search(words)
    words = words[: found.start()] if found else words
    opened = words.rfind("(")
    return words[:opened] if opened >= 0 and words.find(")", opened) < 0 else words


def _goes_on(before: str) -> bool:
    """Whether a list of limits goes on: "… in men and < 20 mm/h in women"; not "3.5 to 5.5, below 3.5 …"."""
    return bool(re.search(r"[A-Za-z]{2}", before)) and not has_verb(before) and not _CONDITION.search(before)
