"""Statements as JSON Lines, the output of ``etiograph extract``."""

from collections.abc import Iterator
from decimal import Decimal

from loaders.reading import Reading
from loaders.statements import Statement
from ontology.iris import Iris


def rows(reading: Reading, iris: Iris | None = None) -> Iterator[dict[str, object]]:
    """One row per statement, in the order of the text.

    ``text[start:end] == quote`` in code points of the decoded source.
    """
    minted = iris or Iris()
    article = str(minted.article(reading.article.title.text, reading.source.sha256))
    return (_row(reading, minted, article, statement) for statement in reading.statements)


def _row(reading: Reading, iris: Iris, article: str, statement: Statement) -> dict[str, object]:
    start, end = reading.origin(statement.span)
    quantity = statement.quantity
    is_correction = statement.type == "correction"
    return {
        "article": article,
        "source": reading.source.name,
        "type": statement.type,
        "subject": ""
        if statement.type == "quarantine"
        else statement.subject.written
        if is_correction
        else statement.subject.label,
        "object": statement.object_label,
        "comparator": quantity.comparator if quantity else None,
        "value": _number(quantity.value) if quantity else None,
        "high": _number(quantity.high) if quantity else None,
        "unit": quantity.unit if quantity else None,
        "printed": quantity.printed if quantity else None,
        "negated": statement.negated,
        "quote": reading.source.text[start:end],
        "start": start,
        "end": end,
        "section": statement.section,
        "rule": statement.rule,
        "confidence": statement.confidence,
        "basis": statement.basis,
        "legibility": statement.legibility,
        "modality": statement.modality or None,
        "frequency": statement.frequency or None,
        "severity": statement.severity or None,
        "chain": statement.chain.label if statement.chain else None,
        "step": statement.step,
        "definition": statement.reason or None if statement.type == "synonym" else None,
        "reason": statement.reason or None if statement.type in ("correction", "quarantine") else None,
        "subject_iri": None if statement.type == "quarantine" else str(iris.entity(statement.subject.slug)),
        "object_iri": str(iris.entity(statement.object.slug)) if statement.object else None,
        "subject_text": statement.subject.written,
        "object_text": statement.object.written if statement.object else None,
    }


def _number(value: Decimal | None) -> int | float | None:
    """JSON has one kind of number; the exact decimal is in the graph and, as printed, in ``printed``."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
