"""A shallow sense of finite verbs, enough to tell a clause from a noun phrase."""

import re
from functools import cache

from ontology.lexicon.tables import alternatives, table


@cache
def _verb() -> re.Pattern[str]:
    forms = sorted({form for row in table("verbs") for form in alternatives(row["forms"])}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, forms))})\b", re.IGNORECASE)


def has_verb(phrase: str) -> bool:
    """Whether a phrase holds a finite verb.

    >>> has_verb("the veins of the legs are compressed"), has_verb("compressed leg veins")
    (True, False)
    """
    return bool(_verb().search(phrase))


def before_verb(phrase: str) -> str:
    """What stands before the first finite verb.

    >>> before_verb("blowing the nose with force can tear a vessel and")
    'blowing the nose with force '
    """
    found = _verb().search(phrase)
    return phrase[: found.start()] if found else phrase
