"""`LOAD` and `SERVICE` in updates: from the addresses of a list, as part of one change, and from nowhere else."""

import json
import time
from collections.abc import Iterator

import pytest

from service.errors import FederationFailed, RefusedQuery
from service.federation.transport import Rules
from service.writing.loads import Load, fetched
from service.writing.prologues import pieces
from tests.others import Hostile, Other, listening
from tests.serving import Reply
from tests.writers import UPDATE, Writable, fill, writable

ROW = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "urn:x:far"}}]}})
# ruff: noqa: E501 -- tables
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = (
    f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="urn:x:"><rdf:Description rdf:about="urn:x:s"><e:p>xml</e:p></rdf:Description>'
    "</rdf:RDF>"
)
BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
DOCUMENTS = {
    "turtle": ("text/turtle; charset=utf-8", "<urn:x:s> <urn:x:p> 'turtle' ; <urn:x:of> <> ."),
    "triples": ("application/n-triples", '<urn:x:s> <urn:x:p> "triples" .'),
    "xml": ("application/rdf+xml", XML),
    "json": ("application/ld+json", '{"@id": "urn:x:s", "urn:x:p": "json"}'),
    "trig": ("application/trig", "<urn:x:s> <urn:x:p> 'trig' ."),
    "quads": ("application/n-quads", '<urn:x:s> <urn:x:p> "quads" .'),
    "plain.ttl": ("text/plain", "<urn:x:s> <urn:x:p> 'plain.ttl' ."),
    "bytes.nt": ("application/octet-stream", '<urn:x:s> <urn:x:p> "bytes.nt" .'),
    "blanks": ("text/turtle", "_:b <urn:x:p> 1 . _:b <urn:x:p> 2 ."),
    "rows": ("application/sparql-results+json", ROW),
}
WRONG = {
    "named": ("application/trig", "<urn:x:s> <urn:x:p> 1 . <urn:x:other> { <urn:x:s> <urn:x:p> 2 }"),
    "broken": ("text/turtle", "<urn:x:s> <urn:x:p> 'begun' . <urn:x:s> oops"),
    "page": ("text/html", "<p>sign in</p>"),
    "bomb": (
        "application/rdf+xml",
        (
            f'<!DOCTYPE r [<!ENTITY l0 "haha">{BOMB}]><rdf:RDF xmlns:rdf="{RDF}" xmlns:e="urn:x:">'
            '<rdf:Description rdf:about="urn:x:s"><e:p>&l11;</e:p></rdf:Description></rdf:RDF>'
        ),
    ),
    "context": ("application/ld+json", '{"@context": "http://127.0.0.1:9/", "p": 1}'),
    "large": ("text/turtle", "#" * 200_000),
    "redirect": ("", ""),
    "failing": ("", ""),
    "slow": ("", ""),
}


class Documents(Hostile):
    """Answers with the document of its path, or as `Hostile` does."""

    def do_POST(self) -> None:  # noqa: N802 -- the same
        name = self.path.strip("/")
        kind, text = {**DOCUMENTS, **WRONG}.get(name, ("", ""))
        if not kind:
            return super().do_POST()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(name)  # type: ignore[attr-defined]  # a list the fixture puts there
        return self.answer(text.encode(), kind=kind)

    do_GET = do_POST  # noqa: N815 -- the name is that of http.server


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    with listening(Documents) as server:
        yield server


@pytest.fixture(scope="module")
def loading(other: Other, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    data = tmp_path_factory.mktemp("loading")
    fill(data)
    listed = " ".join(f"{other.url}/{name}" for name in (*DOCUMENTS, *WRONG))
    limits = {"federation_seconds": "2", "federation_bytes": "100000", "write_memory": "400000000"}
    with writable(data, federation=listed, **limits) as running:
        yield running


def send(to: Writable, update: str, other: Other) -> Reply:
    text = f"PREFIX far: <{other.url}/> PREFIX : <urn:x:> {update}"
    return to.send("POST", "/update", text, Content_Type=UPDATE)


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name not in ("blanks", "rows")])
def test_a_document_becomes_part_of_its_graph(loading: Writable, other: Other, name: str) -> None:
    assert send(loading, f"LOAD far:{name} INTO GRAPH <urn:g:{name}>", other).status == 204
    assert loading.holds(f"GRAPH <urn:g:{name}> {{ <urn:x:s> <urn:x:p> '{name}' }}")
    assert not loading.holds(f"<urn:x:s> <urn:x:p> '{name}'")


def test_without_a_graph_a_document_becomes_part_of_the_default_graph(loading: Writable, other: Other) -> None:
    assert send(loading, f"LOAD <{other.url}/turtle>", other).status == 204
    assert loading.holds(f"<urn:x:s> <urn:x:p> 'turtle' ; <urn:x:of> <{other.url}/turtle>")


def test_loads_stand_in_the_order_of_all_operations(loading: Writable, other: Other) -> None:
    text = """LOAD far:turtle INTO GRAPH :order ; CLEAR GRAPH :order ; LOAD far:triples INTO GRAPH :order ;
      PREFIX : <urn:y:> INSERT { GRAPH <urn:x:order> { ?s :seen ?o } } WHERE { GRAPH <urn:x:order> { ?s <urn:x:p> ?o } } ;
      LOAD SILENT far:broken INTO GRAPH <urn:x:order> ; DELETE DATA { GRAPH <urn:x:order> { <urn:x:s> <urn:x:p> "none" } }"""
    assert send(loading, text, other).status == 204
    held = loading.send("GET", "/graphs?graph=urn:x:order", Accept="application/n-triples").text
    assert sorted(held.splitlines()) == ['<urn:x:s> <urn:x:p> "triples" .', '<urn:x:s> <urn:y:seen> "triples" .']


def test_blank_nodes_of_two_documents_stay_apart(loading: Writable, other: Other) -> None:
    assert send(loading, "LOAD far:blanks INTO GRAPH :b ; LOAD far:blanks INTO GRAPH :b", other).status == 204
    held = loading.send("GET", "/graphs?graph=urn:x:b", Accept="application/n-triples").text
    assert len({line.split()[0] for line in held.splitlines()}) == 2


# fmt: off
FAILS = {
    "a document with named graphs": ("LOAD far:named INTO GRAPH :fails", 502, "Named graphs"),
    "a document that breaks off": ("LOAD far:broken INTO GRAPH :fails", 502, "Line 1"),
    "a page": ("LOAD far:page INTO GRAPH :fails", 502, "text/html"),
    "entities that explode": ("LOAD far:bomb INTO GRAPH :fails", (502, 507), ""),
    "a context at another address": ("LOAD far:context INTO GRAPH :fails", 502, "context"),
    "too large": ("LOAD far:large INTO GRAPH :fails", 502, "larger"),
    "a redirect": ("LOAD far:redirect INTO GRAPH :fails", 502, "redirects"),
    "an error": ("LOAD far:failing INTO GRAPH :fails", 502, "500"),
    "too slow": ("LOAD far:slow INTO GRAPH :fails", 502, "too long"),
    "no address of the list": ("LOAD far:other INTO GRAPH :fails", 400, "does not ask"),
    "a file": ("LOAD <file:///etc/passwd> INTO GRAPH :fails", 400, "does not ask"),
    "a relative address": ("LOAD <passwd> INTO GRAPH :fails", 400, "does not ask"),
    "a variable": ("LOAD ?x INTO GRAPH :fails", 400, "LOAD"),
    "no graph": ("LOAD far:turtle INTO :fails", 400, "LOAD"),
    "too many": ("LOAD far:turtle INTO GRAPH :fails ;" * 11, 400, "11 LOADs"),
    "what is wrong elsewhere": ("LOAD far:turtle INTO GRAPH :fails ; INSERT DATA { oops }", 400, "column"),
    "a later operation": ("LOAD far:turtle INTO GRAPH :fails ; DROP GRAPH :none", 409, ""),
    "SERVICE of no address of the list": ("INSERT { GRAPH :fails { ?x :p 1 } } WHERE { SERVICE far:other { ?x ?p ?o } }", 400, "does not ask"),
    "SERVICE of a variable": ("INSERT { GRAPH :fails { ?x :p 1 } } WHERE { SERVICE ?e { ?x ?p ?o } }", 400, "variable"),
    "SERVICE that fails": ("INSERT { GRAPH :fails { ?x :p 1 } } WHERE { SERVICE far:failing { ?x ?p ?o } }", 502, "500"),
}
# fmt: on


@pytest.mark.parametrize("case", FAILS)
def test_what_cannot_be_loaded_changes_nothing(loading: Writable, other: Other, case: str) -> None:
    update, status, words = FAILS[case]
    before = loading.snapshot
    reply = send(loading, f"INSERT DATA {{ GRAPH :fails {{ :s :p 1 }} }} ; {update}", other)
    assert reply.status in (status if isinstance(status, tuple) else (status,)), reply.text
    assert words in str(reply.json["detail"])
    assert loading.snapshot == before


def test_in_silence_the_rest_is_carried_out(loading: Writable, other: Other) -> None:
    silent = ("named", "broken", "page", "context", "large", "redirect", "failing", "other")
    text = " ; ".join(f"LOAD SILENT far:{name} INTO GRAPH :silent" for name in silent)
    assert send(loading, f"{text} ; LOAD SILENT <file:///etc/passwd>", other).status == 204
    assert send(loading, "LOAD SILENT far:triples INTO GRAPH :silent", other).status == 204
    held = loading.send("GET", "/graphs?graph=urn:x:silent", Accept="application/n-triples").text
    assert held == '<urn:x:s> <urn:x:p> "triples" .\n'


def test_nobody_is_asked_before_every_address_is_known_to_be_allowed(loading: Writable, other: Other) -> None:
    other.asked.clear()
    assert send(loading, "LOAD far:turtle ; LOAD far:other", other).status == 400
    assert other.asked == []


def test_without_a_token_nobody_is_asked(loading: Writable, other: Other) -> None:
    other.asked.clear()
    reply = loading.send("POST", "/update", f"LOAD <{other.url}/turtle>", Content_Type=UPDATE, Authorization="")
    assert (reply.status, other.asked) == (401, [])


def test_what_another_service_says_can_be_inserted(loading: Writable, other: Other) -> None:
    text = """INSERT { GRAPH :service { ?x :p 'SERVICE' } } WHERE { SERVICE far:rows { ?x ?p ?o } } ;
      INSERT { GRAPH :service { ?x :q 1 } } WHERE { SERVICE SILENT far:failing { ?y ?p ?o } GRAPH :service { ?x :p 'SERVICE' } }"""
    assert send(loading, text, other).status == 204
    assert loading.holds("GRAPH <urn:x:service> { <urn:x:far> <urn:x:p> 'SERVICE' ; <urn:x:q> 1 }")


def test_a_long_update_that_only_speaks_of_loads_is_carried_out(loading: Writable, other: Other) -> None:
    long = "LOAD <file:///etc/passwd> SERVICE " * 8000
    assert send(loading, f"INSERT DATA {{ GRAPH :long {{ :s :p '{long}' }} }}", other).status == 204
    reply = send(loading, f"INSERT DATA {{ GRAPH :long {{ :s :p '{long}' }} }} ; LOAD far:turtle", other)
    assert (reply.status, "200,000 characters" in reply.text) == (400, True)


def test_an_update_is_cut_around_its_loads() -> None:
    text = "PREFIX : <u:>\nLOAD :a ;\n CLEAR ALL ; # LOAD :b\nBASE <u:b> LOAD :b ; LOAD <c> ; DROP ALL ;"
    found = [piece if isinstance(piece, str) else piece.found[1].text for piece in pieces(text)]
    assert found == [
        ":a",
        "PREFIX : <u:>\n\n CLEAR ALL ; # LOAD :b\n",
        ":b",
        "<c>",
        f"PREFIX : <u:> BASE <u:b>\n\n\n{' ' * 32}DROP ALL ;",
    ]


def soon() -> float:
    return time.monotonic() + 2


def test_only_documents_that_may_fail_are_left_out(other: Other) -> None:
    rules = Rules((f"{other.url}/turtle", f"{other.url}/failing"), seconds=2)
    of = [
        Load(f"{other.url}/{name}", silent, None)
        for name, silent in (("turtle", False), ("failing", True), ("x", True))
    ]
    assert [found and found[0].media_type for found in fetched(of, rules, soon())] == ["text/turtle", None, None]
    with pytest.raises(FederationFailed):
        list(fetched([Load(f"{other.url}/failing", silent=False, into=None)], rules, soon()))
    with pytest.raises(RefusedQuery):
        fetched([Load(f"{other.url}/x", silent=False, into=None)], rules, soon())
