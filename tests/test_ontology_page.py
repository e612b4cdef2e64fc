"""The page of the vocabulary says no more and no less than the vocabulary; every version of it keeps its address."""

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, BNode, Graph, URIRef

from loaders.graph import ArticleGraphs, article_graphs
from loaders.reading import read_article
from loaders.reasoning import check_consistency
from loaders.validation import validate
from ontology import versions
from ontology.definitions import definitions
from ontology.examples import examples, prologue
from ontology.iris import Iris
from ontology.terms import EG, ONTOLOGY, VERSION
from service.cli.check import check
from service.pages.diagram import diagrams
from service.pages.terms import VS, Vocabulary
from tests.website import HTML, OWN, Page, page, website

KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
FUNCTIONAL_BY_NATURE = (EG.status, EG.basis, EG.legibility, EG.value, EG.unit, EG.comparator, EG.limit)
CLOSED = {EG.StatementType, EG.Status, EG.Basis, EG.Legibility}
STATED_ELSEWHERE = {EG.text, EG.upperLimit, EG.causallyUpstreamOf, EG.resolvingTest, EG.ReferenceRange, EG.RoundedLimit}
"""Cut short, or needing an assertion of its own in an article; causal order is inferred into a graph of its own."""
RECORDS = {EG.Article, EG.Passage, EG.Assertion, EG.EvidenceItem, EG.Correction, EG.Measurement, EG.Differential}


@cache
def vocabulary() -> Graph:
    return Graph().parse(data=(files("ontology") / "etiograph.ttl").read_text("utf-8"), format="turtle")


@cache
def edition() -> ArticleGraphs:
    return article_graphs(read_article(OWN), Iris(), datetime.now(UTC))


def terms(*kinds: URIRef) -> set[URIRef]:
    found = {term for kind in kinds for term in vocabulary().subjects(RDF.type, kind)}
    return {URIRef(str(term)) for term in found if str(term).startswith(f"{ONTOLOGY}#")}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return website(tmp_path_factory.mktemp("ontology"), [OWN])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def found(app: Flask) -> Page:
    return page(app.test_client().get("/ontology", headers=HTML))


# Examples


def test_every_class_and_property_has_one_example() -> None:
    assert set(examples()) == terms(*KINDS), "add a block to ontology/examples.ttl, headed # eg:term"


@pytest.mark.parametrize("term", sorted(examples()), ids=lambda term: term.partition("#")[2])
def test_an_example_uses_its_term_and_is_in_the_graph_or_passes_beside_it(term: URIRef) -> None:
    example = examples()[term]
    graph = Graph().parse(data=f"{prologue()}\n{example.turtle}", format="turtle")
    assert (None, term, None) in graph or (None, RDF.type, term) in graph
    missing = [triple for triple in graph if triple not in edition().graph]
    assert bool(missing) == example.is_made_up or term == EG.text, f"mend ontology/examples.ttl: {missing}"
    known = terms(*KINDS)
    assert all(
        p in known or str(p).startswith((str(RDF), str(SKOS), str(DCTERMS), str(PROV))) for p in graph.predicates()
    )


def test_what_is_made_up_passes_the_shapes_and_no_inverse_is_made_up_of_nothing() -> None:
    beside = Graph() + edition().graph
    for term, example in examples().items():
        made = Graph().parse(data=f"{prologue()}\n{example.turtle}", format="turtle")
        inverse = vocabulary().value(term, OWL.inverseOf)
        if inverse and term not in (EG.hasMember, EG.causallyDownstreamOf):
            assert all((o, inverse, s) in edition().graph for s, _, o in made.triples((None, term, None)))
        elif example.is_made_up and inverse is None and term not in CLOSED | STATED_ELSEWHERE:
            beside += made
    assert [str(fault) for fault in validate(beside, edition().quarantine)] == []


def test_a_reasoner_finds_no_contradiction_in_all_examples_together(java: Path) -> None:
    together = Graph()
    for example in examples().values():
        together.parse(data=f"{prologue()}\n{example.turtle}", format="turtle")
    check_consistency(vocabulary(), [together])


# Diagrams


def test_a_diagram_shows_only_what_the_vocabulary_has_and_all_relations_between_its_classes() -> None:
    shown_classes, shown_relations = set[URIRef](), set[URIRef]()
    for diagram in diagrams(Vocabulary(vocabulary())):
        shown_classes |= {box.iri for box in diagram.boxes} | {label.iri for label in diagram.kinds}
        shown_relations |= {label.iri for label in diagram.among}
        assert all((line.narrower, RDFS.subClassOf, line.broader) in vocabulary() for line in diagram.narrower)
        shown_relations |= {label.iri for arrow in diagram.arrows for label in arrow.labels}
    assert shown_classes == terms(OWL.Class)
    inverses = {term for term in terms(OWL.ObjectProperty) if (term, OWL.inverseOf, None) in vocabulary()}
    assert shown_relations == terms(OWL.ObjectProperty) - inverses - {EG.evidenceType}  # its range is none of ours


def test_a_class_taken_out_of_the_vocabulary_leaves_the_diagrams_with_its_relations() -> None:
    smaller = Graph()
    for triple in vocabulary():
        if EG.Threshold not in triple:
            smaller.add(triple)
    shown = " ".join(diagram.sentence for diagram in diagrams(Vocabulary(smaller)))
    assert "threshold" not in shown
    assert "diagnostic test has finding finding" in shown


def test_labels_of_a_diagram_stand_apart_and_inside() -> None:
    for diagram in diagrams(Vocabulary(vocabulary())):
        labels = [*diagram.kinds, *diagram.among, *(label for arrow in diagram.arrows for label in arrow.labels)]
        places = [(label.x, label.y) for label in labels]
        assert len(set(places)) == len(places)
        assert all(0 < x < diagram.width and 0 < y < diagram.height for x, y in places)


def test_a_diagram_is_named_described_and_leads_to_its_terms(found: Page) -> None:
    for number in (1, 2):
        assert "Classes and relations" in found.one(f"diagram-{number}-title").text
        assert found.one(f"diagram-{number}-desc").text.endswith(".")
    boxes = {each.attributes["href"] for each in found.all("a", "box")}
    assert boxes >= {"#Threshold", "#Assertion"}
    assert {each.removeprefix("#") for each in boxes} <= set(found.ids)


# The page


def test_the_page_says_what_it_is(found: Page) -> None:
    words = found.one("take").text
    assert f"{ONTOLOGY}/{VERSION}" in words
    assert "LICENSE-2.0" in words
    assert str(vocabulary().value(ONTOLOGY, DCTERMS.bibliographicCitation)) in words
    assert {"/ontology.ttl", "/ontology.rdf", "/ontology.jsonld"} <= set(found.links)


def test_every_term_shows_what_is_said_of_it(found: Page) -> None:
    chain = found.one("testFor").text
    assert "follows from has finding, then supports" in chain
    assert "inverse revealed by" in chain
    assert "transitive" in found.one("causallyUpstreamOf").text
    assert "close match OGMS:0000020 symptom" in found.one("Symptom").text
    assert "close match schema:MedicalSymptom" in found.one("Symptom").text
    assert "disjoint with causal process" in found.one("NormalProcess").text
    assert "domain diagnostic test range finding" in found.one("hasFinding").text
    for term in terms(*KINDS):
        section = found.one(term.partition("#")[2]).text
        assert str(term) in section
        assert "Introduced in version 0.1.0." in section


def test_uses_are_counted_and_lead_to_a_query_that_lists_them(found: Page, client: FlaskClient) -> None:
    links = {each.text: each.attributes["href"] for each in found.all("a")}
    assert "2 rows" in page(client.get(links["2 times: eg:ThresholdStatement"], headers=HTML)).one("result").text
    assert "2 rows" in page(client.get(links["2 times: eg:Threshold"], headers=HTML)).one("result").text
    assert "not in the loaded data" in found.one("resolvingTest").text


# Versions, definitions, negotiation


def test_a_frozen_version_is_what_it_calls_itself_and_the_current_one_is_as_frozen() -> None:
    folder = files("ontology") / "versions"
    frozen = [each for each in folder.iterdir() if each.name.endswith(".ttl")] if folder.is_dir() else []
    for file in frozen:
        version = file.name.removesuffix(".ttl")
        graph = Graph().parse(data=file.read_bytes(), format="turtle")
        assert str(graph.value(ONTOLOGY, OWL.versionInfo)) == version
        assert graph.value(ONTOLOGY, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
        if version == VERSION:
            assert file.read_bytes() == versions.turtle_of(), "a released version never changes: give it a new number"
    older = {each.name.removesuffix(".ttl") for each in frozen} - {VERSION}
    assert bool(older) == ((ONTOLOGY, OWL.priorVersion, None) in vocabulary())


def test_a_version_that_is_no_longer_current_keeps_its_address(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "versions").mkdir()
    old = (files("ontology") / "etiograph.ttl").read_bytes().replace(b"0.1.0", b"0.0.9")
    (tmp_path / "versions" / "0.0.9.ttl").write_bytes(old)
    (tmp_path / "etiograph.ttl").write_bytes((files("ontology") / "etiograph.ttl").read_bytes())
    monkeypatch.setattr(versions, "files", lambda _: tmp_path)
    assert client.get("/ontology/0.0.9", headers={"Accept": "text/turtle"}).data == old
    assert client.get("/ontology/0.0.9.ttl").data == old
    shown = page(client.get("/ontology/0.0.9", headers=HTML))
    assert "earlier version" in shown.text
    assert "/ontology/0.0.9.rdf" in shown.links
    assert client.get("/ontology/0.0.8", headers=HTML).status_code == 404


@pytest.mark.parametrize("name", ["..", "../etiograph", "0.1", "latest", "0.1.0.xyz"])
def test_what_is_no_version_is_not_found(client: FlaskClient, name: str) -> None:
    assert versions.turtle_of(name) is None
    assert client.get(f"/ontology/{name.replace('/', '%2F')}", headers=HTML).status_code == 404


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle", "text/turtle"),
        ("text/turtle;q=0.5, application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json;q=0.9, application/rdf+xml;q=0.8, text/html;q=0.1", "application/ld+json"),
        ("text/html, text/turtle;q=0.9", "text/html"),
    ],
)
@pytest.mark.parametrize("address", ["/ontology", f"/ontology/{VERSION}", "/ontology/definitions"])
def test_the_form_that_is_liked_best_is_answered(
    client: FlaskClient, address: str, accept: str, media_type: str
) -> None:
    response = client.get(address, headers={"Accept": accept})
    head = client.head(address, headers={"Accept": accept})
    assert (response.status_code, response.mimetype, head.mimetype) == (200, media_type, media_type)
    assert (head.data, head.headers["Content-Length"]) == (b"", response.headers["Content-Length"])
    if media_type != "text/html":
        again = client.get(address, headers={"Accept": accept, "If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert client.get(address, headers={"Accept": "image/png"}).status_code == 406


def test_defined_classes_are_those_of_the_graph_and_their_iris_lead_to_them(client: FlaskClient) -> None:
    served = Graph().parse(data=client.get("/ontology/definitions.nt").data, format="nt")
    assert named(served) == named(definitions(edition().graph, Iris()))
    assert len(served) == len(definitions(edition().graph, Iris()))
    shown = page(client.get("/ontology/definitions", headers=HTML))
    for class_ in served.subjects(RDFS.seeAlso):
        moved = client.get(str(class_).removeprefix("https://w3id.org/etiograph"))
        assert moved.status_code == 303
        path, _, anchor = moved.headers["Location"].partition("#")
        assert path == "/ontology/definitions"
        assert anchor in shown.ids
    assert client.get("/id/class/nothing").status_code == 404


def named(graph: Graph) -> set[object]:
    return {triple for triple in graph if not any(isinstance(node, BNode) for node in triple)}


# The T-Box: the pitfalls a reviewer looks for


def test_every_property_has_domain_and_range() -> None:
    lacking = {
        (term, end)
        for term in terms(OWL.ObjectProperty, OWL.DatatypeProperty)
        for end in (RDFS.domain, RDFS.range)
        if (term, end, None) not in vocabulary()
    }
    assert lacking == {(EG.evidenceType, RDFS.range)}  # classes of ECO, which are not imported


def test_every_relation_between_things_has_an_inverse_and_turns_its_ends_round() -> None:
    words = Vocabulary(vocabulary())
    turned = dict(vocabulary().subject_objects(OWL.inverseOf))
    for term in terms(OWL.ObjectProperty):
        start, end = words.ends(term, RDFS.domain), words.ends(term, RDFS.range)
        if not RECORDS | {EG.ConvertedLimit} & {*start, *end} and not CLOSED & {*end}:
            assert term in turned or term in turned.values(), f"{term}: name its inverse"
        if term in turned:
            of = URIRef(str(turned[term]))
            assert (start, end) == (words.ends(of, RDFS.range), words.ends(of, RDFS.domain)), term


def test_no_class_or_property_is_below_itself() -> None:
    for over in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in terms(*KINDS):
            above = set(vocabulary().transitive_objects(term, over)) - {term}
            assert not any(term in vocabulary().objects(each, over) for each in above), term


def test_every_class_is_disjoint_with_another_unless_a_thing_may_well_be_both() -> None:
    named = {term.iri for term in Vocabulary(vocabulary()).terms(OWL.Class) if "disjoint with" in dict(term.facts)}
    named -= {EG.Entity}  # what holds of all entities tells no two of them apart
    apart = {term for term in terms(OWL.Class) if named & set(vocabulary().transitive_objects(term, RDFS.subClassOf))}
    may_be_both = {EG.Condition, EG.Exposure, EG.ContextFactor, EG.Manifestation, EG.DistinguishingFeature}
    assert terms(OWL.Class) - apart == {*may_be_both, EG.Entity}


def test_every_term_has_a_history_and_a_status() -> None:
    for term in terms(*KINDS, *CLOSED):
        assert (term, DCTERMS.issued, None) in vocabulary(), term
        assert (term, SKOS.historyNote, None) in vocabulary(), term
        assert str(vocabulary().value(term, VS.term_status)) in ("stable", "testing", "deprecated"), term
        deprecated = str(vocabulary().value(term, OWL.deprecated)) == "true"
        assert not deprecated or (term, DCTERMS.isReplacedBy, None) in vocabulary(), term


def test_what_is_one_by_nature_is_functional() -> None:
    assert set(FUNCTIONAL_BY_NATURE) <= terms(OWL.FunctionalProperty)
    transitive = terms(OWL.TransitiveProperty)
    assert transitive == {EG.causallyUpstreamOf}
    assert not transitive & terms(OWL.FunctionalProperty) | transitive & terms(OWL.IrreflexiveProperty)


# A contradiction


CONTRADICTIONS = {
    "<urn:x> a eg:Finding , eg:Person .": ("<urn:x> a eg:Finding", "eg:Person"),
    "eg:Caveat rdfs:subClassOf eg:Article .": ("[] a eg:Caveat", "eg:Caveat rdfs:subClassOf eg:Article"),
}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("<urn:x> a eg:Finding , eg:Person .", id="an individual", marks=pytest.mark.soak),
        pytest.param("eg:Caveat rdfs:subClassOf eg:Article .", id="a class that can have no member"),
    ],
)
def test_check_refuses_a_contradictory_vocabulary_and_explains_it(
    tmp_path: Path, java: Path, app: Flask, wrong: str
) -> None:
    edited = tmp_path / "edited.ttl"
    edited.write_text((files("ontology") / "etiograph.ttl").read_text("utf-8") + f"\n{wrong}\n", "utf-8")
    data = str(app.config["SETTINGS"].data)
    done = CliRunner().invoke(check, ["--data", data, "--vocabulary", str(edited)])
    assert done.exit_code == 1
    assert "contradict each other, change one" in done.stderr
    assert all(axiom in done.stderr for axiom in CONTRADICTIONS[wrong]), done.stderr
    assert "reasoner: 0 done" in done.stdout


def test_check_says_what_is_no_turtle(tmp_path: Path, app: Flask) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("eg:Finding a", "utf-8")
    done = CliRunner().invoke(check, ["--data", str(app.config["SETTINGS"].data), "--vocabulary", str(broken)])
    assert done.exit_code == 1
    assert "is no Turtle, nothing was checked" in done.stderr
