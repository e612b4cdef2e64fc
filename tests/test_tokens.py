"""What is admitted to the engine: every ordinary query, no update, no SERVICE clause, no bottomless nesting."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.question import checks, questions
from service.errors import QueryTooLong, RefusedQuery
from service.tokens import Form, Limits, admitted, disarmed, original_column, tokens
from tests.requirements import ROOT

LIMITS = Limits(10_000, 20, 100)

ORDINARY: list[tuple[str, Form]] = [
    ("SELECT * { ?s ?p ?o }", "SELECT"),
    ("select*{?s?p?o}", "SELECT"),
    ("PREFIX select: <http://a/> ASK { ?s select:p 'INSERT' }", "ASK"),
    ("# DELETE\nBASE <http://a/INSERT> CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
    ("DESCRIBE <http://a/SERVICE>", "DESCRIBE"),
    ("ASK { ?service ?SERVICE 'SERVICE <http://a/> {}' } # SERVICE <http://a/> {}", "ASK"),
    ("PREFIX service: <http://a/service> ASK { service:x a service:Service . { ?s ?p ?o } }", "ASK"),
    ("PREFIX : <http://a/> PREFIX service: <http://a/> ASK { GRAPH service:x { ?s :service ?o } }", "ASK"),
    ("PREFIX : <http://a/> ASK { ?s :service.x _:service ; :p 'a'@service }", "ASK"),
    ("ASK { ?a ?b ?c FILTER(?a<?c && ?b>?a) FILTER(?a < 3) }", "ASK"),
    ('ASK { FILTER(\'\'\'it\'s "SERVICE" \'\'\' != """SERVICE { """) }', "ASK"),
    ("ASK { ?s ?p 'a \\' SERVICE', \"\\\\\" }", "ASK"),
    ("ASK { FILTER(STR(?x) = ':-((((((((((((((((((((((((((((((((') }", "ASK"),
    ("ASK { VALUES ?x { " + "1 " * 4_000 + "} }", "ASK"),
]


@pytest.mark.parametrize(("text", "form"), ORDINARY)
def test_an_ordinary_query_is_admitted_and_its_form_known(text: str, form: Form) -> None:
    query = admitted(text, LIMITS)
    assert (query.text, query.form) == (text, form)
    ox.Store().query(disarmed(text))


@pytest.mark.parametrize("text", [each.text for each in (*questions(), *checks())])
def test_every_question_of_the_project_is_admitted(text: str) -> None:
    assert admitted(text, LIMITS).form


@pytest.mark.parametrize("path", sorted((ROOT / "service/lookups").glob("*.rq")), ids=lambda path: path.name)
def test_every_query_of_the_pages_would_be_admitted(path: Path) -> None:
    assert admitted(path.read_text("utf-8"), LIMITS).form


CALLS = [
    "SELECT * { SERVICE <http://a/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://a/> { } }",
    "SELECT * { ?s ?p ?o SERVICE<http://a/>{} }",
    "SELECT * { ?s ?p true SERVICE ?x {} }",
    "SELECT * { ?s a trueSERVICE<http://a/>{} }",
    "SELECT * { ?s a 1SERVICE<http://a/>{} }",
    "PREFIX : <http://a/> SELECT * { SERVICE:b {} }",
    "PREFIX : <http://a/> SELECT * { SERVICESILENT:b {} }",
    "PREFIX : <http://a/> PREFIX SERVICE: <http://a/> SELECT * { ?s a 1.SERVICE:b {} }",
    "PREFIX a: <http://a/> PREFIX SERVICEa: <http://a/> SELECT * { SERVICEa:b {} }",
]


@pytest.mark.parametrize("text", CALLS)
def test_a_service_clause_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(RefusedQuery, match="SERVICE"):
        admitted(text, LIMITS)


@pytest.mark.parametrize("word", ["INSERT DATA { <a:a> <a:b> 1 }", "delete where { ?s ?p ?o }", "LOAD <file:///x>"])
def test_an_update_is_refused_by_its_name(word: str) -> None:
    with pytest.raises(RefusedQuery, match=word.split()[0].upper()):
        admitted(word, LIMITS)


DEEP = [
    "ASK " + "{" * 30 + "}" * 30,
    "ASK { FILTER(" + "(" * 30 + "1" + ")" * 30 + ") }",
    "ASK { FILTER(" + "!" * 30 + "1) }",
    "ASK { ?s ?p " + "[ ?p " * 30 + "1" + "]" * 30 + " }",
    "ASK { ?s ?p " + "<<( ?s ?p " * 30 + "1" + ")>>" * 30 + " }",
    "ASK { FILTER(?a<?b&&'>'='x') " + "{" * 500 + " #'\n",
]


@pytest.mark.parametrize("text", DEEP)
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(RefusedQuery, match="deep"):
        admitted(text, LIMITS)


def test_a_long_query_and_a_long_chain_are_refused() -> None:
    with pytest.raises(QueryTooLong, match="10,003 characters"):
        admitted("ASK" + " " * 10_000, LIMITS)
    with pytest.raises(RefusedQuery, match="operators"):
        admitted("ASK { FILTER(1" + "+1" * 200 + ") }", LIMITS)


@given(st.text(max_size=300))
def test_tokens_lose_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(token.text for token in tokens(text)).split()) == "".join(text.split())


PIECES = [
    *("SELECT", "ASK", "CONSTRUCT", "WHERE", "INSERT", "DELETE", "DATA", "LOAD", "CLEAR", "ALL", "SERVICE", "SILENT"),
    *("PREFIX a: <urn:a>", "BASE <urn:b>", "FILTER", "true", "<urn:x>", "a:b", "a:", ":", "?s", "?p", "*", "{", "}"),
    *("(", ")", "<", ">", "'", '"', "'''", '"""', "\\", "#", "\n", ".", ";", ",", "1", "1.", "1e", "@en", "^^", "!"),
    *("a.b", "_:", "\\u0053"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["", " "]))
def test_what_the_engine_takes_for_a_query_is_none_for_us_only_with_a_reason(pieces: list[str], space: str) -> None:
    text = space.join(pieces)
    try:
        answer = ox.Store().query(text)
    except (SyntaxError, OSError, RuntimeError):  # no query, or one that would call out
        answer = None
    try:
        form = admitted(text, LIMITS).form
    except RefusedQuery as error:
        refused = str(error)
        form = None
    else:
        refused = ""
    if refused:
        assert answer is None or "deep" in refused or "SERVICE" in refused
        return
    kinds = {"SELECT": ox.QuerySolutions, "ASK": ox.QueryBoolean, "CONSTRUCT": ox.QueryTriples}
    assert answer is None or isinstance(answer, kinds[str(form)])


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_what_the_engine_takes_for_an_update_is_refused(pieces: list[str]) -> None:
    text = " ".join(each for each in pieces if each != "LOAD")
    try:
        ox.Store().update(text)
    except (SyntaxError, OSError, RuntimeError):
        return
    with contextlib.suppress(RefusedQuery):
        assert admitted(text, LIMITS).form is None  # a prologue, and nothing that follows it


@pytest.mark.parametrize(
    "piece", ["a.", '"\\', "'\\", "a:b.", '"""a', "@a-", "<\\u00", "a:%4", "1e", "_:a.", "..", "<", "!"]
)
def test_endless_repetition_is_read_in_one_go(piece: str) -> None:
    text = "ASK {" + piece * (100_000 // len(piece))
    assert sum(len(token.text) for token in tokens(text)) <= len(text)  # a second reading of each place takes hours


@given(st.lists(st.sampled_from(["'service'", "SERVICE", "<a:service>", "#service\n", "'", '"', "\n", " ", "x"])))
def test_a_disarmed_text_keeps_its_lines_and_columns_lead_back(pieces: list[str]) -> None:
    text = "".join(pieces)
    safe = disarmed(text)
    assert safe.count("\n") == text.count("\n")
    for line, safe_line in zip(text.split("\n"), safe.split("\n"), strict=True):
        assert original_column(line, safe_line, len(safe_line) + 1) == len(line) + 1


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who called at it."""
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    connection, caller = server.accept()
                except TimeoutError:
                    continue
                callers.append(caller)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], callers
        done.set()
        thread.join()


SMUGGLED = [
    "SELECT * { FILTER(?a<?b&&'>'='x')SERVICE <{url}> {} #'\n}",
    "PREFIX : <{url}> SELECT * { FILTER(1<2)SERVICE:b#>\n{} }",
    "SELECT * { FILTER(1<2)#>'''\nSERVICE <{url}> {} #'''\n}",
    "SELECT * { FILTER(1<2&&'>'='x') { SERVICE SILENT <{url}> {} } #'\n}",
]


@pytest.mark.parametrize("template", SMUGGLED)
def test_a_clause_hidden_by_an_ambiguous_sign_never_reaches_the_engine(
    template: str, listener: tuple[int, list[object]]
) -> None:
    port, callers = listener
    text = template.replace("{url}", f"http://127.0.0.1:{port}/")
    try:
        admitted(text, LIMITS)
        list(ox.Store().query(disarmed(text)))  # type: ignore[arg-type]  # a SELECT gives rows
    except (RefusedQuery, SyntaxError):
        pass
    assert not callers
