"""`/graphs`: the cases of the SPARQL 1.1 Graph Store HTTP Protocol, every format, and bodies meant to do harm."""

import gzip
import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from service.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, Format
from service.formats import TURTLE as TURTLE_FORMAT
from tests.serving import Reply, serving
from tests.writers import TOKEN, TURTLE, Writable, fill, graph_path

ONE = "<http://example.org/s> <http://example.org/p> <http://example.org/o>, 'é', 2 ."
TWO = "<http://example.org/s> <http://example.org/q> 'two' ."
G = "http://example.org/gsp"
NOTHING = Graph()


def put(writing: Writable, path: str, turtle: str = ONE, **headers: str) -> Reply:
    return writing.send("PUT", path, turtle, Content_Type=TURTLE, **headers)


def triples(writing: Writable, path: str) -> Graph:
    reply = writing.server.ask(path, Accept="application/n-triples")
    assert reply.status == 200
    return Graph().parse(data=reply.body, format="nt")


def parsed(turtle: str, base: str | None = None) -> Graph:
    return Graph().parse(data=turtle, format="turtle", publicID=base)


# The protocol


@pytest.mark.parametrize("path", ["/graphs/gsp/direct.ttl", graph_path(f"{G}/indirect")], ids=["direct", "indirect"])
def test_a_graph_lives_as_the_protocol_says(writing: Writable, path: str) -> None:
    assert writing.server.ask(path).status == 404
    assert writing.send("DELETE", path).status == 404
    assert put(writing, path).status == 201
    assert isomorphic(triples(writing, path), parsed(ONE))
    assert put(writing, path, TWO).status == 204
    assert isomorphic(triples(writing, path), parsed(TWO)), "PUT replaces"
    assert writing.send("POST", path, ONE, Content_Type=TURTLE).status == 204
    assert isomorphic(triples(writing, path), parsed(ONE + TWO)), "POST adds"
    assert writing.send("HEAD", path).status == 200
    assert writing.send("DELETE", path).status == 204
    assert writing.server.ask(path, "HEAD").status == 404


def test_a_direct_graph_is_named_by_its_own_address(writing: Writable) -> None:
    put(writing, "/graphs/gsp/own", "<> <#p> <x> .")
    name = f"{writing.server.address}/graphs/gsp/own"
    found = triples(writing, graph_path(name))
    assert isomorphic(found, parsed("<> <#p> <x> .", name)), "relative IRIs are resolved against it"


def test_posting_a_graph_to_the_store_makes_a_new_one_and_says_where(writing: Writable) -> None:
    first, second = (writing.send("POST", "/graphs", ONE, Content_Type=TURTLE) for _ in range(2))
    assert first.status == second.status == 201
    assert first.headers["location"] != second.headers["location"]
    assert isomorphic(triples(writing, urlsplit(first.headers["location"]).path), parsed(ONE))


def test_the_default_graph_takes_and_gives(writing: Writable) -> None:
    before = len(triples(writing, "/graphs?default"))
    assert writing.send("POST", "/graphs?default", TWO, Content_Type=TURTLE).status == 204
    assert len(triples(writing, "/graphs?default")) == before + 1
    writing.update(f"DELETE DATA {{ {TWO} }}")


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_empty_graph_is_a_graph(writing: Writable, method: str) -> None:
    path = graph_path(f"{G}/empty-{method}")
    assert writing.send(method, path, Content_Type=TURTLE).status == 201
    assert isomorphic(triples(writing, path), NOTHING)


def test_a_form_with_several_files_adds_them_all(writing: Writable) -> None:
    parts = (
        ("a.ttl", TURTLE, ONE),
        ("b.nt", "application/n-triples", TWO.replace("'", '"')),
        ("c.json", "application/ld+json", json.dumps({"@id": "http://example.org/c", "http://example.org/p": 1})),
    )
    body = "".join(
        f'--part\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n{text}\r\n"
        for name, media_type, text in parts
    )
    path = graph_path(f"{G}/form")
    reply = writing.send("POST", path, f"{body}--part--\r\n", Content_Type="multipart/form-data; boundary=part")
    assert reply.status == 201
    assert len(triples(writing, path)) == 5


WRONG = {
    "both graph and default": ("PUT", f"{graph_path(G)}&default", TURTLE, ONE, 400),
    "two graphs": ("PUT", f"{graph_path(G)}&graph=http://example.org/other", TURTLE, ONE, 400),
    "a relative IRI": ("PUT", "/graphs?graph=a", TURTLE, ONE, 400),
    "an IRI with markup": ("PUT", "/graphs?graph=http://example.org/%3Cscript%3E", TURTLE, ONE, 400),
    "an IRI with a line end": ("PUT", "/graphs?graph=http://example.org/%0d%0aX-Evil:1", TURTLE, ONE, 400),
    "direct and indirect": ("PUT", f"/graphs/gsp/x?graph={G}", TURTLE, ONE, 400),
    "no graph": ("PUT", "/graphs", TURTLE, ONE, 400),
    "deleting no graph": ("DELETE", "/graphs", "", "", 400),
    "malformed": ("PUT", graph_path(G), TURTLE, "<http://example.org/s> oops", 400),
    "the wrong type": ("PUT", graph_path(G), "application/rdf+xml", ONE, 400),
    "an unknown type": ("PUT", graph_path(G), "image/png", ONE, 415),
    "another charset": ("PUT", graph_path(G), f"{TURTLE}; charset=latin-1", ONE, 415),
    "quads for a graph": ("PUT", graph_path(G), "application/trig", f"<{G}> {{ {ONE} }}", 415),
    "named graphs in JSON-LD": (
        "PUT",
        graph_path(G),
        "application/ld+json",
        '{"@id": "http://example.org/n", "@graph": [{"@id": "http://example.org/a", "http://example.org/p": 1}]}',
        400,
    ),
    "a form without files": ("POST", graph_path(G), "multipart/form-data; boundary=part", "--part--\r\n", 400),
    "inferred graphs": ("PUT", graph_path("https://w3id.org/etiograph/id/inferred/test-for"), TURTLE, ONE, 403),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_request_is_refused_and_leaves_nothing(writing: Writable, case: str) -> None:
    method, path, media_type, body, status = WRONG[case]
    before = writing.snapshot
    reply = writing.send(method, path, body, Content_Type=media_type)
    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
    assert writing.snapshot == before


def test_what_nobody_offers_is_not_acceptable(writing: Writable) -> None:
    put(writing, graph_path(f"{G}/406"))
    assert writing.server.ask(graph_path(f"{G}/406"), Accept="image/png").status == 406
    assert writing.server.ask("/graphs", Accept="text/turtle").status == 406


@pytest.mark.parametrize("chosen", [TURTLE_FORMAT, N_TRIPLES, RDF_XML, JSON_LD], ids=lambda each: each.suffix)
def test_a_graph_travels_in_every_format(writing: Writable, chosen: Format) -> None:
    path = graph_path(f"{G}/{chosen.suffix}")
    put(writing, path)
    written = writing.server.ask(path, Accept=chosen.media_type)
    assert written.headers["content-type"].split(";")[0] == chosen.media_type
    again = f"{path}-again"
    assert writing.send("PUT", again, written.body, Content_Type=chosen.media_type).status == 201
    assert isomorphic(triples(writing, again), parsed(ONE))


@pytest.mark.parametrize(
    ("media_type", "quads"),
    [
        (TRIG.media_type, "<{}> {{ <http://example.org/a> <http://example.org/p> 1 }}"),
        (N_QUADS.media_type, "<http://example.org/a> <http://example.org/p> '1' <{}> .".replace("'", '"')),
    ],
)
def test_quads_go_to_the_store_as_a_whole(writing: Writable, media_type: str, quads: str) -> None:
    name = f"{G}/{media_type}"
    assert writing.send("POST", "/graphs", quads.format(name), Content_Type=media_type).status == 204
    assert len(triples(writing, graph_path(name))) == 1
    assert name.encode() in writing.server.ask("/graphs", Accept=media_type).body


# Conditions


def test_a_change_can_depend_on_what_its_sender_read(writing: Writable) -> None:
    path = graph_path(f"{G}/condition")
    assert put(writing, path, If_None_Match="*").status == 201
    assert put(writing, path, If_None_Match="*").status == 412
    tag = writing.server.ask(path, Accept=TURTLE).headers["etag"]
    assert writing.server.ask(path, Accept=TURTLE, If_None_Match=tag).status == 304
    assert put(writing, path, TWO, If_Match=tag).status == 204
    assert put(writing, path, ONE, If_Match=tag).status == 412
    assert writing.send("DELETE", path, If_Match=tag).status == 412
    assert isomorphic(triples(writing, path), parsed(TWO))
    assert put(writing, graph_path(f"{G}/none"), If_Match="*").status == 412


# Harm

ENTITIES = "".join(f'<!ENTITY e{n} "{"".join([f"&e{n - 1};"] * 10)}">' for n in range(1, 12))
XML = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "ha">{}]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">'
    '<rdf:Description rdf:about="http://example.org/x"><e:p>{}</e:p></rdf:Description></rdf:RDF>'
)
REMOTE = '{"@context": "http://127.0.0.1:%d/context", "@id": "http://example.org/a", "p": 1}'
HARMFUL: dict[str, tuple[str, str | bytes, set[int]]] = {
    "exploding entities": ("application/rdf+xml", XML.format(ENTITIES, "&e11;"), {400, 503, 507}),
    "an external entity": (
        "application/rdf+xml",
        XML.format('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
        {400},
    ),
    "a remote context": ("application/ld+json", REMOTE, {400}),
    "deep JSON-LD": (
        "application/ld+json",
        '{"http://example.org/p":' * 30_000 + "1" + "}" * 30_000,
        {400, 500, 503, 507},
    ),
    "deep Turtle": (TURTLE, "<http://example.org/a> <http://example.org/p> " + "(" * 200_000, {400, 500, 503, 507}),
    "bad UTF-8": (TURTLE, b"<http://example.org/a> <http://example.org/p> '\xff' .", {400}),
    "NUL": (TURTLE, b"\0" * 100, {400}),
}


@pytest.mark.parametrize("case", HARMFUL)
def test_a_harmful_body_ends_with_a_clean_answer(writing: Writable, case: str) -> None:
    media_type, body, statuses = HARMFUL[case]
    before = writing.snapshot
    with socket.create_server(("127.0.0.1", 0)) as outside:
        outside.settimeout(0.05)
        sent = REMOTE % outside.getsockname()[1] if body is REMOTE else body
        reply = writing.send("PUT", graph_path(f"{G}/harm"), sent, Content_Type=media_type)
        with pytest.raises(TimeoutError):
            outside.accept()
    assert reply.status in statuses
    assert reply.headers["content-type"] == "application/problem+json"
    assert b"root:" not in reply.body
    assert writing.snapshot == before
    assert put(writing, graph_path(f"{G}/after")).status in (201, 204), "the next change is made"


def test_a_log_that_nobody_reads_holds_up_no_change(tmp_path: Path) -> None:
    """The engine's last words go to the log; the process that says them must end all the same, by its memory."""
    unread, errors = os.pipe()
    media_type, body, _ = HARMFUL["exploding entities"]
    fill(tmp_path)
    with (
        open(unread, "rb"),  # noqa: PTH123 -- it has no path
        open(errors, "w", encoding="utf-8") as log,  # noqa: PTH123 -- the same
        serving(tmp_path, log, write_token=TOKEN, write_memory="200000000", write_seconds="20") as server,
    ):
        fill_up(errors)
        reply = Writable(server, tmp_path).send("PUT", graph_path(f"{G}/harm"), body, Content_Type=media_type)
        assert (reply.status, reply.json["title"]) == (507, "The change needs too much memory")
        os.read(unread, 1 << 20)  # so that the server can say good-bye


def fill_up(pipe: int) -> None:
    """Write until nothing more goes in."""
    os.set_blocking(pipe, False)
    with suppress(BlockingIOError):
        while True:
            os.write(pipe, b"." * 100)
    with suppress(BlockingIOError):
        while True:
            os.write(pipe, b".")
    os.set_blocking(pipe, True)


@pytest.mark.parametrize(
    ("media_type", "body", "place"),
    [
        (TURTLE, "<http://example.org/a> <http://example.org/p> 1 .\n<http://example.org/a> oops .", (2, 24)),
        ("application/n-triples", "\n\n<http://example.org/a> oops .", (3, 24)),
        ("application/ld+json", '{"@id":\n ]}', (2, 2)),
        ("application/rdf+xml", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n</rdf>', (2, 3)),
    ],
)
def test_malformed_data_is_shown_where_it_is_wrong(
    writing: Writable, media_type: str, body: str, place: tuple[int, int]
) -> None:
    reply = writing.send("PUT", graph_path(f"{G}/bad"), body, Content_Type=media_type)
    assert reply.status == 400
    assert (reply.json["line"], reply.json["column"]) == place
    assert reply.json["text"] == body.split("\n")[place[0] - 1]


def test_a_packed_body_is_read_and_a_damaged_one_refused(writing: Writable) -> None:
    path, packed = graph_path(f"{G}/packed"), gzip.compress(ONE.encode())
    sent = {"Content_Type": TURTLE, "Content_Encoding": "gzip"}
    assert writing.send("PUT", path, packed[:-9], **sent).status == 400
    assert writing.send("PUT", path, ONE, **sent).status == 400
    assert writing.send("PUT", path, packed, **(sent | {"Content_Encoding": "br"})).status == 415
    assert writing.send("PUT", path, packed, **sent).status == 201
    assert isomorphic(triples(writing, path), parsed(ONE))


def raw(writing: Writable, headers: str, body: bytes, *, is_cut_off: bool = False) -> bytes:
    """Send bytes as they are; returns the beginning of what is answered."""
    with socket.create_connection(("127.0.0.1", writing.server.port), timeout=20) as connection:
        head = f"PUT {graph_path(f'{G}/raw')} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n{headers}\r\n"
        connection.sendall(f"{head}Content-Type: {TURTLE}\r\n\r\n".encode() + body)
        if is_cut_off:
            connection.shutdown(socket.SHUT_WR)
        return connection.recv(100)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Length: 500", ONE.encode()),
        ("Transfer-Encoding: chunked", b"100\r\n" + ONE.encode()),
        ("Content-Length: -1", ONE.encode()),
        ("Content-Length: 10\r\nContent-Length: 20", ONE.encode()),
    ],
)
def test_a_body_that_is_cut_off_or_lies_about_its_length_changes_nothing(
    writing: Writable, headers: str, body: bytes
) -> None:
    before = writing.snapshot
    answered = raw(writing, headers, body, is_cut_off=True)
    assert not answered or answered[9:12] in (b"400", b"411")
    assert writing.snapshot == before


@pytest.mark.parametrize(
    ("packed", "status"), [(gzip.compress(ONE.encode()), b"201"), (ONE.encode(), b"411")], ids=["gzip", "plain"]
)
def test_a_body_in_chunks_shows_by_its_packing_that_it_is_whole(
    writing: Writable, packed: bytes, status: bytes
) -> None:
    coding = "" if status == b"411" else "\r\nContent-Encoding: gzip"
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    assert raw(writing, f"Transfer-Encoding: chunked{coding}", chunks)[9:12] == status


def test_a_length_beyond_the_limit_is_refused_before_the_body_comes(writing: Writable) -> None:
    assert raw(writing, "Content-Length: 90000000000", b"").startswith(b"HTTP/1.1 413")
