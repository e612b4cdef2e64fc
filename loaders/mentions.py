"""Names of the lexicon found inside a sentence, longest first, on word boundaries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from loaders.statements import Term
from ontology.lexicon.concepts import Concept, key, names

_WORD = re.compile(r"[^\W_]+(?:'s)?(?:[./][A-Za-z0-9]+)*")
_LONGEST_NAME = 8


@dataclass(frozen=True)
class Mention:
    """A concept named in a sentence, and where."""

    start: int
    end: int
    concept: Concept
    written: str


@dataclass(frozen=True)
class Named:
    """A test named in a sentence, known to the lexicon or not, and where."""

    start: int
    end: int
    term: Term


@cache
def _bearers(type_: str) -> dict[str, Concept]:
    """Compared names of all concepts of one type."""
    return {name: concept for name, concepts in names().items() for concept in concepts if concept.type == type_}


def mentions(sentence: str, *types: str) -> Iterator[Mention]:
    """Every name of a concept of these types, the longest at each place, none inside another.

    >>> sentence = "upper arm compression test (Trousseau sign) positive"
    >>> [mention.concept.slug for mention in mentions(sentence, "DiagnosticTest")]
    ['trousseau-sign-test', 'trousseau-sign-test']
    """
    words = [(found.start(), found.end(), key(found[0])) for found in _WORD.finditer(sentence)]
    index = 0
    while index < len(words):
        length, concept = _longest(words, index, types)
        if concept is None:
            index += 1
            continue
        start, end = words[index][0], words[index + length - 1][1]
        yield Mention(start, end, concept, sentence[start:end])
        index += length


def _longest(words: list[tuple[int, int, str]], index: int, types: tuple[str, ...]) -> tuple[int, Concept | None]:
    for length in range(min(_LONGEST_NAME, len(words) - index), 0, -1):
        name = " ".join(word for _, _, word in words[index : index + length])
        for type_ in types:
            if concept := _bearers(type_).get(name):
                return length, concept
    return 0, None
