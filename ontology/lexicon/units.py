"""Unit spellings of articles and the UCUM codes they stand for."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from ontology.lexicon.tables import alternatives, table

_QUOTIENT = re.compile(r"[\s.·⋅]+([A-Za-zμ]+)\^?(?:-1|−1|⁻¹)$")
"""The last unit of "mmol·L-1", which divides."""


@dataclass(frozen=True)
class Unit:
    """A UCUM code with its name and the kind of quantity it measures.

    One of it is ``magnitude`` of its ``base``, counted from ``offset`` below its own zero.
    """

    ucum: str
    label: str
    dimension: str
    base: str
    magnitude: Fraction
    offset: Fraction


@cache
def units() -> dict[str, Unit]:
    """Every unit by its UCUM code."""
    return {row["ucum"]: _unit(row) for row in table("units")}


def _unit(row: dict[str, str]) -> Unit:
    magnitude, offset = Fraction(row["magnitude"]), Fraction(row["offset"] or 0)
    return Unit(row["ucum"], row["label"], row["dimension"], row["base"], magnitude, offset)


@cache
def spellings() -> dict[str, str]:
    """Spelling to UCUM code, exact case; ``unit`` falls back to lower case, so that "MM" is mm and only "mM" mmol/L."""
    return {
        _compact(spelling): row["ucum"]
        for row in table("units")
        for spelling in (row["ucum"], *alternatives(row["spellings"]))
    }


@cache
def _lowered() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for spelling, ucum in spellings().items():
        found.setdefault(spelling.casefold(), set()).add(ucum)
    exact = spellings()
    return {
        form: exact.get(form) or next(iter(codes)) for form, codes in found.items() if form in exact or len(codes) == 1
    }


@cache
def pattern() -> str:
    """A regular expression for any spelling, longest first, spaces around a solidus allowed; match it ignoring case."""
    ordered = sorted({*spellings()}, key=len, reverse=True)
    return "|".join(_loosely(spelling) for spelling in ordered)


def unit(spelling: str) -> Unit | None:
    """The unit a spelling stands for.

    >>> unit("mmol / l").ucum, unit("mmol.L-1").ucum, unit("mg per dl").ucum
    ('mmol/L', 'mmol/L', 'mg/dL')
    """
    compact = _compact(spelling)
    for form in (compact, _with_solidus(compact)):
        if code := spellings().get(form) or _lowered().get(form.casefold()):
            return units()[code]
    return None


def _with_solidus(spelling: str) -> str:
    """A quotient with its solidus, however it is written."""
    return _QUOTIENT.sub(r"/\1", re.sub(r"\s+per\s+", "/", spelling))


def _compact(spelling: str) -> str:
    return re.sub(r"\s*([/^×*])\s*", r"\1", spelling.strip().replace("µ", "μ")).replace("  ", " ")


def _loosely(spelling: str) -> str:
    pieces = (
        r"\s*" + re.escape(char) + r"\s*" if char in "/^×*" else r"\s+" if char == " " else re.escape(char)
        for char in spelling
    )
    return "".join(pieces) + (r"(?![A-Za-z])" if spelling[-1].isalnum() else "")
