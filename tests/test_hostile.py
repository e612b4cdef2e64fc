"""Hostile requests, each answered cleanly, with nothing read or reached that should not be, and the next one answered."""

import gzip
import json
import re
import socket
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import pytest
from _pytest.mark import ParameterSet

from tests.serving import Reply
from tests.writers import FORM, TURTLE, UPDATE, Writable

QUERY, XML, JSON_LD = "application/sparql-query", "application/rdf+xml", "application/ld+json"
GRAPH = "/graphs?graph=http://example.org/hostile"
SECRETS = re.compile(r"Traceback|File \"|\.py\b|root:x:|/tmp/|gen-[0-9]|panicked")
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def entity(declared: str) -> str:
    return (
        f'<?xml version="1.0"?><!DOCTYPE r [{declared}]><rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://example.org/">'
        '<rdf:Description rdf:about="http://example.org/hostile"><e:p>&x;</e:p></rdf:Description></rdf:RDF>'
    )


def exploding() -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return entity(f'<!ENTITY l0 "haha">{levels}<!ENTITY x "&l11;">')


# fmt: off
# ruff: noqa: E501 -- a table
QUERIES: dict[str, str] = {
    "10,000 braces": "ASK " + "{" * 10_000 + "}" * 10_000,
    "10,000 parentheses": "ASK { FILTER" + "(" * 10_000 + "1" + ")" * 10_000 + " }",
    "10,000 brackets": "ASK { ?s ?p " + "[ ?p " * 10_000 + "1" + "]" * 10_000 + " }",
    "10,000 unclosed braces": "ASK " + "{" * 10_000,
    "10,000 negations": "ASK { FILTER(" + "!" * 10_000 + "true) }",
    "10,000 minus signs": "ASK { FILTER(" + "-" * 10_000 + "1 = 1) }",
    "10,000 inverses": "ASK { ?s " + "^" * 10_000 + "<a:b> ?o }",
    "10,000 sums": "ASK { FILTER(" + "1+" * 10_000 + "1 = 1) }",
    "10,000 unions": "ASK { {} " + "UNION {} " * 10_000 + "}",
    "10,000 annotations": "ASK { ?s ?p ?o " + "{| ?p ?o " * 10_000 + "|}" * 10_000 + " }",
    "10,000 triple terms": "ASK { ?s ?p " + "<<( ?s ?p " * 10_000 + "?o" + " )>>" * 10_000 + " }",
    "a query of nothing": "", "a query of spaces": " " * 100_000, "a query of comments": "#\n" * 90_000,
    "a NUL": "ASK { ?s ?p '\x00' }", "a lone surrogate": "ASK { ?s ?p '\\uD800' }",
    "an open string": "ASK { ?s ?p '''" + "x" * 150_000, "quotation marks": "ASK { " + "'\"" * 60_000,
    "open IRIs": "ASK { " + "<" * 100_000, "colons": "ASK { " + "a:" * 90_000, "dots": "ASK { a" + "." * 150_000 + "b }",
    "backslashes": "ASK { ?s ?p '" + "\\" * 100_000 + "' }",
    "SERVICE": "ASK { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SERVICE of a variable": "ASK { VALUES ?s { <http://127.0.0.1:{port}/> } SERVICE ?s { ?a ?b ?c } }",
    "SERVICE in a string": "ASK { FILTER(?a<?b&&'>'='x')SERVICE <http://127.0.0.1:{port}/> {} #'\n}",
    "FROM an address": "SELECT * FROM <http://127.0.0.1:{port}/> { ?s ?p ?o }",
    "FROM a file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "a path between all": "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>)*/(!<a:b>)* ?b }",
    "a regular expression": "ASK { FILTER(REGEX('" + "a" * 5000 + "!', '^(a+)+(a+)+(a+)+$')) }",
    "a pattern of a gigabyte": "ASK { FILTER(REGEX('a', '((a{1,900}){1,900}){1,900}')) }",
    "a replacement that grows": "SELECT (STRLEN(REPLACE('" + "a" * 9000 + "', 'a', '" + "b" * 9000 + "')) AS ?n) {}",
    "values that double": "SELECT ?x40 { BIND('aaaaaaaaaa' AS ?x0) " + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40)) + " }",
    "nested EXISTS": "ASK { ?a ?b ?c " + "FILTER EXISTS { ?a ?b ?c " * 60 + "}" * 60 + " }",
    "1,000 patterns to be planned": "SELECT * { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(1000)) + " }",
    "a graph of all triples with all others": "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?e ?i",
    "300 alternatives": "ASK { ?s " + "|".join(f"<a:{n}>" for n in range(300)) + " ?o }",
    "a byte order mark": "\ufeffASK {}", "half a pair of surrogates": "ASK { ?s ?p '\\uD83D\\uDE00' }", "an escaped keyword": "\\u0041SK {}",
    "a code point that is none": "ASK { ?s ?p '\\U00110000' }", "a limit beyond all numbers": "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999",
    "numbers at their ends": "SELECT (-9223372036854775808 / -1 AS ?a) (ABS(-9223372036854775808) AS ?b) (SUBSTR('a', -9223372036854775808, 9223372036854775807) AS ?c) {}",
    "languages that are none": "SELECT (STRLANG('a', '') AS ?a) (STRLANG('a', '<script>') AS ?b) (STRDT('a', IRI('javascript:alert(1)')) AS ?c) {}",
    "stars of stars": "SELECT * { ?a " + "(" * 90 + "!<a:a>" + "*)" * 90 + "* ?b } LIMIT 1", "90 subselects": "SELECT * " + "{ SELECT * { " * 45 + "?s ?p ?o" + " } }" * 45 + " LIMIT 1",
    "10,000 columns": "SELECT * { VALUES (" + " ".join(f"?v{n}" for n in range(10_000)) + ") { (" + "1 " * 10_000 + ") } }",
    "a separator that grows": "SELECT (GROUP_CONCAT(?x; separator='" + "s" * 100_000 + "') AS ?y) { ?s ?p ?x . ?t ?q ?z . ?u ?r ?w }",
    "an order by chance": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY RAND() LIMIT 3",
    "alternatives that multiply": "ASK { ?s " + "/".join(["(<a:a>|<a:b>)"] * 40) + " ?o }",
}
UPLOADS: dict[str, tuple[str, str | bytes]] = {
    "an external entity": (XML, entity('<!ENTITY x SYSTEM "file:///etc/passwd">')),
    "an entity at an address": (XML, entity('<!ENTITY x SYSTEM "http://127.0.0.1:{port}/">')),
    "entities that explode": (XML, exploding()),
    "an external DTD": (XML, f'<!DOCTYPE r SYSTEM "http://127.0.0.1:{{port}}/r.dtd"><rdf:RDF xmlns:rdf="{RDF}"/>'),
    "a context at an address": (JSON_LD, '{"@context": "http://127.0.0.1:{port}/", "p": 1}'),
    "a context in a file": (JSON_LD, '{"@context": "file:///etc/passwd", "p": 1}'),
    "an imported context": (JSON_LD, '{"@context": {"@import": "http://127.0.0.1:{port}/"}, "p": 1}'),
    "deep JSON": (JSON_LD, '{"a:b":' * 20_000 + "1" + "}" * 20_000),
    "deep lists": (TURTLE, "<a:b> <a:c> " + "(" * 20_000 + ")" * 20_000 + " ."),
    "an IRI with a space": (TURTLE, "<a b> <a:b> <a:c> ."), "bytes of no text": (TURTLE, b"\x00\xff\xfe" * 100),
    "a context in a circle": (JSON_LD, '{"@context": {"a": {"@id": "b"}, "b": {"@id": "a"}}, "a": 1}'),
    "contexts in contexts": (JSON_LD, '{"@context":' * 3000 + "{}" + "}" * 3000), "deep arrays": (JSON_LD, "[" * 20_000 + "]" * 20_000),
    "30,000 prefixes": (TURTLE, "".join(f"@prefix p{n}: <a:{n}> .\n" for n in range(30_000)) + "p1:a p2:b p3:c ."),
    "a number of 200,000 digits": (JSON_LD, '{"a:b": ' + "9" * 200_000 + "}"), "a byte order mark": (TURTLE, "\ufeff<a:b> <a:c> 1 ."),
    "imports of loopback": (TURTLE, "<a:o> a <http://www.w3.org/2002/07/owl#Ontology> ; <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:{port}/> ."),
}
PATHS = ["/../../../../etc/passwd", "/static/../../../etc/passwd", "/static/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
         "/downloads/..%2f..%2ftokens.json", "/id/..%2f..%2fetc%2fpasswd", "/static/%00", "/tokens.json", "/current", "/id/%0d%0aX-Evil:%201",
         "/sparql?query=ASK%7B%7D&format=%0d%0aX-Evil:%201", "/graphs/%2e%2e/%2e%2e", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/id/javascript:alert(1)"]
TOKENS = ["Bearer ", "Bearer x", "Bearer a-token-for-test", "Bearer a-token-for-tests2", "Basic YTpi", "Bearer é", "bearer", "Bearer " + "a" * 5000,
          "Bearer a-token-for-tests, Bearer x", "Bearer ../../tokens.json"]
# fmt: on


SLOW = {
    "stars of stars",
    "a separator that grows",
    "an order by chance",
    "1,000 patterns to be planned",
    "values that double",
    "a graph of all triples with all others",
    "deep lists",
    "a path between all",
    "a replacement that grows",
    "10,000 unions",
}


def marked(cases: Iterable[str]) -> list[ParameterSet]:
    """The cases; those that take seconds run with the long tests."""
    return [pytest.param(case, marks=pytest.mark.soak) if case in SLOW else pytest.param(case) for case in cases]


@pytest.fixture
def outside() -> Iterator[socket.socket]:
    """An address of the loopback nobody may reach."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        yield listener
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.fixture(autouse=True)
def still_answers(writing: Writable) -> Iterator[None]:
    yield
    reply = writing.server.ask("/sparql?query=ASK%20%7B%7D", Accept="application/json")
    assert (reply.status, reply.json["boolean"]) == (200, True)


def assert_clean(reply: Reply) -> None:
    if reply.headers.get("content-type", "").startswith("application/problem"):
        assert reply.json["detail"]
        assert not SECRETS.search(reply.text), reply.text[:500]
    assert "x-evil" not in reply.headers


@pytest.mark.parametrize("case", marked(QUERIES))
def test_a_hostile_query_is_answered(writing: Writable, outside: socket.socket, case: str) -> None:
    query = QUERIES[case].replace("{port}", str(outside.getsockname()[1]))
    body = query.encode("utf-8", "surrogatepass")
    path = "/sparql?timeout=2"
    reply = writing.send("POST", path, body, Authorization="", Content_Type=QUERY, Accept="application/json")
    assert reply.status in (200, 400, 403, 413, 503, 507), reply.text[:300]
    assert_clean(reply)


@pytest.mark.parametrize("case", marked(UPLOADS))
def test_a_hostile_upload_reaches_and_reads_nothing(writing: Writable, outside: socket.socket, case: str) -> None:
    media_type, given = UPLOADS[case]
    body = given.replace("{port}", str(outside.getsockname()[1])) if isinstance(given, str) else given
    reply = writing.send("PUT", GRAPH, body, Content_Type=media_type)
    assert reply.status in (201, 204, 400, 500, 507), reply.text[:300]
    assert_clean(reply)
    if reply.status < 300:
        assert not SECRETS.search(writing.send("GET", GRAPH, Accept="application/n-triples").text)


# fmt: off
ODD_HEADERS: dict[str, dict[str, str]] = {
    "8,000 media types": {"Accept": ",".join(f"a{n}/b" for n in range(8000))},
    "8,000 languages": {"Accept_Language": ",".join(f"aa-{n};q=0.1" for n in range(8000))},
    "8,000 codings": {"Accept_Encoding": ",".join(f"x{n};q=0.1" for n in range(8000))},
    "8,000 tags": {"If_None_Match": ",".join(f'"{n}"' for n in range(8000))},
    "8,000 cookies": {"Cookie": "; ".join(f"x{n}=y" for n in range(8000))},
    "8,000 proxies": {"X_Forwarded_For": ",".join(["10.0.0.1"] * 8000)},
    "a host that is markup": {"Host": 'a"><script>alert(1)</script>'},
}
# fmt: on


@pytest.mark.parametrize("case", ODD_HEADERS)
def test_odd_headers_are_borne_or_refused(writing: Writable, case: str) -> None:
    for path in ("/sparql?query=ASK%7B%7D", "/", "/void"):
        reply = writing.send("GET", path, Authorization="", **{"Accept": "text/html", **ODD_HEADERS[case]})
        assert reply.status in (200, 400, 406, 431), reply.text[:300]
        assert "<script>alert" not in reply.text
        assert_clean(reply)


def test_what_is_packed_to_explode_is_measured_unpacked(writing: Writable) -> None:
    bomb = gzip.compress(b"#" * 50_000_000)
    for path, media_type in (("/update", UPDATE), ("/update", FORM)):
        assert writing.send("POST", path, bomb, Content_Type=media_type, Content_Encoding="gzip").status == 413


@pytest.mark.soak
def test_values_of_fifty_megabytes_are_refused(writing: Writable) -> None:
    body = b"SELECT * { VALUES ?x { " + b"1 " * 25_000_000 + b"} }"
    for path, media_type in (("/sparql", QUERY), ("/update", UPDATE)):
        try:
            assert writing.send("POST", path, body, Content_Type=media_type).status == 413
        except OSError:
            continue  # refused before all of it was sent


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_and_no_header_in(writing: Writable, path: str) -> None:
    reply = writing.send("GET", path, Authorization="", Accept="text/html")
    assert reply.status in (200, 400, 404, 406), reply.text[:300]
    assert "root:x:" not in reply.text
    assert "<script>alert" not in reply.text
    assert 'href="javascript:' not in reply.text.casefold()
    assert_clean(reply)


# fmt: off
NO_TEXT = {
    "overlong": ("GET", "/sparql?query=ASK%7B?s?p'%C0%AF'%7D", "", ""),
    "a surrogate": ("GET", "/search?q=%ED%A0%80", "", ""),
    "a path": ("PUT", "/graphs/a%FFb", "<a:b> <a:c> 1 .", TURTLE),
    "the name of a graph": ("PUT", "/graphs?graph=http://example.org/%FF", "<a:b> <a:c> 1 .", TURTLE),
    "a form": ("POST", "/sparql", "query=ASK%7B?s?p'%FF'%7D", FORM),
}
# fmt: on


@pytest.mark.parametrize("case", NO_TEXT)
def test_bytes_that_are_no_text_are_never_read_as_another(writing: Writable, case: str) -> None:
    method, path, body, media_type = NO_TEXT[case]
    reply = writing.send(method, path, body, Content_Type=media_type)
    assert (reply.status, reply.json["detail"]) in [
        (400, f"The {where} is not percent-encoded UTF-8.") for where in ("address", "form")
    ]


@pytest.mark.parametrize("value", ["NOW()", "RAND()", "UUID()", "struuid()"])
def test_what_is_another_each_time_is_kept_by_nobody(writing: Writable, value: str) -> None:
    path = f"/sparql?query={quote(f'SELECT ({value} AS ?x) {{}}')}"
    reply = writing.server.ask(path, Accept="text/csv", If_None_Match="*")
    assert (reply.status, reply.headers["cache-control"], reply.headers.get("etag")) == (200, "no-store", None)
    assert writing.server.ask(path, Accept="text/csv").body != reply.body


def test_what_is_another_each_time_cannot_hide_behind_an_escape(writing: Writable) -> None:
    escaped = quote(r"SELECT (UU\u0049D() AS ?x) {}")
    assert writing.server.ask(f"/sparql?query={escaped}").status == 400


@pytest.mark.parametrize("token", TOKENS)
def test_a_forged_token_is_refused(writing: Writable, token: str) -> None:
    before = writing.snapshot
    header = token.encode().decode("latin-1")
    reply = writing.send("POST", "/update", "CLEAR ALL", Content_Type=UPDATE, Authorization=header)
    assert (reply.status, writing.snapshot) == (401, before)
    assert_clean(reply)


def test_markup_in_labels_and_iris_is_text_on_every_page(writing: Writable) -> None:
    label = json.dumps("<img src=x onerror=alert(1)>")
    thing = "https://w3id.org/etiograph/id/hostile"
    data = (
        f"INSERT DATA {{ GRAPH <javascript:alert(1)> {{ <{thing}> <http://www.w3.org/2004/02/skos/core#prefLabel> {label} ; "
        "<http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(2)> } }"
    )
    assert writing.update(data).status == 204
    query = "SELECT * { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'javascript')) }"
    for path in (f"/sparql?query={quote(query)}", "/id/hostile", "/search?q=hostile", "/void"):
        page = writing.send("GET", path, Authorization="", Accept="text/html").text.casefold()
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
