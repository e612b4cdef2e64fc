"""A value in one unit in, the same quantity in another out, exactly: within a base, or by molar mass and valence.

It converts the limits of thresholds. What someone measured is never converted: it is compared in its own unit. A limit
without a finite decimal form is rounded to the side on which every measurable value compares as with the limit itself.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from ontology.decimals import exact, neighbours
from ontology.errors import Endless, Inconvertible, MissingUnit, UnknownUnit
from ontology.lexicon.concepts import Analyte
from ontology.lexicon.units import Unit, units

_ROUNDED_UP: Mapping[str, bool] = MappingProxyType({"<": True, ">=": True, ">": False, "<=": False})


def known(code: str) -> Unit:
    """The unit of a UCUM code. Raises UnknownUnit, or MissingUnit where there is no code.

    >>> known("mg/dL").base
    'g/L'
    """
    if not code:
        raise MissingUnit("a number without a unit says nothing; give its UCUM code, such as mmol/L")
    if code not in units():
        raise UnknownUnit(f"there is no unit {code}; give a UCUM code, such as mmol/L or mg/dL")
    return units()[code]


def converted(value: Decimal, source: str, target: str, analyte: Analyte | None = None) -> Decimal:
    """A value in another unit, exactly. Raises UnknownUnit, Inconvertible, and Endless for what has no finite form.

    Mass, substance and charge convert into each other by the molar mass and valence of the analyte.

    >>> from ontology.lexicon.concepts import analytes
    >>> converted(Decimal("2"), "mmol/L", "mg/dL", analytes()["serum-calcium-test"])
    Decimal('8.0156')
    >>> converted(Decimal("38.0"), "Cel", "[degF]")
    Decimal('100.4')
    """
    if source == target:
        known(source)
        return value
    try:
        return exact(quantity(value, source, target, analyte))
    except Endless as error:
        raise Endless(f"{value} {source} is no exact decimal number of {target}") from error


def quantity(value: Decimal, source: str, target: str, analyte: Analyte | None = None) -> Fraction:
    """A value in another unit, as a fraction. Raises UnknownUnit and Inconvertible."""
    one, other = known(source), known(target)
    return (Fraction(value) + one.offset) * _ratio(one, other, analyte) - other.offset


def converted_limit(
    value: Decimal, comparator: str, source: str, target: str, analyte: Analyte | None = None
) -> tuple[Decimal, bool]:
    """A limit in another unit, and whether it is rounded. Raises UnknownUnit and Inconvertible.

    A fraction is rounded at the 12th place: up for ``<`` and ``>=``, down for ``>`` and ``<=``. Between it and the
    rounded limit there is no number of 12 places, so every measurable value compares with the one as with the other.
    Raises Endless for ``=``, since no measurable value is equal to such a fraction.

    >>> from ontology.lexicon.concepts import analytes
    >>> converted_limit(Decimal(126), ">=", "mg/dL", "mmol/L", analytes()["fasting-blood-glucose-test"])
    (Decimal('6.993938586559'), True)
    """
    try:
        return converted(value, source, target, analyte), False
    except Endless:
        if comparator not in _ROUNDED_UP:
            raise
    down, up = neighbours(quantity(value, source, target, analyte))
    return (up if _ROUNDED_UP[comparator] else down), True


def converted_ends(
    limit: Decimal, upper: Decimal | None, comparator: str, source: str, target: str, analyte: Analyte | None = None
) -> tuple[Decimal, Decimal | None, bool]:
    """A limit or the ends of a range in another unit, and whether any is rounded. Raises as ``converted_limit`` does.

    Each end of a range is converted by its own comparator: both belong to it.

    >>> converted_ends(Decimal("3.5"), Decimal("5.5"), "range", "mmol/L", "umol/L")
    (Decimal('3500'), Decimal('5500'), False)
    """
    if upper is None:
        one, is_rounded = converted_limit(limit, comparator, source, target, analyte)
        return one, None, is_rounded
    low, is_low_rounded = converted_limit(limit, ">=", source, target, analyte)
    high, is_high_rounded = converted_limit(upper, "<=", source, target, analyte)
    return low, high, is_low_rounded or is_high_rounded


def _ratio(one: Unit, other: Unit, analyte: Analyte | None) -> Fraction:
    scale = one.magnitude / other.magnitude
    if one.base == other.base:
        return scale
    (amount, _, per), (other_amount, _, other_per) = one.base.partition("/"), other.base.partition("/")
    moles = _per_mole(analyte)
    if per != other_per or not {amount, other_amount} <= moles.keys():
        of = f" of {analyte.label}" if analyte else ""
        raise Inconvertible(f"{one.ucum} does not convert to {other.ucum}{of}")
    return scale * moles[other_amount] / moles[amount]


def _per_mole(analyte: Analyte | None) -> dict[str, Fraction]:
    """How much one mole of the analyte is, in each amount it has."""
    amounts = {"mol": Fraction(1)}
    if analyte and analyte.molar_mass:
        amounts["g"] = Fraction(analyte.molar_mass)
    if analyte and analyte.valence:
        amounts["eq"] = Fraction(analyte.valence)
    return amounts
