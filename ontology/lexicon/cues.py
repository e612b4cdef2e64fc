"""Cues, rules that are nothing but a row of ``cues.tsv``: a pattern, what its groups mean, and where it may fire."""

import re
from dataclasses import dataclass
from functools import cache

from ontology.lexicon.concepts import CAUSE_TYPES
from ontology.lexicon.tables import table

_MACROS = {
    "{np}": r"[^,.;:()\"]{2,90}",
    "{list}": r"(?:[^.;:]|(?<=\d)\.(?=\d)){2,300}",
    "{lazygroup}": r"[^,.;:()]{3,110}?",
    "{clause}": r"(?:[^.;]|(?<=\d)\.(?=\d)){2,300}",
    "{group}": r"[^,.;:()]{3,110}",
    "{name}": (
        r"\"[^\"]{2,60}\"|[A-Za-z][^,.;:()\"]{1,60}?"
        r"(?=\s+(?:in medicine|in clinic|by|because|which|that|is|are|was|belongs|refers|when|if|since)\b"
        r"|\s+(?:and|or)\s+(?:(?:it|is|are|was|can|may|has|have|occurs|often|usually|mostly|in|the|sometimes)\b)"
        r"|[,.;:()\"]|$)"
    ),
}


@dataclass(frozen=True)
class Cue:
    """One row of ``cues.tsv``.

    ``where`` is any, prose, item, or prose-or-denied; ``subject`` and ``object`` say which group of the pattern,
    or what else, each end is.
    """

    rule: str
    type: str
    sections: frozenset[str]
    where: str
    subject: str
    object: str
    subject_types: tuple[str, ...]
    object_types: tuple[str, ...]
    confidence: float
    pattern: re.Pattern[str]


@cache
def cues() -> tuple[Cue, ...]:
    """Every cue, in the order of the table.

    >>> cues()[0].rule
    'synonym.known-as'
    """
    return tuple(_cue(row) for row in table("cues"))


def _cue(row: dict[str, str]) -> Cue:
    pattern = row["pattern"]
    for macro, meaning in _MACROS.items():
        pattern = pattern.replace(macro, meaning)
    return Cue(
        row["rule"],
        row["type"],
        frozenset(row["sections"].split("|")),
        row["where"],
        row["subject"],
        row["object"],
        _types(row["subject_types"]),
        _types(row["object_types"]),
        float(row["confidence"]),
        re.compile(pattern, re.IGNORECASE),
    )


def _types(cell: str) -> tuple[str, ...]:
    """The types of a cell, the first one first; whatever can be a cause may turn out to be any other kind of cause."""
    wanted = tuple(part for part in cell.split("|") if part != "-")
    if not wanted or wanted[0] not in CAUSE_TYPES:
        return wanted
    return (*wanted, *(type_ for type_ in CAUSE_TYPES if type_ not in wanted))
