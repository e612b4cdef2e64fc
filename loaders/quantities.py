"""Numbers with units: comparator before or after, value or range, UCUM unit; and lengths of time, vague ones too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from loaders.statements import Quantity
from ontology.lexicon.tables import alternatives, table
from ontology.lexicon.units import pattern, unit

_LIMIT_OF_NORMAL = (
    r"(?:(?:the\s+|its\s+)?(?:(?:normal|reference|upper|lower)\s+)+(?:limit|value|level|bound)s?\s+"
    r"(?:of\s+(?:the\s+)?(?:normal|reference)(?:\s+(?:range|value))?\s*)?(?:\(\s*|of\s+|is\s+|at\s+|,\s*)*)?"
)
"""What stands between comparator and number in "below the normal lower limit of 2.1 mmol/L"."""
_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


@dataclass(frozen=True)
class Measure:
    """A quantity found in a sentence, and where it stands there.

    ``pair`` is the second number of "140/90", ``also`` that of "2.1 and 0.7 mmol/L".
    """

    start: int
    end: int
    quantity: Quantity
    pair: Decimal | None = None
    also: Decimal | None = None


@cache
def _comparators(place: str) -> dict[str, str]:
    return {
        word: row["comparator"]
        for row in table("comparators")
        if row["place"] == place
        for word in alternatives(row["pattern"])
    }


@cache
def _grammar() -> re.Pattern[str]:
    return re.compile(
        rf"""
        (?:(?P<before>{_alternation("before")})\s*{_LIMIT_OF_NORMAL}(?:the\s+|a\s+|of\s+|about\s+|around\s+|to\s+|by\s+)*|(?P<between>\bbetween\s+|\bfrom\s+))?
        (?P<bracket>\(\s*(?={_NUMBER}\s*[-~]\s*(?:{_NUMBER})\s*\)\s*(?:{pattern()})))?(?<![\w.,^-])(?P<low>{_NUMBER})
        (?:
            \s*(?P<lowunit>{pattern()})?\s*(?:-|~|to|(?(between)and|(?!)))\s*(?P<high>{_NUMBER})
          | \s*/\s*(?P<pair>{_NUMBER})
          | \s*(?:and|,|or)\s*(?P<also>{_NUMBER})(?=\s*(?:{pattern()}))
        )?
        (?(bracket)\s*\))\s*-?(?P<unit>{pattern()})?
        (?:\s*(?:{_words(_comparators("after"))})(?!\s+than\b))?
        """,
        re.VERBOSE | re.IGNORECASE,
    )


def _alternation(place: str) -> str:
    return "|".join(
        (rf"\b{_loosely(word)}\b" if word[0].isalpha() else re.escape(word))
        for word in sorted(_comparators(place), key=len, reverse=True)
    )


def _words(comparators: dict[str, str]) -> str:
    return "|".join(_loosely(word) for word in sorted(comparators, key=len, reverse=True))


def _loosely(words: str) -> str:
    return re.escape(words).replace(r"\ ", r"\s+")


def measures(sentence: str) -> Iterator[Measure]:
    """Every number with its unit and comparator in a sentence.

    >>> (found,) = measures("serum calcium is less than 2mmol / L")
    >>> found.quantity.comparator, found.quantity.value, found.quantity.unit
    ('<', Decimal('2'), 'mmol/L')
    """
    for found in _grammar().finditer(sentence):
        printed_unit = found["unit"] or found["lowunit"]
        of = unit(printed_unit) if printed_unit else None
        yield Measure(
            found.start(),
            found.end(),
            Quantity(
                _comparator(found),
                _number(found["low"]),
                _number(found["high"]),
                of.ucum if of else None,
                found[0].strip(" ,;"),
            ),
            _number(found["pair"]),
            _number(found["also"]),
        )


def _comparator(found: re.Match[str]) -> str | None:
    if found["high"]:
        return "range"
    if found["before"]:
        return _comparators("before")[re.sub(r"\s+", " ", found["before"].casefold())]
    return next(
        (
            sign
            for word, sign in _comparators("after").items()
            if re.search(rf"\b{_loosely(word)}$", found[0].strip(), re.IGNORECASE)
        ),
        None,
    )


def _number(printed: str | None) -> Decimal | None:
    return Decimal(printed.replace(",", "")) if printed else None


_VAGUE = re.compile(
    rf"""
    (?P<phrase>
      (?:(?:within|after|for|over|about|around|in|less\s+than|more\s+than|at\s+least|up\s+to|no\s+more\s+than)\s+)?
      (?:(?:just|only|about|the)\s+)*
      (?:
        (?:an?|a\s+few|several|some|many|tens\s+of|dozens\s+of|hundreds\s+of|half\s+an?|a\s+couple\s+of|one|two|three|four|five|six|seven|eight|ten|{_NUMBER})
        (?:\s*(?:-|~|to|or)\s*(?:an?|a\s+few|several|tens\s+of|dozens\s+of|one|two|three|four|five|six|ten|{_NUMBER}))?
        (?:\s+and\s+a\s+half)?
        [\s-]+(?P<unit>seconds?|minutes?|hours?|days?|weeks?|months?|years?|nights?|moments?)
        (?:\s+(?:or|to)\s+(?:(?:even|sometimes)\s+)?(?:half\s+an?|an?|a\s+few|several|tens\s+of|dozens\s+of|many|one|two|three|{_NUMBER})\s+(?P<unit2>seconds?|minutes?|hours?|days?|weeks?|months?|years?))?
      )
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BARE = re.compile(
    r"\bfor\s+(?P<phrase>(?P<unit>minutes|hours|days|weeks|months|years)"
    r"(?:\s+(?:or|to)\s+(?:even\s+)?(?:minutes|hours|days|weeks|months|years))?)\b",
    re.IGNORECASE,
)
"""Time that is counted in a unit, without a number: "for weeks or even months"."""
_UCUM_TIME = {"second": "s", "minute": "min", "hour": "h", "day": "d", "week": "wk", "month": "mo", "year": "a"}


@dataclass(frozen=True)
class Lapse:
    """A length of time in its own words, where it stands, and its numbers as far as it has any."""

    start: int
    end: int
    words: str
    quantity: Quantity


def lapses(sentence: str) -> Iterator[Lapse]:
    """Every length of time in a sentence, vague ones too.

    >>> [lapse.words for lapse in lapses("seizures can last for a few seconds or tens of seconds")]
    ['a few seconds or tens of seconds']
    """
    for found in _BARE.finditer(sentence):
        yield Lapse(
            found.start("phrase"),
            found.end(),
            found["phrase"],
            Quantity(None, None, None, _time_unit(found["unit"]), found["phrase"]),
        )
    for found in _VAGUE.finditer(sentence):
        words = re.sub(r"^(?:for|in|over|about|around|only|just)\s+", "", found["phrase"], flags=re.IGNORECASE)
        yield Lapse(found.start(), found.end(), words, _time(found, words, found["phrase"].casefold()))


def _time_unit(word: str) -> str | None:
    return _UCUM_TIME.get(word.casefold().rstrip("s"))


def _time(found: re.Match[str], words: str, phrase: str) -> Quantity:
    code = _time_unit(found["unit"])
    numbers = [Decimal(number.replace(",", "")) for number in re.findall(_NUMBER, words)]
    sign = next(
        (
            sign
            for word, sign in (
                ("within", "<="),
                ("less than", "<"),
                ("up to", "<="),
                ("no more than", "<="),
                ("more than", ">"),
                ("over", ">"),
                ("at least", ">="),
            )
            if phrase.startswith(word)
        ),
        None,
    )
    if len(numbers) == 2 and not found["unit2"]:
        return Quantity("range", numbers[0], numbers[1], code, words)
    if len(numbers) == 1:
        return Quantity(sign or "=", numbers[0], None, code, words)
    return Quantity(sign, None, None, code, words)
