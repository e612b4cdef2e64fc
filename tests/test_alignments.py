"""The vocabulary's own alignments: SKOS matches to OGMS, OBI, IAO and others, never an imported axiom."""

import re
from importlib.resources import files

import pytest
from rdflib import PROV, RDFS, SDO, Graph, URIRef
from rdflib.namespace import DefinedNamespace

from ontology.mappings import PREDICATES
from ontology.terms import ONTOLOGY


@pytest.fixture(scope="module")
def alignments() -> Graph:
    return Graph().parse(data=files("ontology").joinpath("alignments.ttl").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return Graph().parse(data=files("ontology").joinpath("etiograph.ttl").read_text(encoding="utf-8"))


def test_alignments_are_skos_matches_of_terms_of_the_vocabulary(alignments: Graph, vocabulary: Graph) -> None:
    header = URIRef("https://w3id.org/etiograph/alignments")
    for subject, predicate, object_ in alignments:
        if predicate == RDFS.label:
            assert (None, None, subject) in alignments
        elif subject != header:
            assert predicate in PREDICATES.values()
            assert (subject, RDFS.isDefinedBy, ONTOLOGY) in vocabulary
            assert not str(object_).startswith(str(ONTOLOGY))


def test_numbers_of_other_vocabularies_have_a_label_which_the_comment_beside_them_repeats(alignments: Graph) -> None:
    text = files("ontology").joinpath("alignments.ttl").read_text(encoding="utf-8")
    commented = re.findall(r"((?:obo|sio):\w+) [,;.] +# ([^;\n]+)", text)
    namespaces = {"obo": "http://purl.obolibrary.org/obo/", "sio": "http://semanticscience.org/resource/"}
    for curie, label in commented:
        prefix, _, name = curie.partition(":")
        assert str(alignments.value(URIRef(namespaces[prefix] + name), RDFS.label)) == label.strip()
    assert len(set(commented)) == len(list(alignments.subjects(RDFS.label)))


@pytest.mark.parametrize(
    "mark", ["/OGMS_", "/OBI_", "/IAO_", "/RO_", "/SIO_", "/ECO_", "/MAXO_", "//schema.org/", "/biolink/", "/prov#"]
)
def test_every_vocabulary_is_aligned(alignments: Graph, mark: str) -> None:
    assert [object_ for object_ in alignments.objects() if mark in str(object_)]


def test_no_axiom_leaves_the_vocabulary(alignments: Graph, vocabulary: Graph) -> None:
    assert not [p for p in alignments.predicates() if "owl#" in str(p) or "rdf-schema#sub" in str(p)]
    assert not [o for o in vocabulary.objects() if str(o).startswith("http://purl.obolibrary.org/obo/RO_")]


@pytest.mark.parametrize("namespace", [SDO, PROV], ids=["schema.org", "PROV"])
def test_aligned_terms_exist(alignments: Graph, namespace: type[DefinedNamespace]) -> None:
    known = {str(term) for term in dir(namespace)}
    aligned = {str(object_) for object_ in alignments.objects() if str(object_).startswith(str(namespace))}
    assert aligned
    assert aligned - known == set()
