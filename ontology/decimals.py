"""Decimal numbers as people type them and the store keeps them: exact, at most 18 digits before and after the point."""

import re
from decimal import Context, Decimal
from fractions import Fraction

from ontology.errors import Endless, NotANumber

PLACES = 18
"""Digits the store keeps after the point; it takes as many before it."""
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
    short = Decimal(scaled.numerator).scaleb(-PLACES, _ENOUGH).normalize(_ENOUGH)
    return Decimal(format(short, "f"))
