"""The marks that begin items, one grammar for all sections: (1) 1. 1, 1) ① First, and their full-width forms."""

import re
from dataclasses import dataclass
from itertools import pairwise

from loaders.normalised import Normalised, Span

_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_WORD_FORMS = {form: number for number, word in enumerate(_WORDS, 1) for form in (word, f"{word}ly")} | {
    "finally": 99,
    "lastly": 99,
}
_HAN = "一二三四五六七八九十"
_STYLES = ("paren", "close", "dot", "comma", "letter", "word", "han", "bullet")
_MARK = re.compile(
    rf"""
      (?P<paren>  \( \s* (?P<n1>\d{{1,2}}) \s* \) [.,:]? )
    | (?P<close>  (?P<n2>\d{{1,2}}) \s? \) [.,:]? )
    | (?P<dot>    (?P<n3>\d{{1,2}}) \. (?!\d) )
    | (?P<comma>  (?P<n4>\d{{1,2}}) \s? [,:] (?!\d) )
    | (?P<letter> \( (?P<n5>[a-z]) \) | (?P<n6>[a-hA-H]) [.)] (?=\s) )
    | (?P<han>    \( (?P<n8>[{_HAN}]) \) | (?P<n9>[{_HAN}]) \s? [,.] )
    | (?P<bullet> (?P<n10>[-*•·●◆■▪]) \s (?=\S) )
    | (?P<word>   (?P<n7>{"|".join(sorted(_WORD_FORMS, key=len, reverse=True))}) \s? [,:] )
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Enumerator:
    """One mark: where it stands, its style, and the number it shows."""

    start: int
    end: int
    style: str
    number: int


def enumerators(text: Normalised, line: Span) -> list[Enumerator]:
    """The marks of one line: the one at its start, and those inside it that count on from the one before."""
    candidates = [
        found
        for found in map(_enumerator, _MARK.finditer(text.text, line.start, line.end))
        if _stands_free(text.text, found, line)
    ]
    leading = [mark for mark in candidates if mark.start == line.start]
    inside = [mark for mark in candidates if mark.start != line.start]
    if leading:
        return _counting_on(leading[0], inside)
    opening = [
        mark for mark in inside if mark.number == 1 and mark.style in ("paren", "close", "dot", "word", "comma", "han")
    ]
    for mark in opening:
        run = _counting_on(mark, [later for later in inside if later.start > mark.start])
        if len(run) > 1:
            return run
    return []


def _enumerator(found: re.Match[str]) -> Enumerator:
    shown = next(found[f"n{index}"] for index in range(1, 11) if found[f"n{index}"])
    style = next(name for name in _STYLES if found[name])
    return Enumerator(found.start(), found.end(), style, _number(shown))


def _number(shown: str) -> int:
    """The number a mark shows; a bullet shows none.

    >>> _number("3"), _number("二"), _number("Second"), _number("b"), _number("•")
    (3, 2, 2, 2, 0)
    """
    if shown.isdecimal():
        return int(shown)
    if shown in _HAN:
        return _HAN.index(shown) + 1
    return _WORD_FORMS.get(shown.lower()) or (ord(shown.lower()) - ord("a") + 1 if shown.isalpha() else 0)


def _stands_free(text: str, mark: Enumerator, line: Span) -> bool:
    """A mark begins the line or follows the end of a sentence, a clause or a colon, and a word follows it."""
    following = text[mark.end : line.end].lstrip()
    if not following or not (following[0].isalpha() or following[0] in "\"'(<" or _begins_with_time(text, mark, line)):
        return False
    if mark.style == "bullet":
        return mark.start == line.start
    if mark.start == line.start:
        return mark.style != "comma" or len(following.split()) > 1 or following.isalpha()
    before = text[line.start : mark.start].rstrip()
    if mark.style == "paren":
        return text[mark.start - 1] in " .;:,)" or not before[-1:].isalnum()
    return before.endswith((".", ";", ":")) or (mark.style == "comma" and before.endswith(","))


def _begins_with_time(text: str, mark: Enumerator, line: Span) -> bool:
    """Whether a name that opens with a time follows the mark of a line: "4. 24-hour pH monitoring"."""
    time = re.match(r"\s+\d+(?:-|\s)?(?:h|hours?|minutes?|d|days?)\b", text[mark.end : line.end])
    return mark.start == line.start and time is not None


def _counting_on(first: Enumerator, later: list[Enumerator]) -> list[Enumerator]:
    """Marks of one line that belong together: the first style counting upward, with levels of other styles between."""
    run = [first]
    for mark in later:
        last = next((earlier for earlier in reversed(run) if earlier.style == mark.style), None)
        if mark.number == 1 if last is None else last.number < mark.number <= last.number + 3 or mark.number == 99:
            run.append(mark)
    return run if all(a.end <= b.start for a, b in pairwise(run)) else [first]
