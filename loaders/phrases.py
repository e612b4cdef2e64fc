"""Noun phrases cut out of a clause: tidied, and lists of them taken apart."""

import re

_LEADING = re.compile(
    r"^(?:e\.g\.\s*|(?:and|or|nor|neither|but|so|then|also|thus|therefore|however|that|which|as|if|when|the|a|an|such|some|certain|various|other|another|mainly|mostly|"
    r"often|usually|only|sometimes|generally|especially|particularly|including|like|for example|of|to|"
    r"by|with|both|either|any|too|"
    r"(?:there is )?no evidence that|there (?:is|are)|it is|one of|kind of|kinds of|having|has|have|being|"
    r"its|their|his|her|possible|possibly|probably|commonly|secondly|finally)\b\s*,?\s*)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"[\s,;:.\-]+$|\s*\b(?:and|or|also|too|etc\.?|and so on|and others|and the like|as well|respectively|"
    r"in general|itself|themselves|"
    r"can|may|will|is|are|of|in|on|at|by|the|a|an|with|to|which|that|often|usually|easily|mainly|all|both|"
    r"not only|but)$",
    re.IGNORECASE,
)
_LONGEST = 18
_EMPTY = frozenset(
    {
        "it", "this", "that", "these", "those", "they", "he", "she", "we", "you", "one", "ones", "them",
        "many", "several", "few", "following", "reasons", "factors", "reason", "factor", "cause", "causes",
        "disease", "diseases", "patient", "patients", "people", "person", "condition", "conditions",
        "symptom", "symptoms", "time", "times", "cases", "case", "situation", "same", "first", "second",
        "third", "etc", "other", "others", "who", "what", "there",
        "following diseases", "following factors", "following reasons", "same time", "other diseases", "other causes",
        "many reasons", "many factors",
    }
)  # fmt: skip
"""Words that name nothing by themselves."""


def tidy(phrase: str) -> str:
    """A phrase without the small words and punctuation around it.

    >>> tidy("and the Dry air, etc.")
    'Dry air'
    """
    before = None
    phrase = phrase.strip(" \"'")
    while phrase != before:
        before = phrase
        phrase = _TRAILING.sub("", _LEADING.sub("", phrase)).strip(" \"'")
    if phrase.count("(") != phrase.count(")"):
        phrase = phrase.replace("(", "").replace(")", "").strip()
    return phrase


def is_phrase(phrase: str) -> bool:
    """Whether a tidied phrase can name something: it has letters, is short enough, and is more than a pronoun."""
    plain = phrase.casefold()
    if plain in _EMPTY or not re.search(r"[a-z]{2}", plain):
        return False
    return len(phrase.split()) <= _LONGEST


def listed(phrase: str) -> list[str]:
    """The members of a list, tidied; a lone "A and B" is taken apart only when both sides are short.

    >>> listed("thrombocytopenia, leukemia and other blood diseases")
    ['thrombocytopenia', 'leukemia', 'blood diseases']
    >>> listed("dry throat, a feeling of something in the throat and cough")
    ['dry throat', 'feeling of something in the throat', 'cough']
    >>> listed("women of 40 to 60 years old")
    ['women of 40 to 60 years old']
    """
    parts = _split_outside_brackets(phrase)
    members: list[str] = []
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        halves = re.split(r"\s+(?:and/or|and|or|nor|as well as|&)\s+", re.sub(r"^\s*(?:and|or)\s+", "", part))
        if len(halves) > 1 and last and not _bound(part) and _comes_apart(halves, alone=len(parts) == 1):
            members.extend(halves)
        else:
            members.append(part)
    return [tidied for member in members if is_phrase(tidied := tidy(member))]


def _comes_apart(halves: list[str], *, alone: bool) -> bool:
    """Whether the words around an "and" are members of the list: short ones, or the last two of a longer list."""
    longest = max(len(half.split()) for half in halves)
    doings = all(re.match(r"\s*\w+ing\b", half) for half in halves)
    return longest <= 5 or ((doings or not alone) and longest <= 9)


def _split_outside_brackets(phrase: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, char in enumerate(phrase):
        depth += (char == "(") - (char == ")")
        if char in ",;" and depth <= 0 and not phrase[index + 1 : index + 2].isdigit():
            parts.append(phrase[start:index])
            start = index + 1
    return [part for part in (*parts, phrase[start:]) if part.strip()]


def _bound(part: str) -> bool:
    """Words that belong together around their "and"."""
    return bool(
        re.search(
            r"\bbetween\b|\bboth\b.*\band\b|\b(?:head and neck|nerve and muscle|day and night|"
            r"ear,? nose and throat|food and drink)\b|\b(?:and|or)\s+(?:for|during|after|before)\b",
            part,
            re.IGNORECASE,
        )
    )
