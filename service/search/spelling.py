"""Which word was meant: the distance between two words, counted in slips of a finger."""

from collections.abc import Iterable

_LONG = 6
"""Letters from which on a word may hold two slips."""


def trigrams(word: str) -> list[str]:
    """The runs of three letters of a word.

    >>> trigrams("calcium")
    ['cal', 'alc', 'lci', 'ciu', 'ium']
    """
    return [word[start : start + 3] for start in range(len(word) - 2)]


def slips(word: str, other: str, most: int) -> tuple[int, int]:
    """How many letters were left out, added, changed or swapped with a neighbour: in a word, and in its best beginning.

    Both are `most` + 1 where it is more than `most`. The optimal string alignment distance: no letter is touched twice.

    >>> slips("hipocalcemia", "hypocalcemia", 2), slips("clacium", "calcium", 2), slips("calf", "heart", 2)
    ((1, 1), (1, 1), (3, 3))
    >>> slips("hipocalc", "hypocalcemia", 2)
    (3, 1)
    """
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        former, before, row = before, row, [i]
        for j, across in enumerate(other, 1):
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != across))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == across:
                best = min(best, former[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            break
    return min(row[-1], most + 1), min(*row, most + 1)


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a word, or the beginning of one, was meant to be: one slip in a short word, two in a long one.

    >>> closest("hipocalc", ["hypocalcemia", "hypokalemia"])
    'hypocalcemia'
    >>> closest("calf", ["heart"]) is None
    True
    """
    most = 1 if len(word) < _LONG else 2
    found = [(begun, whole, each) for each in candidates for whole, begun in [slips(word, each, most)]]
    begun, _, best = min(found, default=(most + 1, 0, ""))
    return best if begun <= most else None
