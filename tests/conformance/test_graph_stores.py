"""The SPARQL 1.1 Graph Store HTTP Protocol, section 5, one step after the other on the same store."""

import pyoxigraph as ox
import pytest

from tests.serving import Reply
from tests.writers import TURTLE, Writable

PREFIX = "@prefix : <http://example.org/> . "
JANE = f"{PREFIX}<person> a :Person ; :card [ a :Card ; :name 'Jane' ] ."
JOHN = f"{PREFIX}<person> a :Person ; :card [ a :Card ; :name 'John' ] ."
MORE = f"{PREFIX}<person> :givenName 'Jane' ."


def send(store: Writable, method: str, path: str, turtle: str | None = None, **headers: str) -> Reply:
    given = {"Content_Type": TURTLE} if turtle is not None else {}
    return store.send(method, path, turtle or "", **{**given, **headers})


def triples(text: bytes, base: str) -> ox.Dataset:
    found = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def assert_holds(store: Writable, path: str, base: str, *parts: str) -> None:
    reply = send(store, "GET", path, Accept=TURTLE)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    wanted = "".join(parts).encode()
    assert triples(reply.body, base) == triples(wanted, base)


def paths(store: Writable) -> dict[str, tuple[str, str]]:
    """The ways to name a graph, with what relative IRIs in it are resolved against."""
    direct = f"{store.server.address}/graphs/person/1.ttl"
    return {
        "indirect": ("/graphs?graph=http%3A%2F%2Fexample.org%2Fperson%2F1.ttl", "http://example.org/person/1.ttl"),
        "direct": ("/graphs/person/1.ttl", direct),
    }


@pytest.mark.parametrize("way", ["indirect", "direct"])
def test_a_graph_is_made_read_replaced_added_to_and_removed(endpoint: Writable, way: str) -> None:
    path, base = paths(endpoint)[way]
    assert send(endpoint, "GET", path).status == send(endpoint, "HEAD", path).status == 404
    assert send(endpoint, "DELETE", path).status == 404
    assert send(endpoint, "PUT", path, JOHN).status == 201
    assert_holds(endpoint, path, base, JOHN)
    assert send(endpoint, "PUT", path, JANE, Content_Type="text/turtle; charset=utf-8").status in (200, 204)
    assert_holds(endpoint, path, base, JANE)
    assert send(endpoint, "POST", path, MORE).status in (200, 204)
    assert_holds(endpoint, path, base, JANE, MORE)
    head = send(endpoint, "HEAD", path)
    assert (head.status, head.body, head.headers.get("content-length", "")) == (200, b"", "")
    assert send(endpoint, "PUT", path, "").status in (200, 204)
    assert_holds(endpoint, path, base, "")
    assert send(endpoint, "DELETE", path).status in (200, 204)
    assert send(endpoint, "GET", path).status == 404


def test_the_default_graph_is_replaced_and_emptied(endpoint: Writable) -> None:
    path, base = "/graphs?default", f"{endpoint.server.address}/graphs"
    assert send(endpoint, "PUT", path, JANE).status in (200, 201, 204)
    assert_holds(endpoint, path, base, JANE)
    assert send(endpoint, "DELETE", path).status in (200, 204)
    assert_holds(endpoint, path, base, "")


def test_a_new_graph_is_named_by_the_store(endpoint: Writable) -> None:
    reply = send(endpoint, "POST", "/graphs", JANE)
    assert reply.status == 201
    location = reply.headers["location"]
    path = location.removeprefix(endpoint.server.address)
    assert send(endpoint, "POST", path, "").status in (200, 204)
    assert_holds(endpoint, path, location, JANE)


def test_several_files_are_one_graph(endpoint: Writable) -> None:
    path = "/graphs?graph=http%3A%2F%2Fexample.org%2Fforms"
    part = 'Content-Disposition: form-data; name="{0}"; filename="{0}.ttl"\r\nContent-Type: text/turtle; charset=utf-8'
    parts = [f"--b\r\n{part.format(name)}\r\n\r\n{text}\r\n" for name, text in (("a", JANE), ("b", MORE))]
    body = "".join(parts) + "--b--\r\n"
    reply = endpoint.send("POST", path, body, Content_Type="multipart/form-data; boundary=b")
    assert reply.status in (200, 201, 204)
    assert_holds(endpoint, path, "http://example.org/forms", JANE, MORE)


WRONG = {
    "a payload of another type": ("PUT", "/graphs?graph=http://example.org/w", "<rdf:RDF/>", TURTLE, 400),
    "a type that is no RDF": ("PUT", "/graphs?graph=http://example.org/w", JANE, "image/png", 415),
    "two graphs": ("PUT", "/graphs?graph=http://example.org/w&default", JANE, TURTLE, 400),
    "a graph that is no absolute IRI": ("PUT", "/graphs?graph=w", JANE, TURTLE, 400),
    "a graph whose host is cut off": ("PUT", "/graphs?graph=http://%5B", JANE, TURTLE, 400),
    "a method there is none": ("PATCH", "/graphs?graph=http://example.org/w", JANE, TURTLE, 405),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_refused_and_makes_no_graph(endpoint: Writable, case: str) -> None:
    method, path, body, media_type, status = WRONG[case]
    assert send(endpoint, method, path, body, Content_Type=media_type).status == status
    assert send(endpoint, "GET", "/graphs?graph=http://example.org/w").status == 404


def test_a_method_that_is_not_offered_is_told_which_are(endpoint: Writable) -> None:
    reply = send(endpoint, "PATCH", "/graphs?default", "")
    assert (reply.status, set(reply.headers["allow"].split(", "))) == (
        405,
        {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"},
    )


def test_nobody_writes_without_a_token(endpoint: Writable) -> None:
    for method in ("PUT", "POST", "DELETE"):
        assert send(endpoint, method, "/graphs?default", "", Authorization="").status == 401
    assert send(endpoint, "PUT", "/graphs?default", "", Authorization="Bearer forged").status == 401
