"""The answer of a query is the same however its SERVICE clauses are asked, and whatever goes wrong with that here."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import assume, given, settings
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from service.app import create_app
from service.errors import (
    AnswerTooLarge,
    ClientGone,
    EngineFailed,
    MalformedQuery,
    MemoryUsedUp,
    QueryTooSlow,
    QueueFull,
    RefusedQuery,
)
from service.federation.rewriting import answered
from service.federation.transport import Rules
from service.settings import Settings
from service.store.draft import Draft
from service.store.snapshots import Snapshots
from tests import drawn
from tests.others import JSON, PREFIX, Endpoint, Other, answers, listening, many, narrowed, over, rows


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    with listening(Endpoint) as server:
        server.store = many(3)
        yield server


# What goes wrong here

FAILURES = [
    *(QueryTooSlow("."), QueueFull("."), MemoryUsedUp("."), AnswerTooLarge("."), EngineFailed("."), RefusedQuery(".")),
    MalformedQuery(".", ".", 1, 1),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_question_here_that_fails_changes_nothing(other: Other, failure: Exception) -> None:
    query = f"{PREFIX}SELECT * {{ ?x :same ?m . SERVICE <{other.url}> {{ ?m :name ?l }} }}"

    def ask(text: str, seconds: float) -> bytes:
        raise failure

    assert answered(query, Rules((other.url,)), ask) == answered(query, Rules((other.url,)))


def test_after_a_question_that_was_stopped_no_other_is_asked_here(other: Other) -> None:
    questions = []

    def ask(text: str, seconds: float) -> bytes:
        questions.append(text)
        raise QueryTooSlow(".")

    service = f"SERVICE <{other.url}> {{ ?m :name ?l }} "
    answered(f"{PREFIX}SELECT * {{ ?x :same ?m . {service * 3} }}", Rules((other.url,)), ask)
    assert len(questions) == 1


def test_for_a_client_that_has_gone_nobody_is_asked(other: Other) -> None:
    def ask(text: str, seconds: float) -> bytes:
        raise ClientGone("gone")

    other.asked.clear()
    with pytest.raises(ClientGone):
        answered(
            f"{PREFIX}SELECT * {{ ?x :same ?m . SERVICE <{other.url}> {{ ?m :name ?l }} }}", Rules((other.url,)), ask
        )
    assert other.asked == []


def test_most_of_the_time_is_left_for_the_other(other: Other) -> None:
    given_seconds = []

    def ask(text: str, seconds: float) -> bytes:
        given_seconds.append(seconds)
        return b'{"head": {"vars": ["m"]}, "results": {"bindings": []}}'

    answered(
        f"{PREFIX}SELECT * {{ ?x :same ?m . SERVICE <{other.url}> {{ ?m :name ?l }} }}", Rules((other.url,), 8), ask
    )
    assert all(0 < each <= 2 for each in given_seconds)
    assert len(given_seconds) == 1


# Any query


@settings(deadline=None, max_examples=100)
@given(drawn.patterns, drawn.triples, drawn.triples)
def test_any_answer_is_the_same_with_bindings_without_and_over_one_store(
    other: Other, pattern: str, near: list[Quad], far: list[Quad]
) -> None:
    """What another service has is here the graph of one store, which is asked the same with GRAPH for SERVICE."""
    query, here, both = f"{PREFIX}SELECT * {{ {pattern} }}", Store(), Store()
    here.extend(near)
    both.extend((*here, *(Quad(each.subject, each.predicate, each.object, NamedNode("x:far")) for each in far)))
    other.store = Store()
    other.store.extend(far)
    try:
        expected = answers(
            both, query.replace("SERVICE SILENT <FAR>", "GRAPH :far").replace("SERVICE <FAR>", "GRAPH :far")
        )
    except SyntaxError:  # such as BIND to a variable that is bound already
        assume(False)
    query, rules = query.replace("<FAR>", f"<{other.url}>"), Rules((other.url,))
    with_bindings = answers(here, answered(query, rules, lambda text, seconds: over(here, text)))
    assert with_bindings == answers(here, answered(query, rules))
    if "EXISTS" not in pattern:  # there, the engine puts the values of the outer solution into GRAPH, not into VALUES
        assert with_bindings == expected


# Over HTTP


@pytest.fixture(scope="module")
def client(other: Other, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A service with 50 things that another one names, among 12,000, and two graphs."""
    data = tmp_path_factory.mktemp("narrowing")
    same = NamedNode("x:same")

    def change(draft: Draft) -> None:
        for number in range(50):
            thing, graph = NamedNode(f"x:here{number}"), NamedNode(f"x:g{number % 2}")
            for each in (graph, DefaultGraph()):
                draft.store.add(Quad(thing, same, NamedNode(f"x:m{number}"), each))

    Snapshots(data).write(change)
    return create_app(Settings(data=data, federation=(other.url,))).test_client()


@pytest.fixture
def labels(other: Other) -> Other:
    other.store = many(12_000)
    other.asked.clear()
    return other


def test_a_few_names_come_from_a_service_of_very_many(client: FlaskClient, labels: Other) -> None:
    service = f"SERVICE <{labels.url}> {{ ?m :name ?l }}"
    assert len(rows(client, f"{PREFIX}SELECT ?l {{ ?x :same ?m . {service} }}")) == 50
    assert len(labels.asked) == 1
    reply = client.post("/sparql", data={"query": f"{PREFIX}SELECT ?l {{ {service} ?x :same ?m }}"})
    assert (reply.status_code, "more than 10,000 rows" in reply.get_json()["detail"]) == (502, True)


def test_only_the_graphs_of_the_query_say_what_is_asked(client: FlaskClient, labels: Other) -> None:
    pattern = f"{{ ?x :same ?m . SERVICE <{labels.url}> {{ ?m :name ?l }} }}"
    for dataset, parameters in (("FROM <x:g1>", {}), ("", {"default-graph-uri": "x:g1"})):
        sent = {"query": f"{PREFIX}SELECT * {dataset} {pattern}", **parameters}
        reply = client.post("/sparql", data=sent, headers={"Accept": JSON})
        assert len(reply.get_json(force=True)["results"]["bindings"]) == 25
    assert [len(narrowed(each) or ()) for each in labels.asked] == [25, 25]


def test_who_must_not_be_asked_is_refused_before_anything_is_asked_here(client: FlaskClient, labels: Other) -> None:
    allowed, refused = (
        f"SERVICE <{labels.url}> {{ ?m :name ?l }}",
        "SERVICE SILENT <http://127.0.0.1:9/> { ?m :name ?l }",
    )
    for pattern in (f"?x :nothing ?m . {refused}", f"?x :same ?m . {allowed} {refused}"):
        assert client.post("/sparql", data={"query": f"{PREFIX}SELECT * {{ {pattern} }}"}).status_code == 400
    assert labels.asked == []


def test_a_limit_on_the_rows_of_the_answer_is_none_on_what_is_asked(client: FlaskClient, labels: Other) -> None:
    query = f"{PREFIX}SELECT (COUNT(*) AS ?n) {{ ?x :same ?m . SERVICE <{labels.url}> {{ ?m :name ?l }} }}"
    reply = client.post("/sparql", data={"query": query, "max-rows": "1"}, headers={"Accept": JSON})
    assert reply.get_json(force=True)["results"]["bindings"][0]["n"]["value"] == "50"


def test_a_question_here_that_takes_too_long_is_given_up(client: FlaskClient, labels: Other) -> None:
    """The client has no more than half a second; the question here is ended within it, and the other still asked."""
    slow = "?x :same ?a . ?y :same ?b . ?z :same ?c . ?w :same ?d . FILTER(?a != ?b || ?c != ?d) ?v :same ?m ."
    query = f"{PREFIX}SELECT * {{ {slow} SERVICE <{labels.url}> {{ ?m :name ?l }} }} LIMIT 1"
    labels.store = many(10)
    reply = client.post("/sparql", data={"query": query, "timeout": "0.5"}, headers={"Accept": JSON})
    assert reply.status_code == 200
    assert [narrowed(each) for each in labels.asked] == [None]
