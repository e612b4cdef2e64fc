"""A measured value in, an error out if no such thing can be measured: less than nothing, or more than all of it.

Zero is that of the unit's base, so -5 Cel is a temperature. The lexicon says what may be below it, and the most. Of
what is measured by mass, or converts to it, a liter holds no more than a liter of body fluid weighs.
"""

from decimal import Decimal
from fractions import Fraction

from ontology.conversion import known, quantity
from ontology.errors import Impossible, Inconvertible
from ontology.lexicon.concepts import Analyte

LITER = 1500
"""Grams; blood, bile and urine weigh 1,000 to 1,100 a liter, so this is beyond any of them."""


def check_possible(value: Decimal, unit: str, analyte: Analyte) -> None:
    """Raise Impossible for a value that a quantity never has.

    >>> from ontology.lexicon.concepts import analytes
    >>> check_possible(Decimal("-1"), "mmol/L", analytes()["serum-calcium-test"])
    Traceback (most recent call last):
        ...
    ontology.errors.Impossible: serum calcium is never below zero, so -1 mmol/L is impossible; check number and unit
    """
    shown = f"{value} {unit} is impossible; check number and unit"
    if not analyte.is_signed and Fraction(value) + known(unit).offset < 0:
        raise Impossible(f"{analyte.label} is never below zero, so {shown}")
    if analyte.most is not None and _in(analyte.units[0], value, unit, analyte) > analyte.most:
        raise Impossible(f"{analyte.label} is never above {analyte.most} {analyte.units[0]}, so {shown}")
    if _in("g/L", value, unit, analyte) > LITER:
        raise Impossible(f"no liter of the body holds more than {LITER} g of anything, so {shown}")


def _in(target: str, value: Decimal, unit: str, analyte: Analyte) -> Fraction:
    """The value in another unit; nothing of it where the two do not convert."""
    try:
        return quantity(value, unit, target, analyte)
    except Inconvertible:
        return Fraction(0)
