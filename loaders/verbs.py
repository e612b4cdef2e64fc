"""A shallow sense of finite verbs, enough to tell a clause from a noun phrase."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ontology.lexicon.tables import alternatives, table


@cache
def _verb() -> re.Pattern[str]:
    return _any(form for row in table("verbs") if row["kind"] != "effect" for form in alternatives(row["forms"]))


def _any(forms: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(set(forms), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)


@cache
def _effects() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What things do to each other, with -s and without."""
    bare = [form for row in table("verbs") if row["kind"] == "effect" for form in alternatives(row["forms"])]
    return _any(map(_with_s, bare)), _any(bare)


def _with_s(verb: str) -> str:
    """The third person of a verb.

    >>> _with_s("wash away"), _with_s("dry"), _with_s("damage")
    ('washes away', 'dries', 'damages')
    """
    first, *rest = verb.split()
    if re.search(r"[^aeiou]y$", first):
        first = f"{first[:-1]}ies"
    else:
        first = f"{first}es" if first.endswith(("s", "sh", "ch", "x")) else f"{first}s"
    return " ".join([first, *rest])


_DROPS = re.compile(r"(?<=\beye )drops\b|(?<=\bear )drops\b|(?<=\bnasal )drops\b", re.IGNORECASE)
"""Drops that are given, and do not fall."""


def has_verb(phrase: str) -> bool:
    """Whether a phrase holds a finite verb.

    >>> has_verb("the veins of the legs are compressed"), has_verb("compressed leg veins")
    (True, False)
    """
    return bool(_verb().search(_DROPS.sub("drop", phrase)))


def before_verb(phrase: str) -> str:
    """What stands before the first finite verb.

    >>> before_verb("blowing the nose with force can tear a vessel and")
    'blowing the nose with force '
    """
    found = _verb().search(phrase)
    return phrase[: found.start()] if found else phrase


_AUXILIARY = re.compile(
    r"\s+(?:(?:can|may|could|might|will|would|also|all|both|each|often|easily|directly|usually|then|further|gradually)\b\s*)+$",
    re.IGNORECASE,
)
_MANY = re.compile(r"\w+s$|\band\b|\b(?:bacteria|fungi|mitochondria|women|men|children|people)$", re.IGNORECASE)


@dataclass(frozen=True)
class Action:
    """A clause cut into who acts, up to ``agent``, and what that does, from ``start`` on."""

    agent: int
    start: int


def action(clause: str) -> Action | None:
    """Where a clause says what one thing does to another, or None where it does not.

    >>> found = action("aspirin and iron can injure the gastric mucosa")
    >>> "aspirin and iron can injure the gastric mucosa"[found.start :]
    'injure the gastric mucosa'
    >>> action("the voice is hoarse") is None
    True
    """
    third, bare = _effects()
    for found in sorted([*third.finditer(clause), *bare.finditer(clause)], key=lambda found: found.start()):
        before = clause[: found.start()].rstrip()
        auxiliary = _AUXILIARY.search(before)
        agent = before[: auxiliary.start()] if auxiliary else before
        if not agent.strip() or has_verb(agent) or not clause[found.end() :].strip(" .,;"):
            return None
        if third.fullmatch(found[0]) or auxiliary or _MANY.search(agent):
            return Action(len(agent), found.start())
    return None
