"""What findings support, by the curators' tables: never stated by an article, and marked so."""

from collections.abc import Iterable, Iterator

from loaders.statements import Statement, Term
from ontology.lexicon.concepts import analytes, concepts
from ontology.lexicon.tables import table

CURATOR = "the etiograph authors"


def supports(statements: Iterable[Statement]) -> Iterator[Statement]:
    """For every finding an article names, the condition it speaks for, resting on the quote that names the finding."""
    conditions = _conditions()
    told: set[tuple[str, str]] = set()
    for statement in statements:
        if statement.type not in ("finding", "threshold") or statement.negated or statement.object is None:
            continue
        condition, reason = conditions.get(statement.object.slug, ("", ""))
        if condition not in concepts() or (statement.object.slug, condition) in told:
            continue
        told.add((statement.object.slug, condition))
        yield Statement(
            "support",
            statement.object,
            Term(concepts()[condition], concepts()[condition].label),
            statement.span,
            statement.section,
            "inference.support",
            0.9,
            basis="CuratorInference",
            legibility=statement.legibility,
            reason=reason,
        )


def _conditions() -> dict[str, tuple[str, str]]:
    """Finding to condition and reason: signs by their own table, laboratory values by the condition they are."""
    found = {row["finding"]: (row["condition"], row["reason"]) for row in table("inferences")}
    for analyte in analytes().values():
        for finding, condition in ((analyte.low, analyte.low_condition), (analyte.high, analyte.high_condition)):
            if condition:
                found.setdefault(
                    finding.slug, (condition, f"{finding.label} is what the word {concepts()[condition].label} means")
                )
    return found
