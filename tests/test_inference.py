"""What rules infer at commit: the same whichever way the articles came, and each triple explained down to sentences."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, BNode, Graph, Literal, URIRef

from ontology.iris import Iris
from ontology.measurement import Measurement, measured, shown
from ontology.terms import EG
from queries.question import rules
from service.app import create_app
from service.cli import main
from service.cli.load import load_built_in
from service.settings import Settings
from service.store.dataset import DEFAULT, replace_graph, triples_of
from service.store.draft import Draft
from service.store.inference import infer, inferred_graph, read_by, rebuild
from service.store.snapshots import Snapshots
from service.tokens import Limits
from service.writing.access import Access
from service.writing.application import Rules, applied
from service.writing.change import Change, Update
from service.writing.upkeep import Own, keep_up
from tests.requirements import ROOT

IRIS = Iris()
RULES = Rules(Limits(100_000, 100), Own(IRIS).inferred)
Link = tuple[str, URIRef, str]
Articles = Mapping[int, frozenset[Link]]

links = st.tuples(
    st.sampled_from("abcdefg"), st.sampled_from([EG.causes, EG.leadsTo, EG.hasFinding, EG.supports, EG.testFor]),
    st.sampled_from("abcdefg"),
)  # fmt: skip
commits = st.lists(st.dictionaries(st.integers(0, 3), st.frozensets(links, max_size=6), max_size=3), max_size=6)


def commit(store: ox.Store, articles: Articles) -> None:
    """Put articles into a store in one step, each in the place of the one of its number."""
    changes = ((graph_name(each), graph(told)) for each, told in articles.items())
    infer(store, IRIS, {name: replace_graph(store, name, told) for name, told in changes})


def graph_name(article: int) -> URIRef:
    return IRIS.thing(f"article/{article}/graph")


def graph(told: frozenset[Link]) -> Graph:
    made = Graph()
    for subject, predicate, object_ in told:
        made.add((IRIS.thing(subject), predicate, IRIS.thing(object_)))
    return made


def said(store: ox.Store, rule: str) -> set[tuple[str, str]]:
    """The pairs a rule has inferred, by their slugs."""
    found = triples_of(store, ox.NamedNode(inferred_graph(rule, IRIS)))
    return {(str(triple.subject)[-2], str(triple.object)[-2]) for triple in found}


def closure(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The transitive closure, by composing until nothing is new."""
    while new := {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs:
        pairs = pairs | new
    return pairs


def chained(told: set[Link]) -> set[tuple[str, str]]:
    findings = [(s, o) for s, p, o in told if p == EG.hasFinding]
    return {(test, o) for test, finding in findings for s, p, o in told if p == EG.supports and s == finding}


@given(commits)
@settings(deadline=None)
def test_articles_in_any_order_infer_what_all_of_them_imply(steps: list[Articles]) -> None:
    store, now = ox.Store(), dict[int, frozenset[Link]]()
    for articles in steps:
        commit(store, articles)
        now |= articles
        told = {link for each in now.values() for link in each}
        upstream = closure({(s, o) for s, p, o in told if p in (EG.causes, EG.leadsTo)})
        assert said(store, "causally-upstream") == upstream
        assert said(store, "test-for") == chained(told)
        assert len(list(store.quads_for_pattern(None, None, None, DEFAULT))) == len(
            {(s, str(p), o) for s, p, o in told}
            | {(s, str(EG.causallyUpstreamOf), o) for s, o in upstream}
            | {(s, str(EG.testFor), o) for s, o in chained(told)}
        )


@given(commits)
@settings(deadline=None)
def test_a_rebuild_changes_nothing(steps: list[Articles]) -> None:
    store = ox.Store()
    for articles in steps:
        commit(store, articles)
    before = set(store)
    for rule in rules():
        rebuild(store, IRIS, rule)
    assert set(store) == before


tests_of = st.fixed_dictionaries({"test": st.sampled_from("tu"), "unit": st.sampled_from(["mmol/L", "mg/dL"])})
numbers = st.integers(10, 14).map(lambda number: Literal(Decimal(number) / 4))
measurements = st.builds(
    dict.__or__, tests_of, st.fixed_dictionaries({"name": st.sampled_from("mn"), "value": numbers})
)
thresholds = st.builds(
    dict.__or__,
    tests_of,
    st.fixed_dictionaries({"name": st.sampled_from("xyz"), "limit": numbers, "upper": numbers}),
)
results = st.lists(
    st.dictionaries(st.integers(0, 3), st.tuples(st.lists(measurements, max_size=2), st.lists(thresholds, max_size=2))),
    max_size=4,
)


def laboratory(measured: list[dict[str, Any]], limited: list[dict[str, Any]]) -> Graph:
    """What an article says about measurements and thresholds; a threshold's name tells how it compares."""
    made = Graph()
    for each in measured:
        node = IRIS.thing(each["name"])
        made.add((node, EG.resultOf, IRIS.thing(each["test"])))
        made.set((node, EG.value, each["value"]))
        made.set((node, EG.unit, Literal(each["unit"])))
    for each in limited:
        node = IRIS.thing(f"threshold/{each['name']}-{each['limit']}-{each['upper']}")
        comparator = {"x": "<", "y": ">=", "z": "range"}[each["name"]]
        made.add((IRIS.thing(each["test"]), EG.hasThreshold, node))
        made.add((node, EG.definesFinding, IRIS.thing(each["name"])))
        made.add((node, EG.comparator, Literal(comparator)))
        limit = URIRef(f"{node}/{each['unit']}")
        made.add((node, EG.limitIn, limit))
        made.add((limit, EG.unit, Literal(each["unit"])))
        made.add((limit, EG.limit, each["limit"]))
        if comparator == "range":
            made.add((limit, EG.upperLimit, each["upper"]))
    return made


@given(results)
@settings(deadline=None)
def test_measurements_show_at_commit_what_arithmetic_says(steps: list[dict[int, Any]]) -> None:
    store, now = ox.Store(), dict[int, Graph]()
    for articles in steps:
        told = {number: laboratory(*each) for number, each in articles.items()}
        infer(store, IRIS, {graph_name(each): replace_graph(store, graph_name(each), told[each]) for each in told})
        now |= told
        every = Graph()
        for each in now.values():
            every += each
        pairs = {(str(node)[-1], str(finding)[-1]) for node, finding in shown(every)}
        assert said(store, "measurement-shows-finding") == pairs


def test_what_the_measurement_of_a_client_showed_goes_with_it() -> None:
    store, own = ox.Store(), Own(IRIS)
    limited = laboratory(
        [], [{"name": "x", "test": "t", "unit": "mmol/L", "limit": Literal(Decimal(2)), "upper": None}]
    )
    infer(store, IRIS, {graph_name(1): replace_graph(store, graph_name(1), limited)})
    measured = laboratory([{"name": "m", "test": "t", "unit": "mmol/L", "value": Literal(Decimal("1.5"))}], [])
    measured.add((IRIS.thing("m"), RDF.type, EG.Measurement))
    stated = measured.serialize(format="nt")
    for operation, shows in (("INSERT", {("m", "x")}), ("DELETE", set[tuple[str, str]]())):
        former = ox.Store()
        former.extend(store)
        update = f"{operation} DATA {{ {stated} GRAPH <http://example.org/client> {{ {stated} }} }}"
        change = Change(Update("http://example.org/"), Access("write"))
        keep_up(store, former, applied(store, change, BytesIO(update.encode()), RULES), own, lambda *_: ())
        assert said(store, "measurement-shows-finding") == shows


@given(st.lists(st.frozensets(links, max_size=6), min_size=60, max_size=60))
@settings(deadline=None, max_examples=20)
def test_many_articles_at_once_infer_what_they_do_one_by_one(articles: list[frozenset[Link]]) -> None:
    at_once, one_by_one = ox.Store(), ox.Store()
    commit(at_once, dict(enumerate(articles)))
    for number, told in enumerate(articles):
        commit(one_by_one, {number: told})
    assert set(at_once) == set(one_by_one)


def test_where_very_much_is_affected_the_rule_is_applied_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ox.Store()
    chain = frozenset(pairwise_links("abcdefg"))
    commit(store, {1: chain})
    monkeypatch.setattr("service.store.affected._FARTHEST", 2)
    commit(store, {2: frozenset({("g", EG.causes, "a")})})
    assert said(store, "causally-upstream") == {(s, o) for s in "abcdefg" for o in "abcdefg"}


def pairwise_links(things: str) -> Iterator[Link]:
    return ((before, EG.leadsTo, after) for before, after in pairwise(things))


def test_things_without_a_name_imply_nothing_either_way() -> None:
    told = Graph().add((IRIS.thing("a"), EG.causes, BNode("x"))).add((BNode("x"), EG.causes, IRIS.thing("b")))
    store = ox.Store()
    infer(store, IRIS, {graph_name(1): replace_graph(store, graph_name(1), told)})
    followed = set(store)
    for rule in rules():
        rebuild(store, IRIS, rule)
    assert said(store, "causally-upstream") == {("a", "b")}
    assert set(store) == followed


def test_a_cycle_ends() -> None:
    store = ox.Store()
    commit(store, {1: frozenset({("a", EG.causes, "b"), ("b", EG.leadsTo, "c"), ("c", EG.causes, "a")})})
    assert said(store, "causally-upstream") == {(s, o) for s in "abc" for o in "abc"}


def test_what_an_article_states_stays_when_it_is_no_longer_implied() -> None:
    store = ox.Store()
    states = frozenset({("a", EG.testFor, "c")})
    commit(store, {1: states, 2: frozenset({("a", EG.hasFinding, "b"), ("b", EG.supports, "c")})})
    commit(store, {2: frozenset()})
    assert said(store, "test-for") == set()
    assert {str(quad.predicate) for quad in store.quads_for_pattern(None, None, None, DEFAULT)} == {EG.testFor.n3()}


def test_quarantined_links_imply_nothing() -> None:
    store = ox.Store()
    quarantine = IRIS.thing("article/1/quarantine")
    told = graph(frozenset({("a", EG.causes, "b")}))
    infer(store, IRIS, {quarantine: replace_graph(store, quarantine, told)})
    assert said(store, "causally-upstream") == set()


def test_a_rule_reads_nothing_that_a_rule_infers() -> None:
    inferred = {
        "causally-upstream": EG.causallyUpstreamOf,
        "test-for": EG.testFor,
        "measurement-shows-finding": EG.shows,
    }
    assert inferred.keys() == {rule.name for rule in rules()}
    for each in rules():
        assert not {str(relation) for relation in inferred.values()} & read_by(each)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds the built-in article."""
    directory = tmp_path_factory.mktemp("inferred")
    load_built_in(Settings(data=directory))
    return directory


@pytest.fixture(scope="module")
def client(data: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(data=data))
    yield app.test_client()
    app.extensions["etiograph"].close()


def ask(client: FlaskClient, subject: str, predicate: str, object_: str) -> dict[str, Any]:
    query = {"subject": subject, "predicate": predicate, "object": object_}
    answer = client.get("/api/why", query_string=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


CHAIN = [
    ("long-held posture in sleep", "leads to", "leg veins compressed"),
    ("leg veins compressed", "leads to", "venous return blocked"),
    ("venous return blocked", "leads to", "stagnant blood flow"),
    ("stagnant blood flow", "leads to", "leg muscle spasm"),
]


def why(data: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["why", "--data", str(data), *arguments])
    return result.exit_code, result.output


def test_an_inferred_triple_is_explained_by_its_premises_in_order_with_their_sentences(data: Path) -> None:
    status, output = why(
        data, "id:long-held-posture-in-sleep", "eg:causallyUpstreamOf", "id:leg-muscle-spasm", "--format", "json"
    )
    found = json.loads(output)
    (inference,) = found["inferences"]
    assert (status, found["standing"], inference["rule"]) == (0, "inferred", "causally-upstream")
    premises = inference["premises"]
    assert [tuple(each[role]["label"] for role in ("subject", "predicate", "object")) for each in premises] == CHAIN
    text = load_text(data)
    for each in premises:
        (statement,) = each["statements"]
        assert statement["quote"] == text[statement["start"] : statement["end"]]
        assert statement["rule"].startswith("mechanism.")


def load_text(data: Path) -> str:
    app = create_app(Settings(data=data))
    store = app.extensions["etiograph"]
    (row,) = store.rows("SELECT ?text WHERE { ?article <https://w3id.org/etiograph/ontology#text> ?text }")
    store.close()
    return str(row["text"])


def test_the_command_line_tells_the_same_in_words(data: Path) -> None:
    status, output = why(data, "long-held posture in sleep", "causallyUpstreamOf", "leg muscle spasm")
    places = [output.index(f"{number}. {' '.join(link)}") for number, link in enumerate(CHAIN, 1)]
    assert status == 0
    assert places == sorted(places)


def test_a_test_for_that_is_stated_and_implied_is_explained_by_both(client: FlaskClient) -> None:
    found = ask(client, "serum calcium test", "testFor", "hypocalcemia")
    assert found["standing"] == "asserted"
    (statement,) = found["statements"]
    assert (statement["basis"], statement["rule"]) == ("eg:CuratorInference", "inference.test-for")
    (inference,) = found["inferences"]
    assert [each["object"]["label"] for each in inference["premises"]] == ["low serum calcium", "hypocalcemia"]


def test_a_measurement_is_explained_by_the_threshold_it_is_beyond(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    load_built_in(settings)
    test = IRIS.thing("serum-calcium-test")
    low = Measurement(IRIS.thing("measurement/m"), test, Decimal("7.6"), "mg/dL")

    def put(draft: Draft) -> None:
        infer(draft.store, IRIS, {graph_name(1): draft.put(graph_name(1), measured([low]))})

    Snapshots(tmp_path).write(put)
    app = create_app(settings)
    found = ask(app.test_client(), str(low.node), "shows", "low serum calcium")
    app.extensions["etiograph"].close()
    (inference,) = found["inferences"]
    premises = [each["predicate"]["iri"].rpartition("#")[2] for each in inference["premises"]]
    assert (found["standing"], inference["rule"]) == ("inferred", "measurement-shows-finding")
    assert premises == ["resultOf", "hasThreshold", "definesFinding"]


@pytest.mark.parametrize(
    ("triple", "standing", "said"),
    [
        (
            ("hypocalcemia", "skos:exactMatch", "HP:0002901"),
            "mapped",
            "said to be an exact match with HP:0002901 Hypocalc",
        ),
        (("serum calcium test", "skos:narrowMatch", "LOINC:2000-8"), "mapped", "Results in mmol/L only."),
        (
            ("nocturnal calf cramp", "skos:broadMatch", "UMLS:C0026821"),
            "mapped",
            "authors, mapping chaining. Seen in: xref",
        ),
        (
            ("nocturnal calf cramp", "skos:exactMatch", "HP:0001250"),
            "denied",
            "said to be no close match with HP:0001250",
        ),
        (
            ("chvostek-sign-test", "skos:exactMatch", "HP:0031990"),
            "denied",
            "the test that looks for it is another thing",
        ),
    ],
)
def test_a_match_is_explained_by_its_row_and_a_denied_one_too(
    data: Path, client: FlaskClient, triple: tuple[str, str, str], standing: str, said: str
) -> None:
    status, output = why(data, *triple)
    assert (status, output.splitlines()[0].rpartition(": ")[2]) == (0, standing)
    assert said in output
    found = ask(client, *triple)
    (mapping,) = found["mappings"]
    assert (found["standing"], mapping["code"], mapping["holds"]) == (standing, triple[2], standing == "mapped")


def test_standing_and_ground_are_told_in_words(data: Path) -> None:
    _, output = why(data, "serum calcium test", "testFor", "hypocalcemia")
    assert "affirmed, inferred by a curator, because low serum calcium is what the word" in output
    assert "affirmed, stated in the text; by rule finding.threshold" in output
    assert "eg:" not in output


def test_what_is_not_in_the_graph_is_said_to_be_missing(data: Path, client: FlaskClient) -> None:
    status, output = why(data, "fatigue", "causes", "hypocalcemia")
    assert status == 1
    assert "The graph does not say id:fatigue eg:causes id:hypocalcemia" in output
    answer = client.get("/api/why?subject=fatigue&predicate=causes&object=hypocalcemia")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "query", ["", "subject=fatigue&predicate=causes", "subject=a&subject=b&predicate=causes&object=c"]
)
def test_a_question_with_a_part_missing_or_doubled_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/why?{query}").status_code == 400


def test_a_denied_triple_is_explained_by_the_sentence_that_denies_it(tmp_path: Path) -> None:
    article = tmp_path / "nosebleed.txt"
    article.write_bytes((ROOT / "tests/corpus/development/nosebleed.txt").read_bytes())
    loaded = CliRunner().invoke(main, ["load", "--data", str(tmp_path / "data"), str(article)])
    assert loaded.exit_code == 0, loaded.output
    status, output = why(tmp_path / "data", "vitamin C", "causes", "nosebleed")
    assert status == 0
    assert output.splitlines()[0].endswith(": denied")
    assert "does not cause nosebleed" in output
