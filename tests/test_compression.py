"""Answers in gzip, br and zstd: what is chosen, that it is the same answer, and that tags and streams survive."""

import gzip
import zlib
from collections.abc import Callable, Iterator

import brotli
import pytest
import zstandard
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st

from service.answers import answer, not_modified
from service.compression import CODINGS, coding, compressed

BODY = b"<http://example.org/a> <http://example.org/p> <http://example.org/b> .\n" * 2000
DECODED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}

CHOICES = [
    ("", None),
    ("gzip", "gzip"),
    ("x-gzip", "gzip"),
    ("GZIP", "gzip"),
    ("gzip, deflate, br, zstd", "zstd"),
    ("gzip, deflate, br", "br"),
    ("gzip;q=1.0, br;q=0.9", "gzip"),
    ("gzip;q=0", None),
    ("gzip;q=0.000, br;q=0", None),
    ("*", "zstd"),
    ("*;q=0", None),
    ("*, zstd;q=0", "br"),
    ("gzip;q=0.5, *;q=0", "gzip"),
    ("identity", None),
    ("identity, gzip;q=0.5", None),
    ("identity;q=0.5, gzip", "gzip"),
    ("identity;q=0, br", "br"),
    ("deflate", None),
    ("gzip ; q=0.8 , br ; q=0.9", "br"),
    ("gzip;q=rubbish, br", "br"),
]


@pytest.mark.parametrize(("accepted", "chosen"), CHOICES)
def test_the_coding_that_is_liked_best_is_chosen(accepted: str, chosen: str | None) -> None:
    assert coding(accepted) == chosen


@given(st.text(max_size=100))
def test_any_text_is_read_as_accept_encoding(accepted: str) -> None:
    assert coding(accepted) in (*CODINGS, None)


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask(__name__)
    app.after_request(compressed)
    done = Response(BODY, headers={"Content-Encoding": "gzip"}, mimetype="text/csv")
    views: dict[str, Callable[[], Response]] = {
        "large": lambda: not_modified("tag") or answer(BODY, "text/turtle", "tag"),
        "small": lambda: not_modified("tag") or answer(b"<a> <b> <c> .", "text/turtle", "tag"),
        "image": lambda: Response(BODY, content_type="image/png"),
        "done": lambda: done,
    }
    for name, view in views.items():
        app.add_url_rule(f"/{name}", name, view)
    return app


@pytest.mark.parametrize("name", CODINGS)
def test_a_coded_answer_is_the_same_answer(app: Flask, name: str) -> None:
    reply = app.test_client().get("/large", headers={"Accept-Encoding": name})
    assert reply.headers["Content-Encoding"] == name
    assert DECODED[name](reply.data) == BODY
    assert int(reply.headers["Content-Length"]) == len(reply.data) < len(BODY) / 20
    assert "Accept-Encoding" in reply.headers["Vary"]


@pytest.mark.parametrize("name", CODINGS)
def test_head_has_the_headers_of_a_coded_get(app: Flask, name: str) -> None:
    client = app.test_client()
    head, got = (client.open("/large", method=way, headers={"Accept-Encoding": name}) for way in ("HEAD", "GET"))
    assert head.data == b""
    assert dict(head.headers) == dict(got.headers)


def test_each_coding_has_its_own_tag_and_each_is_known_again(app: Flask) -> None:
    client = app.test_client()
    found = {name: client.get("/large", headers={"Accept-Encoding": name}).headers["ETag"] for name in ("", *CODINGS)}
    assert len(set(found.values())) == 4
    for name, tag in found.items():
        for sent in (tag, f"W/{tag}", f'"other", {tag}'):
            again = client.get("/large", headers={"Accept-Encoding": name, "If-None-Match": sent})
            assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_the_tag_of_a_coding_that_is_not_accepted_is_not_known(app: Flask) -> None:
    tag = app.test_client().get("/large", headers={"Accept-Encoding": "br"}).headers["ETag"]
    assert app.test_client().get("/large", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["/small", "/image", "/done"])
def test_what_is_small_or_compressed_already_stays_as_it_is(app: Flask, path: str) -> None:
    plain = app.test_client().get(path)
    coded = app.test_client().get(path, headers={"Accept-Encoding": "gzip, br, zstd"})
    assert coded.data == plain.data
    assert coded.headers.get("ETag") == plain.headers.get("ETag")


class Stream:
    """A body that says how far it has been read and whether it was closed."""

    def __init__(self, pieces: int, breaks: bool = False) -> None:
        self.left, self.breaks, self.read, self.closed = pieces, breaks, 0, False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self.read == self.left:
            if self.breaks:
                raise ConnectionError
            raise StopIteration
        self.read += 1
        return bytes(str(hash(str(self.read))), "ascii") * 5000

    def close(self) -> None:
        self.closed = True


def streamed(stream: Stream, name: str) -> Response:
    with Flask(__name__).test_request_context(headers={"Accept-Encoding": name}):
        return compressed(Response(stream, mimetype="text/csv"))


def pieces_of(response: Response) -> Iterator[bytes]:
    for piece in response.response:
        assert isinstance(piece, bytes)
        yield piece


@pytest.mark.parametrize("name", CODINGS)
def test_a_stream_is_coded_as_it_comes(name: str) -> None:
    stream = Stream(200)
    response = streamed(stream, name)
    pieces = pieces_of(response)
    first = next(pieces)
    assert 0 < stream.read < 200
    coded = first + b"".join(pieces)
    assert DECODED[name](coded).count(str(hash("7")).encode()) >= 5000
    response.close()
    assert stream.closed


@pytest.mark.parametrize("name", CODINGS)
def test_a_stream_that_breaks_never_looks_whole(name: str) -> None:
    coded: list[bytes] = []
    with pytest.raises(ConnectionError):
        coded.extend(pieces_of(streamed(Stream(3, breaks=True), name)))
    if name == "gzip":
        reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
        reader.decompress(b"".join(coded))
        assert not reader.eof
    elif name == "zstd":
        whole = zstandard.ZstdDecompressor().decompressobj()
        whole.decompress(b"".join(coded))
        assert not whole.eof
    else:
        with pytest.raises(brotli.error):
            brotli.decompress(b"".join(coded))


def test_a_stream_that_nobody_reads_is_closed() -> None:
    stream = Stream(3)
    streamed(stream, "gzip").close()
    assert stream.closed
