"""The lexicon is reviewed data: every table reads, no name means two things, every reference is met."""

import unicodedata
from collections import Counter

import pytest

from ontology.iris import slug
from ontology.lexicon.concepts import analytes, concepts, key, names, phrases
from ontology.lexicon.tables import LexiconError, _rows, table
from ontology.lexicon.units import spellings, unit, units
from ontology.terms import EG
from ontology.wording import worded

TABLES = (
    "analytes", "body_sites", "comparators", "conditions", "corrections", "cues", "furniture", "headings", "inferences",
    "labels", "misplaced", "normality", "phrases", "risk_groups", "symptoms", "tests", "units", "verbs",
)  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_table_reads_and_its_first_column_is_filled(name: str) -> None:
    rows = table(name)
    assert rows
    assert [row for row in rows if not next(iter(row.values()))] == []


def test_a_surplus_cell_is_named_with_its_line() -> None:
    with pytest.raises(LexiconError, match=r"x\.tsv, line 2: 3 cells for 2 columns"):
        list(_rows("x", ["a\tb", "1\t2\t3"]))


def test_slugs_are_unique() -> None:
    rows = [
        row["slug"]
        for name in ("symptoms", "conditions", "tests", "body_sites", "risk_groups", "phrases")
        for row in table(name)
    ]
    assert [found for found, count in Counter(rows).items() if count > 1] == []


def test_slugs_are_slugs() -> None:
    assert [concept.slug for concept in concepts().values() if slug(concept.slug) != concept.slug] == []


def test_types_are_classes_of_the_vocabulary() -> None:
    assert [concept for concept in concepts().values() if concept.type not in EG.__annotations__] == []


def test_a_name_means_one_thing_of_its_type() -> None:
    doubled = {
        name: [concept.slug for concept in bearers]
        for name, bearers in names().items()
        if max(Counter(concept.type for concept in bearers).values()) > 1
    }
    assert doubled == {}, "take the name from one of the two concepts"


def test_references_between_tables_are_met() -> None:
    wanted = {row["concept"].split("|")[0] for row in table("corrections")} | {
        row["condition"] for row in table("inferences")
    }
    wanted |= {
        reference for concept in concepts().values() for reference in (concept.broader, concept.during) if reference
    }
    wanted |= {
        reference
        for analyte in analytes().values()
        for reference in (analyte.low_condition, analyte.high_condition)
        if reference
    }
    assert wanted - concepts().keys() == set()


def test_units_of_analytes_are_known() -> None:
    assert {code for analyte in analytes().values() for code in analyte.units} - units().keys() == set()


@pytest.mark.parametrize(
    ("printed", "code"),
    [("mmol / l", "mmol/L"), ("mm Hg", "mm[Hg]"), ("×10^9/L", "10*9/L"), ("μmol/L", "umol/L"), ("℃", "Cel")],
)
def test_a_printed_unit_is_found(printed: str, code: str) -> None:
    found = unit(unicodedata.normalize("NFKC", printed))
    assert found is not None
    assert found.ucum == code


def test_no_spelling_of_a_unit_is_empty() -> None:
    assert all(spellings())


def test_word_patterns_do_not_hold_for_everything() -> None:
    sentence = "the committee met on Tuesday and approved the minutes"
    assert [phrase.concept.slug for phrase in phrases() if worded(phrase.pattern, sentence)] == []


def test_names_compare_without_case_plural_and_article() -> None:
    assert key("The Calves") == key("calf")
