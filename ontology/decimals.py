"""Decimal numbers as people type them and the store keeps them: exact, at most 18 digits before and after the point.

What is measured has at most 12 after it, so that a limit without a finite form can be rounded without a difference.
"""

import re
from decimal import Context, Decimal
from fractions import Fraction
from math import ceil, floor

from ontology.errors import Endless, NotANumber, TooFine

PLACES = 18
"""Digits the store keeps after the point; it takes as many before it."""
MEASURED_PLACES = 12
"""Digits a measured value may have after the point, but for final zeros."""
_NUMBER = re.compile(rf"[+-]?[0-9]{{1,{PLACES}}}(?:\.[0-9]{{1,{PLACES}}})?")
_ENOUGH = Context(prec=2 * PLACES)


def number(text: str) -> Decimal:
    """Read a decimal number. Raises NotANumber for everything that xsd:decimal and the store do not take.

    >>> number("7.60")
    Decimal('7.60')
    >>> number("1e400")
    Traceback (most recent call last):
        ...
    ontology.errors.NotANumber: "1e400" is not a decimal number; write digits with a point, such as 7.6
    """
    if not _NUMBER.fullmatch(plain := text.strip()):
        shown = text if len(text) <= 2 * PLACES else f"{text[: 2 * PLACES]}…"
        raise NotANumber(f'"{shown}" is not a decimal number; write digits with a point, such as 7.6')
    return Decimal(plain)


def measurable(value: Decimal) -> Decimal:
    """The value itself. Raises NotANumber as ``written`` does, and TooFine for more than 12 places.

    >>> measurable(Decimal("7.600"))
    Decimal('7.600')
    >>> measurable(Decimal("0.0000000000001"))
    Traceback (most recent call last):
        ...
    ontology.errors.TooFine: 0.0000000000001 has more than 12 decimal places; round it, or give it in a smaller unit
    """
    _, _, places = written(value).partition(".")
    if len(places.rstrip("0")) > MEASURED_PLACES:
        raise TooFine(
            f"{value:f} has more than {MEASURED_PLACES} decimal places; round it, or give it in a smaller unit"
        )
    return value


def written(value: Decimal) -> str:
    """The lexical form of xsd:decimal, digits kept. Raises NotANumber for NaN, infinities and what is too long.

    >>> written(Decimal("1E+2")), written(Decimal("7.60"))
    ('100', '7.60')
    """
    text = format(value, "f") if value.is_finite() and abs(value.adjusted()) <= PLACES else str(value)
    number(text)
    return text


def exact(value: Fraction) -> Decimal:
    """A fraction as a decimal, without a final zero. Raises Endless where it has no such form.

    >>> exact(Fraction(80156, 10000))
    Decimal('8.0156')
    >>> exact(Fraction(1, 3))
    Traceback (most recent call last):
        ...
    ontology.errors.Endless: 1/3 has no exact decimal form of 18 places
    """
    scaled = value * 10**PLACES
    if scaled.denominator != 1 or abs(value) >= 10**PLACES:
        raise Endless(f"{value} has no exact decimal form of {PLACES} places")
    return _short(scaled.numerator, PLACES)


def neighbours(value: Fraction) -> tuple[Decimal, Decimal]:
    """The two numbers of 12 places between which a fraction lies; twice the same where it is one of them itself.

    No number of 12 places lies between them. Raises Endless where they have too many digits before the point.

    >>> neighbours(Fraction(2, 3))
    (Decimal('0.666666666666'), Decimal('0.666666666667'))
    """
    scaled = value * 10**MEASURED_PLACES
    if abs(value) >= 10**PLACES - 1:
        raise Endless(f"{value} has more than {PLACES} digits before the point")
    return _short(floor(scaled), MEASURED_PLACES), _short(ceil(scaled), MEASURED_PLACES)


def _short(digits: int, places: int) -> Decimal:
    short = Decimal(digits).scaleb(-places, _ENOUGH).normalize(_ENOUGH)
    return Decimal(format(short, "f"))
