"""Mappings: the shipped file is valid and complete; a wrong one is refused with every fault; `Not` stays a row."""

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, URIRef
from rdflib.term import Node

from loaders.graph import article_graphs
from loaders.reading import read_article
from ontology.iris import Iris
from ontology.lexicon.concepts import analytes, concepts
from ontology.lexicon.units import units
from ontology.mappings import (
    COLUMNS,
    FILE,
    NO_TERM,
    PREDICATES,
    UNLABELLED,
    MappingsRefused,
    elsewhere,
    mapping_set,
    read,
    triples,
)
from ontology.terms import EG
from service.store.mapped import mapped

SEEN = Path(__file__).parent / "data" / "seen-terms.tsv"
EDITION = Path(str(files("ontology").joinpath("articles", "calf-cramps-while-sleeping.txt")))

HEADER = """\
# mapping_set_id: https://example.org/set
# mapping_set_version: 1
# license: https://example.org/license
# curie_map:
#   id: https://w3id.org/etiograph/id/
#   HP: http://purl.obolibrary.org/obo/HP_
#   LOINC: https://loinc.org/
#   SNOMEDCT: http://snomed.info/id/
#   bioregistry: https://bioregistry.io/
"""
ROW = {
    "subject_id": "id:hypocalcemia",
    "subject_label": "hypocalcemia",
    "predicate_id": "skos:exactMatch",
    "predicate_modifier": "",
    "object_id": "HP:0002901",
    "object_label": "Hypocalcemia",
    "mapping_justification": "semapv:ManualMappingCuration",
    "author_label": "The etiograph authors",
    "object_source": "bioregistry:hp",
    "object_source_version": "2025-01-16",
    "confidence": "0.99",
    "ext_unit_dimension": "",
    "comment": "",
}
VOCABULARIES = {
    "Symptom": "hp symp mondo doid icd10cm mesh",
    "Condition": "hp symp mondo doid icd10cm mesh",
    "Manifestation": "hp symp icd10cm mesh",
    "Finding": "hp symp icd10cm mesh",
    "CausalProcess": "hp icd10cm mesh go",
    "NormalProcess": "hp icd10cm mesh go",
    "ContextFactor": "hp icd10cm mesh go",
    "Exposure": "hp icd10cm mesh",
    "RiskGroup": "hp icd10cm mesh",
    "DiagnosticTest": "hp icd10cm mesh maxo",
    "ReliefMeasure": "hp icd10cm mesh maxo",
    "DistinguishingFeature": "hp icd10cm mesh",
    "Differential": "hp icd10cm mesh",
    "Caveat": "hp icd10cm mesh",
    "Duration": "hp icd10cm mesh",
    "BodySite": "uberon mesh",
    "Threshold": "loinc",
}
"""The vocabularies that have terms for a kind of entity, or that a reader would look it up in."""
LINE_OF_COLUMNS = HEADER.count("\n") + 1
FIRST = LINE_OF_COLUMNS + 1


def written(*changes: dict[str, str], header: str = HEADER, columns: tuple[str, ...] = COLUMNS) -> str:
    """A mapping file with one row per change to ROW."""
    lines = ["\t".join(columns), *("\t".join((ROW | change)[column] for column in columns) for change in changes)]
    return header + "\n".join(lines) + "\n"


def faults(text: str) -> list[str]:
    with pytest.raises(MappingsRefused) as refused:
        read(text, "x.sssom.tsv")
    assert str(refused.value) == "\n".join(map(str, refused.value.faults))
    return [str(fault).removeprefix("x.sssom.tsv, ") for fault in refused.value.faults]


def graph_of(path: Path) -> Graph:
    return article_graphs(read_article(path), Iris(), datetime(2026, 11, 22, tzinfo=UTC)).graph


def gaps(path: Path) -> set[tuple[str, str]]:
    """What an article talks about and the vocabularies which should have been looked at for it, but were not."""
    looked = {(str(mapping_set().iri(match.subject_id)), match.object_source) for match in mapping_set().matches}
    graph = graph_of(path)
    return {
        (str(entity), vocabulary)
        for entity in graph.subjects(RDF.type, EG.Entity)
        for vocabulary in vocabularies(graph.objects(entity, RDF.type))
        if (str(entity), f"bioregistry:{vocabulary}") not in looked
    }


def vocabularies(kinds: Iterable[Node]) -> list[str]:
    """Where to look for an entity of some kinds; a kind unknown to the table is a gap of its own."""
    names = {str(kind).removeprefix(str(EG)) for kind in kinds}
    return " ".join(VOCABULARIES[name] for name in names & VOCABULARIES.keys()).split() or [f"unknown: {sorted(names)}"]


def seen() -> dict[str, dict[str, str]]:
    with SEEN.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines, delimiter="\t")}


# The shipped file


def test_the_shipped_file_is_valid() -> None:
    assert mapping_set().matches


def test_every_entity_of_the_built_in_edition_has_a_row_for_every_vocabulary_of_its_kind() -> None:
    assert gaps(EDITION) == set(), f"add a match, a Not row or {NO_TERM} for each to ontology/{FILE}"


def test_every_entity_of_the_original_has_a_row_for_every_vocabulary_of_its_kind(seed_path: Path) -> None:
    assert gaps(seed_path) == set(), f"add a match, a Not row or {NO_TERM} for each to ontology/{FILE}"


def test_subject_labels_are_those_of_the_graph() -> None:
    graph = graph_of(EDITION)
    named = {str(entity): str(label) for entity, label in graph.subject_objects(SKOS.prefLabel)}
    wrong = {
        match.line: match.subject_label
        for match in mapping_set().matches
        if named.get(str(mapping_set().iri(match.subject_id)), match.subject_label) != match.subject_label
    }
    assert wrong == {}


def test_what_is_mapped_by_its_name_is_called_in_the_lexicon_as_the_term_is() -> None:
    """A term may stand in the plural, as MeSH has it."""
    by_name = [match for match in mapping_set().matches if match.justification == "semapv:LexicalMatching"]
    assert len(by_name) > 1_000
    for match in by_name:
        concept = concepts()[match.subject_id.removeprefix("id:")]
        assert concept.label == match.subject_label
        assert match.object_label.casefold() in (concept.label.casefold(), f"{concept.label.casefold()}s")


def test_every_loinc_code_is_of_a_kind_of_unit_its_test_has() -> None:
    for match in mapping_set().matches:
        analyte = analytes().get(match.subject_id.removeprefix("id:"))
        if match.object_id.startswith("LOINC:") and match.holds and analyte:
            assert match.unit_dimension in {units()[unit].dimension for unit in analyte.units}, match


def test_every_identifier_was_seen_with_its_label() -> None:
    known = seen()
    unseen = {
        match.line: f"{match.object_id} {match.object_label}"
        for match in mapping_set().matches
        if match.object_id != NO_TERM
        and (match.object_id not in known or known[match.object_id]["label"] != match.object_label)
    }
    assert unseen == {}, f"look the term up in its source and add it to {SEEN.name}, or take the row out"


def test_every_seen_term_has_a_source_and_is_used() -> None:
    used = {match.object_id for match in mapping_set().matches}
    assert [row["id"] for row in seen().values() if not row["source"] or row["id"] not in used] == []


def test_every_row_says_where_its_term_was_seen_or_in_which_version_it_was_missed() -> None:
    silent = [
        match.line
        for match in mapping_set().matches
        if not (match.object_source_version if match.object_id == NO_TERM else match.comment)
    ]
    assert silent == []


@pytest.mark.parametrize("vocabulary", sorted(UNLABELLED))
def test_licensed_vocabularies_are_identifiers_alone(vocabulary: str) -> None:
    labels = {match.object_label for match in mapping_set().matches if match.object_id.startswith(f"{vocabulary}:")}
    assert labels == {""}


def test_a_vocabulary_has_a_match_or_a_note_that_it_has_none() -> None:
    """Never both; a term that is no more than related is no match."""
    missed = {(m.subject_id, m.object_source) for m in mapping_set().matches if m.object_id == NO_TERM}
    matched = {
        (m.subject_id, m.object_source)
        for m in mapping_set().matches
        if m.holds and m.predicate_id != "skos:relatedMatch"
    }
    assert missed & matched == set()


def test_only_vocabularies_that_were_read_whole_are_said_to_miss_a_term() -> None:
    missed = {match.object_source for match in mapping_set().matches if match.object_id == NO_TERM}
    whole = ("hp", "icd10cm", "symp", "mesh", "mondo", "doid", "go", "uberon", "maxo")
    assert missed <= {f"bioregistry:{name}" for name in whole}


def test_no_two_entities_are_made_equal_by_an_exact_match() -> None:
    """SKOS exact matches are transitive: two entities with the same one would be the same."""
    exact = [m.object_id for m in mapping_set().matches if m.holds and m.predicate_id == "skos:exactMatch"]
    assert sorted({term for term in exact if exact.count(term) > 1}) == []


@pytest.mark.parametrize(
    ("code", "dimension"),
    [
        ("LOINC:2000-8", "substance-concentration"),
        ("LOINC:17861-6", "mass-concentration"),
        ("LOINC:2601-3", "substance-concentration"),
        ("LOINC:19123-9", "mass-concentration"),
    ],
)
def test_a_loinc_code_is_tied_to_its_kind_of_unit(code: str, dimension: str) -> None:
    assert {match.unit_dimension for match in mapping_set().matches if match.object_id == code} == {dimension}


@pytest.mark.parametrize(
    ("subject", "term"),
    [
        ("nocturnal-calf-cramp", "HP:0001250"),
        ("leg-muscle-spasm", "HP:0003470"),
        ("leg-muscle-spasm", "HP:0010550"),
        ("positive-trousseau-sign", "ICD10CM:I82.1"),
        ("chvostek-sign-test", "HP:0031990"),
        ("trousseau-sign-test", "HP:6000919"),
        ("electromyography", "HP:0003457"),
        ("hypocalcemia", "ICD10CM:E58"),
        ("calf-muscle-spasm-after-walking", "DOID:3669"),
        ("nocturnal-calf-cramp", "MONDO:0005391"),
        ("muscle-spasm", "HP:0001281"),
        ("hypocalcemia", "HP:0000829"),
        ("serum-calcium-test", "CHEBI:22984"),
        ("electromyography", "MAXO:0035059"),
        ("deep-vein-thrombosis", "MAXO:0001108"),
        ("muscle-biopsy", "MAXO:0000385"),
    ],
)
def test_a_tempting_link_is_denied_and_no_triple(subject: str, term: str) -> None:
    rows = [m for m in mapping_set().matches if (m.subject_id, m.object_id) == (f"id:{subject}", term)]
    assert [row.modifier for row in rows] == ["Not"]
    linked = {(str(s), str(o)) for s, _, o in triples(mapping_set())}
    assert (f"https://w3id.org/etiograph/id/{subject}", str(mapping_set().iri(term))) not in linked


# Triples


def test_triples_are_the_rows_that_hold() -> None:
    found = list(triples(mapping_set()))
    assert len(found) == len({match.line for match in mapping_set().matches if match.holds})
    assert {predicate for _, predicate, _ in found} <= set(PREDICATES.values())
    assert not [triple for triple in found if "NoTermFound" in str(triple)]


def test_not_rows_never_become_triples() -> None:
    text = written({}, {"object_id": "HP:0001250", "object_label": "Seizure", "predicate_modifier": "Not"})
    assert [str(object_) for _, _, object_ in triples(read(text, "x"))] == ["http://purl.obolibrary.org/obo/HP_0002901"]


def test_a_deployment_names_its_own_entities() -> None:
    (triple,) = triples(read(written({}), "x"), Iris("https://health.example/"))
    assert triple == (
        URIRef("https://health.example/id/hypocalcemia"),
        SKOS.exactMatch,
        URIRef("http://purl.obolibrary.org/obo/HP_0002901"),
    )


def test_a_row_keeps_its_values() -> None:
    (match,) = read(written({"confidence": "0.90"}), "x").matches
    assert (match.confidence, match.line, match.holds) == (Decimal("0.90"), FIRST, True)


@pytest.mark.parametrize("change", [str.encode, lambda text: text.replace("\n", "\r\n").encode("utf-8-sig")])
def test_line_ends_and_byte_order_marks_do_not_matter(change: Callable[[str], bytes]) -> None:
    assert read(change(written({})).decode(), "x").matches == read(written({}), "x").matches


def test_no_not_row_is_in_the_graph_that_is_loaded() -> None:
    loaded = mapped({mapping_set().iri(match.subject_id) for match in mapping_set().matches}, Iris())
    denied = {
        (mapping_set().iri(match.subject_id), mapping_set().iri(match.object_id))
        for match in mapping_set().matches
        if match.modifier == "Not"
    }
    assert denied
    assert denied & set(loaded.subject_objects()) == set()


def test_terms_elsewhere_are_called_by_identifier_and_label_where_the_licence_allows() -> None:
    assert elsewhere()[mapping_set().iri("ICD10CM:E83.51")] == "ICD10CM:E83.51 Hypocalcemia"
    assert elsewhere()[mapping_set().iri("SNOMEDCT:5291005")] == "SNOMEDCT:5291005"


# Faults: each names line, column and cure


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"object_id": "HPO:0002901"},
            "column object_id: unknown prefix HPO; declare it in curie_map, or write a declared one",
        ),
        ({"object_id": "Hypocalcemia"}, "column object_id: 'Hypocalcemia' is not a CURIE; write PREFIX:identifier"),
        ({"object_id": "HP:00029 01"}, "column object_id: 'HP:00029 01' is not a CURIE; write PREFIX:identifier"),
        ({"subject_id": ""}, "column subject_id: '' is not a CURIE; write PREFIX:identifier"),
        ({"subject_label": ""}, "column subject_label: empty cell; every row needs it"),
        (
            {"predicate_id": "owl:equivalentClass"},
            f"column predicate_id: 'owl:equivalentClass' is no predicate of a mapping; use {', '.join(PREDICATES)}",
        ),
        (
            {"predicate_modifier": "not"},
            "column predicate_modifier: 'not' is no modifier; write Not, or leave the cell empty",
        ),
        (
            {"object_label": ""},
            "column object_label: no label for HP:0002901; write the label seen with the identifier",
        ),
        (
            {"mapping_justification": "semapv:Guess"},
            (
                "column mapping_justification: 'semapv:Guess' is no justification; "
                "use a matching process of semapv, such as semapv:ManualMappingCuration"
            ),
        ),
        ({"author_label": ""}, "column author_label: empty cell; every row needs it"),
        *(
            (
                {"confidence": wrong},
                f"column confidence: {wrong!r} is no confidence; write a decimal number from 0 to 1, such as 0.9",
            )
            for wrong in ("", "1.1", "0,9", "NaN", "1e-1", "-0.5", "Infinity", "٠.٩")
        ),
        (
            {"object_id": "LOINC:2000-8", "object_label": "Calcium"},
            "column ext_unit_dimension: no kind of unit for LOINC:2000-8; every code of LOINC has one, and no other",
        ),
        (
            {"ext_unit_dimension": "mass-concentration"},
            "column ext_unit_dimension: mass-concentration for HP:0002901; every code of LOINC has one, and no other",
        ),
        (
            {"object_id": "LOINC:2000-8", "ext_unit_dimension": "moles"},
            "column ext_unit_dimension: 'moles' is no kind of unit; use a dimension of units.tsv, or no-quantity",
        ),
        (
            {"object_id": "SNOMEDCT:5291005"},
            "column object_label: a label of SNOMEDCT; empty the cell: its licence allows the identifier alone",
        ),
        (
            {"object_id": NO_TERM, "object_label": "", "predicate_modifier": "Not"},
            f"column predicate_modifier: Not {NO_TERM}; empty the cell, or name the term that was found",
        ),
        (
            {"object_id": NO_TERM, "object_label": "", "object_source_version": ""},
            f"column object_source_version: no version for {NO_TERM}; say in which version the term is missing",
        ),
    ],
)
def test_a_wrong_cell_is_named_with_line_and_column(change: dict[str, str], fault: str) -> None:
    assert faults(written(change)) == [f"line {FIRST}, {fault}"]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(column: str) -> None:
    columns = tuple(name for name in COLUMNS if name != column)
    assert faults(written({}, columns=columns)) == [
        f"line {LINE_OF_COLUMNS}, column {column}: missing column; add it to the line of columns"
    ]


def test_a_column_that_stands_twice_is_named() -> None:
    assert faults(written({}, columns=(*COLUMNS, "comment"))) == [
        f"line {LINE_OF_COLUMNS}, column comment: the column stands twice; remove one of the two"
    ]


def test_a_duplicate_row_names_the_first() -> None:
    assert faults(written({}, {"confidence": "0.5"})) == [
        f"line {FIRST + 1}, column object_id: the mapping stands in line {FIRST} already; remove one of the two"
    ]


def test_a_term_missed_in_two_vocabularies_is_no_duplicate() -> None:
    none = {"object_id": NO_TERM, "object_label": ""}
    assert len(read(written(none, none | {"object_source": "bioregistry:mesh"}), "x").matches) == 2


def test_a_row_that_contradicts_another_is_named() -> None:
    (fault,) = faults(written({}, {"predicate_modifier": "Not"}))
    said = f"line {FIRST} says the contrary; decide, and remove one of the two"
    assert fault == f"line {FIRST + 1}, column predicate_modifier: {said}"


def test_a_second_way_to_match_the_same_two_is_named() -> None:
    (fault,) = faults(written({}, {"predicate_id": "skos:broadMatch"}))
    said = f"line {FIRST} matches the two in another way; keep the one that says most"
    assert fault == f"line {FIRST + 1}, column predicate_id: {said}"


def test_what_is_close_may_be_said_not_to_be_exact() -> None:
    close, not_exact = {"predicate_id": "skos:closeMatch"}, {"predicate_modifier": "Not"}
    assert len(read(written(close, not_exact), "x").matches) == 2


def test_a_surplus_cell_is_named() -> None:
    (fault,) = faults(written({}).rstrip("\n") + "\tx\n")
    width = len(COLUMNS)
    assert fault == f"line {FIRST}, column {width + 1}: {width + 1} cells for {width} columns; remove the surplus tab"


@pytest.mark.parametrize("key", ["mapping_set_id", "mapping_set_version", "license"])
def test_a_missing_line_of_the_header_is_named(key: str) -> None:
    header = "".join(line for line in HEADER.splitlines(keepends=True) if key not in line)
    assert faults(written({}, header=header)) == [
        f"line 1, column {key}: missing in the header; add a line '# {key}: …' before the columns"
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("#   HP http://x.example/", "no prefix in 'HP http://x.example/'; write PREFIX: http://…, indented"),
        ("#   HP: http://x.example/", "prefix HP is declared twice; keep one of the two lines"),
        ("#   GO: GO_", "GO_ is no IRI; write one such as http://purl.obolibrary.org/obo/HP_"),
        ("#   GO: http://x/<a>", "http://x/<a> is no IRI; write one such as http://purl.obolibrary.org/obo/HP_"),
        (
            "#   skos: http://x.example/",
            "skos is not http://x.example/; SSSOM fixes it to http://www.w3.org/2004/02/skos/core#",
        ),
    ],
)
def test_a_wrong_prefix_line_is_named(line: str, fault: str) -> None:
    assert faults(written({}, header=f"{HEADER}{line}\n")) == [f"line {LINE_OF_COLUMNS}, column curie_map: {fault}"]


@pytest.mark.parametrize("text", ["", "\ufeff", "\r\n", "\n \n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert "line 1, column subject_id: no row; add a mapping below the columns" in faults(text)


def test_every_fault_is_reported_in_order() -> None:
    text = written({"confidence": "2"}, {"object_id": "XX:1", "predicate_id": "x"}, {"author_label": ""})
    assert [fault.partition(":")[0] for fault in faults(text)] == [
        f"line {FIRST}, column confidence",
        f"line {FIRST + 1}, column object_id",
        f"line {FIRST + 1}, column predicate_id",
        f"line {FIRST + 2}, column author_label",
        f"line {FIRST + 2}, column object_id",
    ]
