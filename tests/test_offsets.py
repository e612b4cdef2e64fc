"""The promise: every statement's offsets cut its quote out of the source, code point for code point."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from loaders.reading import read_article
from loaders.rows import rows
from tests.corpus.articles import articles, decoded, read

ARTICLES = [
    *articles(),
    Path(str(files("ontology.articles").joinpath("calf-cramps-while-sleeping.txt"))),
]
TYPES = frozenset(
    {
        "cause", "mechanism", "risk_group", "predisposing", "test", "finding", "threshold", "differential",
        "discriminator", "body_site", "synonym", "relief", "duration", "manifestation", "consequence", "caveat",
        "correction", "quarantine",
    }
)  # fmt: skip
FIELDS = frozenset(
    {
        "article", "type", "subject", "object", "comparator", "value", "high", "unit", "negated", "quote", "start",
        "end", "section", "rule", "confidence",
    }
)  # fmt: skip


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_offsets_cut_the_quote_out_of_the_text(path: Path) -> None:
    text, checked = decoded(path), 0
    for row in rows(read(path)):
        start, end = row["start"], row["end"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        assert text[start:end] == row["quote"] != ""
        checked += 1
    assert checked


def test_offsets_of_the_original_cut_their_quotes(seed_path: Path, seed_text: str) -> None:
    for row in rows(read_article(seed_path)):
        assert seed_text[int(str(row["start"])) : int(str(row["end"]))] == row["quote"]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_rows_have_the_documented_fields_and_types(path: Path) -> None:
    for row in rows(read(path)):
        assert row.keys() >= FIELDS
        assert row["type"] in TYPES
        assert 0 < float(str(row["confidence"])) <= 1
        json.dumps(row)
