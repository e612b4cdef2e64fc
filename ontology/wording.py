"""Word patterns, the small language in which the lexicon says how a thing may be worded.

``metabolit* & not|too much`` holds for a phrase that has a word beginning with *metabolit* and, anywhere,
*not* or *too much*. Groups are joined by ``&`` and must all hold; ``|`` separates alternatives; ``*`` ends a stem;
``!`` before a group wants none of it; ``;`` separates whole patterns, one of which must hold.
"""

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Wording:
    """One compiled word pattern."""

    wanted: tuple[re.Pattern[str], ...]
    unwanted: tuple[re.Pattern[str], ...]

    def holds(self, phrase: str) -> bool:
        """Whether a phrase has every wanted group of words and no unwanted one."""
        return all(group.search(phrase) for group in self.wanted) and not any(
            group.search(phrase) for group in self.unwanted
        )


@lru_cache(maxsize=4096)
def wordings(pattern: str) -> tuple[Wording, ...]:
    """Read the patterns of one lexicon cell.

    >>> [w.holds("metabolites are not cleared in time") for w in wordings("metabolit* & not|too much; lactic acid")]
    [True, False]
    """
    return tuple(_wording(part) for part in pattern.split(";") if part.strip())


def worded(pattern: str, phrase: str) -> bool:
    """Whether a phrase holds one of the patterns.

    >>> worded("pain & !no", "no pain")
    False
    """
    return any(wording.holds(phrase) for wording in wordings(pattern))


def _wording(pattern: str) -> Wording:
    groups = [group.strip() for group in pattern.split("&")]
    return Wording(
        tuple(_group(group) for group in groups if not group.startswith("!")),
        tuple(_group(group[1:]) for group in groups if group.startswith("!")),
    )


def _group(group: str) -> re.Pattern[str]:
    alternatives = (
        re.escape(word.strip()).replace(r"\ ", r"[\s-]+").replace(r"\*", r"\w*") for word in group.split("|")
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)
