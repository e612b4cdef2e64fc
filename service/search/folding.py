"""Words as they are compared: what a person does not type alike each time does not count."""

import re
import unicodedata

LONGEST = 200
"""Characters of a name, and of what is searched for, that count; more is an accident or an attack."""

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
"""Scripts that put no spaces between words: each character is found by itself."""


def key(words: str) -> str:
    """A name without its case, accents and spare spaces; signs count.

    >>> key("  Trousseau’s SIGN, à gauche"), key("Ca++")
    ("trousseau's sign, a gauche", 'ca++')
    """
    return " ".join(_plain(words[:LONGEST].translate(_APOSTROPHES)).split())


def fold(words: str) -> str:
    """The words alone.

    >>> fold("  Trousseau’s SIGN, à gauche")
    'trousseaus sign a gauche'
    >>> fold("夜间 calf")
    '夜 间 calf'
    """
    plain = _plain(words.translate(_APOSTROPHES).replace("'", ""))
    return " ".join(re.findall(r"\w+", plain if plain.isascii() else _UNSPACED.sub(r" \1 ", plain)))


def _plain(words: str) -> str:
    if words.isascii():
        return words.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", words).casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
