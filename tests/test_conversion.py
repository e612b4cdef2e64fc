"""Conversion is exact or refused, agrees with an independent UCUM library, and rests on masses anyone can compute."""

import re
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from operator import ge, gt, le, lt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.threshold import unit_slug
from ontology.conversion import converted, converted_limit
from ontology.decimals import MEASURED_PLACES, PLACES, exact, measurable, neighbours, number, written
from ontology.errors import Endless, Impossible, Inconvertible, MissingUnit, NotANumber, TooFine, UnknownUnit
from ontology.lexicon.concepts import Analyte, analytes
from ontology.lexicon.tables import table
from ontology.lexicon.units import units
from ontology.measurement import Limit
from ontology.possibility import check_possible
from ontology.terms import EG

ANALYTES = {slug.removesuffix("-test"): analyte for slug, analyte in analytes().items()}
PAIRS = [
    (one, other) for one, other in permutations(units(), 2) if units()[one].base == units()[other].base
]  # fmt: skip
ATOMIC_WEIGHTS = {
    "H": "1.008", "C": "12.011", "N": "14.007", "O": "15.999", "Na": "22.98976928", "Mg": "24.305",
    "P": "30.973761998", "Cl": "35.45", "K": "39.0983", "Ca": "40.078", "Fe": "55.845", "Co": "58.933194",
    "Cu": "63.546", "Zn": "65.38", "I": "126.90447", "Hg": "200.592", "Pb": "207.2",
}  # fmt: skip
"""Standard atomic weights, CIAAW 2021; the conventional value where the weight is an interval."""


@pytest.mark.parametrize(
    ("value", "source", "target", "analyte", "wanted"),
    [
        ("1", "mmol/L", "mg/dL", "serum-calcium", "4.0078"),
        ("2", "mmol/L", "mg/dL", "serum-calcium", "8.0156"),
        ("8.0156", "mg/dL", "mmol/L", "serum-calcium", "2"),
        ("1", "mmol/L", "mg/dL", "serum-magnesium", "2.4305"),
        ("0.75", "mmol/L", "meq/L", "serum-magnesium", "1.5"),
        ("3.5", "mmol/L", "meq/L", "serum-potassium", "3.5"),
        ("7.0", "mmol/L", "mg/dL", "fasting-blood-glucose", "126.1092"),
        ("115", "umol/L", "mg/dL", "serum-creatinine", "1.30088"),
        ("5", "mmol/(24.h)", "mg/(24.h)", "urine-calcium", "200.39"),
        ("38.0", "Cel", "[degF]", "body-temperature", "100.4"),
        ("100.4", "[degF]", "Cel", "body-temperature", "38"),
        ("36", "%", "L/L", "hematocrit", "0.36"),
        ("50", "10*9/L", "/mm3", "platelet-count", "50000"),
        ("100", "mm[Hg]", "kPa", "systolic-blood-pressure", "13.3322"),
        ("0.1", "m[IU]/L", "u[IU]/mL", "thyroid-stimulating-hormone", "0.1"),
        ("30", "ug/L", "ng/mL", "serum-ferritin", "30"),
        ("3.5", "g/(24.h)", "mg/d", "urine-protein", "3500"),
    ],
)
def test_a_value_is_converted_exactly(value: str, source: str, target: str, analyte: str, wanted: str) -> None:
    assert str(converted(Decimal(value), source, target, ANALYTES[analyte])) == wanted


def test_the_same_unit_keeps_the_digits() -> None:
    assert str(converted(Decimal("7.00"), "mmol/L", "mmol/L")) == "7.00"


@pytest.mark.parametrize(
    ("source", "target", "analyte"),
    [
        ("%", "mmol/mol", "hemoglobin-a1c"),  # related by a fitted line, not by a factor
        ("U/L", "[IU]/L", "alanine-aminotransferase"),  # UCUM: an arbitrary unit converts to nothing
        ("mmol/L", "mg/dL", "triglycerides"),  # a mixture
        ("mmol/L", "mg/dL", "blood-urea-nitrogen"),  # milligrams of nitrogen, or of urea
        ("umol/L", "ug/dL", "blood-ammonia"),  # micrograms of NH3, or of nitrogen
        ("mL/min", "mL/min/{1.73_m2}", "glomerular-filtration-rate"),
        ("mosm/L", "mosm/kg", "serum-osmolality"),
        ("mg/g", "mg/mmol", "urine-albumin-to-creatinine-ratio"),
        ("%", "10*9/L", "reticulocyte-count"),
        ("g/(24.h)", "g/L", "urine-protein"),
        ("L", "%", "vital-capacity"),
    ],
)
def test_what_numbers_would_confuse_is_refused(source: str, target: str, analyte: str) -> None:
    with pytest.raises(Inconvertible, match=f"does not convert to .* of {re.escape(ANALYTES[analyte].label)}"):
        converted(Decimal(1), source, target, ANALYTES[analyte])


def test_substance_does_not_become_mass_without_an_analyte() -> None:
    with pytest.raises(Inconvertible, match="mmol/L does not convert to mg/dL"):
        converted(Decimal(1), "mmol/L", "mg/dL")


def test_a_fraction_without_an_end_is_refused() -> None:
    with pytest.raises(Endless, match="100 mg/dL is no exact decimal number of mmol/L"):
        converted(Decimal(100), "mg/dL", "mmol/L", ANALYTES["fasting-blood-glucose"])


@pytest.mark.parametrize(
    ("comparator", "wanted"),
    [("<", "6.993938586559"), (">=", "6.993938586559"), (">", "6.993938586558"), ("<=", "6.993938586558")],
)
def test_a_limit_without_an_end_is_rounded_to_the_side_that_changes_nothing(comparator: str, wanted: str) -> None:
    found = converted_limit(Decimal(126), comparator, "mg/dL", "mmol/L", ANALYTES["fasting-blood-glucose"])
    assert found == (Decimal(wanted), True)


def test_no_measurable_value_is_equal_to_a_limit_without_an_end() -> None:
    with pytest.raises(Endless):
        converted_limit(Decimal(126), "=", "mg/dL", "mmol/L", ANALYTES["fasting-blood-glucose"])


measured = st.decimals(min_value=-1000, max_value=1000, places=MEASURED_PLACES)
COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@given(
    st.sampled_from(sorted(COMPARE)),
    st.fractions(min_value=-900, max_value=900),
    measured,
    st.integers(min_value=-2, max_value=2),
)
def test_a_measurable_value_compares_with_the_rounded_limit_as_with_the_fraction(
    comparator: str, limit: Fraction, anywhere: Decimal, steps: int
) -> None:
    down, up = neighbours(limit)
    rounded = up if comparator in ("<", ">=") else down
    of = Limit(EG.DiagnosticTest, EG.Threshold, EG.Finding, comparator, "mmol/L", rounded)
    for value in (anywhere, down + steps * Decimal(1).scaleb(-MEASURED_PLACES)):
        assert of.holds(measurable(value)) is COMPARE[comparator](Fraction(value), limit)


@given(st.sampled_from([*COMPARE]), st.decimals(min_value=1, max_value=999, places=2), st.integers(-2, 2))
def test_a_limit_of_glucose_compares_in_mmol_as_in_mg(comparator: str, limit: Decimal, steps: int) -> None:
    in_mmol, _ = converted_limit(limit, comparator, "mg/dL", "mmol/L", ANALYTES["blood-glucose"])
    of = Limit(EG.DiagnosticTest, EG.Threshold, EG.Finding, comparator, "mmol/L", in_mmol)
    value = neighbours(Fraction(in_mmol))[0] + steps * Decimal(1).scaleb(-MEASURED_PLACES)
    in_mg = Fraction(value) * Fraction("180.156") / 10
    assert of.holds(value) is COMPARE[comparator](in_mg, Fraction(limit))


@pytest.mark.parametrize(("value", "is_fine"), [("1.123456789012", True), ("1.1234567890120", True),
                                                ("1.1234567890123", False), ("-0.0000000000001", False)])  # fmt: skip
def test_a_measured_value_has_at_most_twelve_places(value: str, is_fine: bool) -> None:
    if is_fine:
        assert str(measurable(Decimal(value))) == value
    else:
        with pytest.raises(TooFine, match="has more than 12 decimal places; round it, or give it in a smaller unit"):
            measurable(Decimal(value))


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "is_possible"),
    [
        ("serum-calcium", "0", "mg/dL", True), ("serum-calcium", "-0.1", "mg/dL", False),
        ("body-temperature", "-5", "Cel", True), ("body-temperature", "-274", "Cel", False),
        ("bone-mineral-density-t-score", "-2.5", "1", True), ("cerebrospinal-fluid-pressure", "-3", "cm[H2O]", True),
        ("hematocrit", "100", "%", True), ("hematocrit", "101", "%", False), ("hematocrit", "1.01", "L/L", False),
        ("blood-ph", "14.1", "[pH]", False), ("reticulocyte-count", "120", "10*9/L", True),
    ],
)  # fmt: skip
def test_what_a_quantity_never_is_is_impossible(analyte: str, value: str, unit: str, is_possible: bool) -> None:
    with nullcontext() if is_possible else pytest.raises(Impossible, match="is impossible; check number and unit"):
        check_possible(Decimal(value), unit, ANALYTES[analyte])


def test_a_limit_of_too_many_digits_has_no_neighbours() -> None:
    with pytest.raises(Endless):
        neighbours(Fraction(10**18))


@pytest.mark.parametrize("pair", [("mmol", "mg/dL"), ("mmol/L", "mg/dl")])
def test_an_unknown_unit_is_named(pair: tuple[str, str]) -> None:
    with pytest.raises(UnknownUnit, match=r"there is no unit mmol;|there is no unit mg/dl;"):
        converted(Decimal(1), *pair)


def test_a_missing_unit_is_missed() -> None:
    with pytest.raises(MissingUnit):
        converted(Decimal(1), "", "mg/dL")


def convertible(analyte: Analyte) -> list[tuple[str, str]]:
    found = []
    for one, other in permutations(analyte.units, 2):
        try:
            converted(Decimal(0), one, other, analyte)
        except Endless:
            pass
        except Inconvertible:
            continue
        found.append((one, other))
    return found


CONVERTIBLE = [
    (name, one, other) for name, analyte in sorted(ANALYTES.items()) for one, other in convertible(analyte)
]  # fmt: skip


@given(st.sampled_from(CONVERTIBLE), st.decimals(min_value=0, max_value=10**6, places=4))
def test_there_and_back_is_the_same(case: tuple[str, str, str], value: Decimal) -> None:
    name, one, other = case
    try:
        there = converted(value, one, other, ANALYTES[name])
    except Endless:
        return
    assert converted(there, other, one, ANALYTES[name]) == value


INEXACT_IN_PINT = {"mm[Hg]": 4e-6}
"""UCUM defines m[Hg] as 133.3220 kPa; pint takes the conventional millimetre of mercury, 133.322387415 Pa."""


@pytest.fixture(scope="module")
def theirs() -> Callable[[int, str, str], float]:
    """Conversion by ucumvert and pint."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what pint redefines for UCUM
        from ucumvert import PintUcumRegistry

        registry: Any = PintUcumRegistry()

    def convert(value: int, one: str, other: str) -> float:
        source, target = registry.from_ucum(one), registry.from_ucum(other)
        if "Cel" in (one, other):  # a temperature is not a multiple of its unit
            return float(registry.Quantity(value, source.units).to(target.units).magnitude)
        return float((source * value).to(target.units).magnitude) / float(target.magnitude)

    return convert


@pytest.mark.parametrize("base", sorted({units()[one].base for one, _ in PAIRS}))
def test_every_convertible_pair_agrees_with_pint(theirs: Callable[[int, str, str], float], base: str) -> None:
    for one, other in (pair for pair in PAIRS if units()[pair[0]].base == base):
        ratio = units()[one].magnitude / units()[other].magnitude
        ours = float((37 + units()[one].offset) * ratio - units()[other].offset)
        tolerance = max(INEXACT_IN_PINT.get(unit, 1e-9) for unit in (one, other))
        assert ours == pytest.approx(theirs(37, one, other), rel=tolerance), f"37 {one} in {other}"


def test_units_of_one_base_are_of_one_dimension() -> None:
    kinds: dict[str, set[str]] = {}
    for unit in units().values():
        kinds.setdefault(unit.base, set()).add(unit.dimension)
    assert {base: found for base, found in kinds.items() if len(found) > 1} == {}


def test_units_have_slugs_of_their_own() -> None:
    assert len({unit_slug(code) for code in units()}) == len(units())


def mass(formula: str) -> Decimal:
    atoms = re.findall(r"([A-Z][a-z]?)(\d*)", formula)
    assert "".join(f"{element}{count}" for element, count in atoms) == formula
    return sum((Decimal(ATOMIC_WEIGHTS[element]) * int(count or 1) for element, count in atoms), Decimal(0))


@pytest.mark.parametrize("row", [row for row in table("analytes") if row["molar_mass"]], ids=lambda row: row["slug"])
def test_a_molar_mass_follows_from_the_formula(row: dict[str, str]) -> None:
    assert Decimal(row["molar_mass"]) == mass(row["formula"])


def test_every_formula_has_its_molar_mass() -> None:
    assert [row["slug"] for row in table("analytes") if bool(row["formula"]) != bool(row["molar_mass"])] == []


@pytest.mark.parametrize(
    "text",
    ["1,9", "NaN", "1e400", "", "abc", "inf", "-Infinity", "１.9", "1_000", "1.", ".5", "1 9", "0x1",
     "9" * 19, "0." + "1" * 19],
)  # fmt: skip
def test_what_is_no_decimal_number_is_refused(text: str) -> None:
    with pytest.raises(NotANumber, match="is not a decimal number; write digits with a point"):
        number(text)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", "1e-400", "1e19"])
def test_what_the_store_cannot_keep_is_not_written(value: str) -> None:
    with pytest.raises(NotANumber):
        written(Decimal(value))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=PLACES))
def test_a_number_is_written_as_it_is_read(value: Decimal) -> None:
    assert number(written(value)) == value
    assert exact(Fraction(value)) == value
