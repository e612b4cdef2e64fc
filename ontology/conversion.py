"""A value in one unit in, the same quantity in another out, exactly: within a base, or by molar mass and valence.

It converts the limits of thresholds. What someone measured is never converted: it is compared in its own unit.
"""

from decimal import Decimal
from fractions import Fraction

from ontology.decimals import exact
from ontology.errors import Endless, Inconvertible, MissingUnit, UnknownUnit
from ontology.lexicon.concepts import Analyte
from ontology.lexicon.units import Unit, units


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
    one, other = known(source), known(target)
    if source == target:
        return value
    ratio = _ratio(one, other, analyte)
    try:
        return exact((Fraction(value) + one.offset) * ratio - other.offset)
    except Endless as error:
        raise Endless(f"{value} {source} is no exact decimal number of {target}") from error


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
