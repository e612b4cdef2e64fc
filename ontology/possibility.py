"""A measured value in, an error out if no such thing can be measured: less than nothing, or more than all of it.

Zero is that of the unit's base, so -5 Cel is a temperature. The lexicon says what may be below it, and the most.
"""

from decimal import Decimal
from fractions import Fraction

from ontology.conversion import known, quantity
from ontology.errors import Impossible, Inconvertible
from ontology.lexicon.concepts import Analyte


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
    if analyte.most is not None and _in_own_unit(value, unit, analyte) > analyte.most:
        raise Impossible(f"{analyte.label} is never above {analyte.most} {analyte.units[0]}, so {shown}")


def _in_own_unit(value: Decimal, unit: str, analyte: Analyte) -> Fraction:
    """The value in the first unit of the analyte; nothing of it where the two do not convert."""
    try:
        return quantity(value, unit, analyte.units[0], analyte)
    except Inconvertible:
        return Fraction(0)
