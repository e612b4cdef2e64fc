"""The vocabulary and its Python names say the same, and every term explains itself."""

from importlib.resources import files

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from ontology.terms import EG, ONTOLOGY, STATEMENT_TYPES, VERSION


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return Graph().parse(data=files("ontology").joinpath("etiograph.ttl").read_text(encoding="utf-8"), format="turtle")


def defined(vocabulary: Graph) -> set[str]:
    """Local names of everything the Turtle file defines in its own namespace."""
    return {str(term).removeprefix(f"{ONTOLOGY}#") for term in vocabulary.subjects(RDFS.isDefinedBy, ONTOLOGY)}


def test_terms_and_turtle_are_equal(vocabulary: Graph) -> None:
    names = {name for name in EG.__annotations__ if not name.startswith("_")}
    assert names == defined(vocabulary)


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition, SKOS.example])
def test_every_term_has(vocabulary: Graph, predicate: URIRef) -> None:
    terms = set(vocabulary.subjects(RDFS.isDefinedBy, ONTOLOGY))
    assert terms
    assert [term for term in terms if vocabulary.value(term, predicate) is None] == []


def test_labels_are_unique_within_a_kind(vocabulary: Graph) -> None:
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, EG.StatementType):
        labels = [
            str(vocabulary.value(term, RDFS.label))
            for term in vocabulary.subjects(RDF.type, kind)
            if (term, RDFS.isDefinedBy, ONTOLOGY) in vocabulary
        ]
        assert sorted(set(labels)) == sorted(labels)


def test_the_header_says_what_who_and_under_which_terms(vocabulary: Graph) -> None:
    described = {str(predicate).rsplit("/", 1)[-1].rsplit("#", 1)[-1] for predicate in vocabulary.predicates(ONTOLOGY)}
    assert {"title", "description", "license", "creator", "versionIRI"} <= described
    assert isinstance(vocabulary.value(ONTOLOGY, URIRef("http://purl.org/dc/terms/license")), URIRef)


def test_the_version_is_the_one_the_file_names(vocabulary: Graph) -> None:
    assert vocabulary.value(ONTOLOGY, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{VERSION}")
    assert str(vocabulary.value(ONTOLOGY, OWL.versionInfo)) == VERSION


def test_every_statement_type_has_its_individual(vocabulary: Graph) -> None:
    individuals = set(vocabulary.subjects(RDF.type, EG.StatementType))
    assert set(STATEMENT_TYPES.values()) == individuals


def test_domains_and_ranges_are_defined_terms(vocabulary: Graph) -> None:
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf):
        for target in vocabulary.objects(predicate=predicate):
            assert not str(target).startswith(str(ONTOLOGY)) or (target, RDFS.label, None) in vocabulary


def test_no_label_is_left_without_language(vocabulary: Graph) -> None:
    labels = [label for _, label in vocabulary.subject_objects(RDFS.label)]
    assert all(isinstance(label, Literal) and label.language == "en" for label in labels)
