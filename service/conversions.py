"""The limits of a test in, the same in the unit of a value that was measured out: converted where it is not known.

It is the limit as an article prints it that is converted, in the way it is when an article is loaded; so a value in any
unit compares as in those the graph knows.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from rdflib import Literal

from ontology.decimals import number, written
from ontology.errors import Inconvertible, UnknownUnit
from ontology.lexicon.concepts import Analyte
from ontology.measurement import Limit
from service.errors import WrongRequest
from service.lookups import Row, iri, text
from service.typed import known_in


def in_unit(limits: Sequence[Row], unit: str, analyte: Analyte | None) -> tuple[Row, ...]:
    """The rows of `limits-of-test`, and one for each threshold that has none in this unit but converts to it.

    Raises WrongRequest where no limit is known in the unit, nor converts to it.
    """
    found = (*limits, *_converted(limits, unit, analyte))
    if all(text(row, "unit") != unit for row in found):
        raise WrongRequest(f"no limit of this test converts to {unit}; {known_in(limits)}")
    return found


def _converted(limits: Sequence[Row], unit: str, analyte: Analyte | None) -> Iterator[Row]:
    known = {(row["threshold"], row["finding"]) for row in limits if text(row, "unit") == unit}
    for key, row in {(row["threshold"], row["finding"]): row for row in limits if "ownLimit" in row}.items():
        if key not in known:
            with suppress(Inconvertible, UnknownUnit):  # then it cannot be compared
                limit, is_rounded = limit_of(row, "ownUnit", "ownLimit", "ownUpperLimit").in_unit(unit, analyte)
                upper = {} if limit.upper is None else {"upperLimit": Literal(written(limit.upper))}
                numbers = {"unit": Literal(unit), "limit": Literal(written(limit.limit)), **upper}
                yield {**row, **numbers, "isRounded": Literal(is_rounded)}


def limit_of(row: Row, unit: str = "unit", limit: str = "limit", upper: str = "upperLimit") -> Limit:
    """What a row says of a threshold, by the variables that hold its unit and its numbers."""
    return Limit(
        iri(row, "test"),
        iri(row, "threshold"),
        iri(row, "finding"),
        text(row, "comparator"),
        text(row, unit),
        number(text(row, limit)),
        number(text(row, upper)) if upper in row else None,
    )
