"""Whether a relation is denied or hedged.

Only a negation of the relation's own verb counts: a "not" elsewhere in the sentence does not.
"""

import re

_NOT = (
    r"(?:do(?:es)?\s+not|did\s+not|is\s+not|are\s+not|was\s+not|were\s+not|can\s?not|will\s+not|would\s+not|"
    r"has\s+not|have\s+not|don't|doesn't|isn't|aren't|can't|won't|never|no\s+longer|neither|nor|hardly|"
    r"rarely\s+if\s+ever|not)"
)
_DENIED_VERB = re.compile(
    rf"{_NOT}\s+(?:(?:usually|normally|directly|necessarily|itself|in\s+itself|a|an|the|any|in|generally|by|be|been|known\s+to|thought\s+to|likely\s+to|shown\s+to|proven?\s+to|found\s+to|considered\s+to|said\s+to|actually|the\s+direct)\s+)*$",
    re.IGNORECASE,
)
_NO_EVIDENCE = re.compile(
    r"\b(?:no|without|lacks?|little|not\s+enough|insufficient)\s+(?:\w+\s+){0,2}(?:evidence|proof|relation|relationship|connection|link|association|indication)\b|\b(?:has|have|had|bears?)\s+nothing\s+to\s+do\s+with\b|\bunrelated\s+to\b|\b(?:is|are)\s+a\s+myth\b|\bit\s+is\s+not\s+true\b|"
    r"\b(?:not|never)\s+(?:yet\s+)?(?:been\s+)?(?:proven?|proved|shown|confirmed|established|demonstrated|certain|clear)\s+that\b|\bneither\b(?=.*\bnor\b)",
    re.IGNORECASE,
)
_MODALITY = re.compile(
    r"\b(can(?!\s?not\b)|may|might|could|will|would|should|must|tends? to|is likely to|are likely to|easily|"
    r"possibly|probably)\b",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    r"\b(most common|more common|very common|common|most often|often|usually|frequently|frequent|generally|"
    r"mostly|mainly|commonly|sometimes|occasionally|rarely|rare|always|in most cases|in some cases)\b",
    re.IGNORECASE,
)
_SEVERITY = re.compile(
    r"\b(in severe cases|severe cases?|in serious cases|serious cases?|in mild cases|mild cases?|severe|"
    r"serious|mild|slight)\b",
    re.IGNORECASE,
)


def denied(before: str) -> bool:
    """Whether the relation whose verb follows ``before`` is denied.

    >>> denied("Vitamin C does not ")
    True
    >>> denied("The tension is not relieved, its stimulation can ")
    False
    >>> denied("There is no evidence that coffee ")
    True
    """
    clause = re.split(r"[;,]\s|\b(?:but|whereas|while)\b", before)[-1]
    return bool(_DENIED_VERB.search(before) or _NO_EVIDENCE.search(clause))


def clause(sentence: str, start: int, end: int) -> str:
    """The clauses a stretch of a sentence touches: a hedge in another clause is not its hedge.

    >>> sentence = "Cramps are most common in the calves, and the pain is unbearable."
    >>> clause(sentence, 46, 64)
    ' and the pain is unbearable.'
    """
    before = max(sentence.rfind(",", 0, start + 1), sentence.rfind(";", 0, start + 1)) + 1
    after = sentence.find(",", end)
    return sentence[before : after if after >= 0 else len(sentence)]


def modality(clause: str) -> str:
    """The first word by which a clause hedges, lower case; empty when there is none."""
    return found[1].casefold() if (found := _MODALITY.search(clause)) else ""


def frequency(clause: str) -> str:
    """The first word of a clause for how often something is so, lower case; empty when there is none."""
    return found[1].casefold() if (found := _FREQUENCY.search(clause)) else ""


def severity(clause: str) -> str:
    """The first word of a clause for how bad something is, lower case; empty when there is none."""
    return found[1].casefold() if (found := _SEVERITY.search(clause)) else ""
