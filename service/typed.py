"""What somebody types for a test, a value and a unit, taken apart and read; a refusal says what may have been meant."""

import re
from collections.abc import Sequence
from decimal import Decimal

from ontology.decimals import MEASURED_PLACES, measurable, number
from ontology.errors import NotANumber, TooFine
from ontology.lexicon.units import unit as unit_of
from service.errors import WrongRequest
from service.lookups import Row, text

_SHOWN = 40
_DIGITS = r"[+-]?(?:\d[\d.,]*|\.\d+)"
_NOT_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: ord(" "), 0x2212: ord("-")}
"""Full-width letters, digits and signs, as an input method for Chinese gives them, and a minus, to those of ASCII."""
_IN_ONE = re.compile(
    rf"(?P<test>.*[^\s<>≤≥=~≈])\s+(?P<value>[<>≤≥=~≈]{{0,2}}\s*{_DIGITS}(?:\s*(?:[-–—~]|to)\s*{_DIGITS})?)(?![\d.,*^])\s*(?P<unit>.*)",
    re.DOTALL,
)
_BOUND = re.compile(rf"(?:[<>≤≥=~≈]|(?:below|above|less|more|over|under|about)\b).*\d.*|{_DIGITS}\+", re.DOTALL)
_RANGE = re.compile(rf"{_DIGITS}\s*(?:[-–—~]|to)\s*{_DIGITS}")
_COMMA = re.compile(r"(?P<whole>[+-]?\d+),(?P<part>\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<mark>[ ,.'’\u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*(?:[.,](?P<part>\d+))?")
_POWER = re.compile(r"[+-]?\d*\.?\d+[eE][+-]?\d{1,2}")


def apart(test: str, value: str) -> tuple[str, str, str] | None:
    """Test, value and unit that stand in one.

    >>> apart("calcium 7.6 mg/dL", ""), apart("serum calcium", "")
    (('calcium', '7.6', 'mg/dL'), None)
    """
    found = _IN_ONE.fullmatch(f"{test} {value}".translate(_NOT_ASCII).rstrip())
    return (found["test"], found["value"], found["unit"]) if found else None


def measured_number(written: str) -> Decimal:
    """The number that is meant. Raises WrongRequest for what is none, or finer than what is compared.

    >>> measured_number("７.６")
    Decimal('7.6')
    >>> measured_number("1,9")
    Traceback (most recent call last):
        ...
    service.errors.WrongRequest: "1,9" is not a decimal number; write digits with a point, such as 1.9
    """
    plain = written.translate(_NOT_ASCII).strip()
    if not plain:
        raise WrongRequest("there is no value; write digits with a point, such as 7.6")
    try:
        return measurable(number(plain))
    except TooFine as error:
        raise WrongRequest(str(error)) from None
    except NotANumber as error:
        raise WrongRequest(_no_number(plain) or str(error)) from None


def _no_number(plain: str) -> str:
    """What is wrong with something that looks like a number and is none; nothing if it does not look like one."""
    shown = f'"{_in_short(plain)}"'
    if _BOUND.fullmatch(plain):
        return f"{shown} is a bound, which cannot be compared with a limit; write the number that was measured"
    if _RANGE.fullmatch(plain):
        return f"{shown} is a range; write the one number that was measured"
    comma, grouped = _COMMA.fullmatch(plain), _GROUPED.fullmatch(plain)
    if comma and grouped:
        whole, part = comma["whole"], comma["part"]
        return f"{shown} may be {whole}{part} or {whole}.{part}; write it with a point for decimals and no other mark"
    meant = _meant(plain)
    return f"{shown} is not a decimal number; write digits with a point, such as {meant}" if meant else ""


def _meant(plain: str) -> str:
    """The decimal number that something written otherwise is."""
    if comma := _COMMA.fullmatch(plain):
        return f"{comma['whole']}.{comma['part']}"
    if grouped := _GROUPED.fullmatch(plain):
        whole = plain if grouped["part"] is None else plain[: -len(grouped["part"]) - 1]
        digits = re.sub(r"[^\d+-]", "", whole)
        return digits if grouped["part"] is None else f"{digits}.{grouped['part']}"
    if _POWER.fullmatch(plain) and abs(Decimal(plain).adjusted()) < MEASURED_PLACES:
        return f"{Decimal(plain):f}"
    if re.fullmatch(r"\d+\.|\.\d+", plain) and len(plain) <= _SHOWN:
        return f"0{plain}" if plain.startswith(".") else plain.rstrip(".")
    return ""


def known_unit(spelling: str, limits: Sequence[Row]) -> str:
    """The UCUM code of a spelling. Raises WrongRequest, naming the units in which the limits are known."""
    if not spelling.strip():
        raise WrongRequest(f"there is no unit, and a number without one says nothing; {known_in(limits)}")
    found = unit_of(spelling.translate(_NOT_ASCII))
    if found is None:
        raise WrongRequest(f'"{_in_short(spelling)}" is no unit that is known here; {known_in(limits)}')
    return found.ucum


def known_in(limits: Sequence[Row]) -> str:
    """The units in which limits are known, in words."""
    codes = sorted({text(row, "unit") for row in limits if "unit" in row})
    return f"the limits of this test are known in {' and '.join(codes)}" if codes else "its limits have no unit"


def _in_short(written: str) -> str:
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"
