"""Who may write: tokens on the command line and on disk, what a header says, roles, graphs, and preflights."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.errors import UnusableDirectory
from service.writing.bearers import Bearers
from tests.serving import Server, serving
from tests.writers import TOKEN, TURTLE, UPDATE, Writable, fill, graph_path, writable

INSERT = "INSERT DATA { GRAPH <http://example.org/mine> { <http://example.org/a> a 1 } }"
MINE, OTHER = "http://example.org/mine", "http://example.org/other"


def run(*arguments: str, data: Path) -> str:
    result = CliRunner().invoke(main, ["token", *arguments, "--data", str(data)])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


# On disk


def test_a_token_is_shown_once_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    token = run("create", "--role", "write", "--note", "for the night job", data=tmp_path)
    file = tmp_path / "tokens.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token not in file.read_text("utf-8")
    assert token.rpartition("_")[2] not in file.read_text("utf-8")
    listed = run("list", data=tmp_path)
    assert "for the night job" in listed
    assert token not in listed


def test_a_token_that_is_revoked_is_unknown(tmp_path: Path) -> None:
    bearers = Bearers(tmp_path)
    token, bearer = bearers.create("write")
    other, _ = bearers.create("read")
    assert bearers.of(token) == bearer
    run("revoke", bearer.id, data=tmp_path)
    assert bearers.of(token) is None
    assert bearers.of(other) is not None
    result = CliRunner().invoke(main, ["token", "revoke", bearer.id, "--data", str(tmp_path)])
    assert (result.exit_code, "token list" in result.output) == (1, True)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"tokens": [{"role": "owner"}]}'])
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, content: str) -> None:
    (tmp_path / "tokens.json").write_text(content, "utf-8")
    with pytest.raises(UnusableDirectory, match=r"tokens\.json"):
        Bearers(tmp_path).of(TOKEN)


def test_a_graph_must_be_named_by_an_iri(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["token", "create", "--graph", "mine", "--data", str(tmp_path)])
    assert result.exit_code == 2


# Over HTTP

FORGED = {
    "none": ("", 401, None),
    "unknown": ("Bearer etio_00000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 401, "invalid_token"),
    "almost right": (f"Bearer {TOKEN}x", 401, "invalid_token"),
    "in other letters": (f"Bearer {TOKEN.upper()}", 401, "invalid_token"),
    "empty": ("Bearer ", 401, "invalid_token"),
    "two words": (f"Bearer {TOKEN} {TOKEN}", 401, "invalid_token"),
    "another scheme": ("Basic dXNlcjpwYXNz", 401, "invalid_token"),
    "not ASCII": ("Bearer t\xf6ken", 401, ""),  # the server leaves such a header out
    "the word alone": ("Bearer", 401, "invalid_token"),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_token_changes_nothing(writing: Writable, case: str) -> None:
    header, status, code = FORGED[case]
    before = writing.snapshot
    reply = writing.send("POST", "/update", INSERT, Content_Type=UPDATE, Authorization=header)
    challenge = reply.headers["www-authenticate"]
    assert (reply.status, challenge.startswith("Bearer ")) == (status, True)
    assert (f'error="{code}"' in challenge) == bool(code)
    assert TOKEN not in reply.text
    assert writing.snapshot == before


def test_a_token_in_the_address_is_refused(writing: Writable) -> None:
    path = f"/update?access_token={TOKEN}"
    assert writing.send("POST", path, INSERT, Content_Type=UPDATE, Authorization="").status == 400


def test_the_scheme_is_written_in_any_case(writing: Writable) -> None:
    reply = writing.send("POST", "/update", INSERT, Content_Type=UPDATE, Authorization=f"bearer {TOKEN}")
    assert reply.status == 204


@pytest.mark.parametrize("path", ["/update", "/graphs", "/graphs/x", "/sparql"])
def test_a_preflight_is_answered_before_anybody_is_asked_for_a_token(writing: Writable, path: str) -> None:
    reply = writing.send("OPTIONS", path, Authorization="", Origin="https://example.org")
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in reply.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in reply.headers


@pytest.fixture(scope="module")
def tokens(writing: Writable) -> dict[str, str]:
    """Tokens of every kind, made while the server runs."""
    return {
        "read": run("create", "--role", "read", data=writing.data),
        "write": run("create", "--role", "write", data=writing.data),
        "admin": run("create", "--role", "admin", data=writing.data),
        "limited": run("create", "--role", "write", "--graph", MINE, data=writing.data),
    }


@pytest.mark.parametrize(("role", "status"), [("read", 403), ("write", 204), ("admin", 204), ("limited", 204)])
def test_a_role_gives_its_rights(writing: Writable, tokens: dict[str, str], role: str, status: int) -> None:
    bearer = f"Bearer {tokens[role]}"
    reply = writing.send("POST", "/update", INSERT, Content_Type=UPDATE, Authorization=bearer)
    assert reply.status == status
    if status == 403:
        assert 'error="insufficient_scope"' in reply.headers["www-authenticate"]


ELSEWHERE = [
    INSERT.replace(MINE, OTHER),
    "INSERT DATA { <http://example.org/a> a 1 }",
    f"{INSERT}; CLEAR DEFAULT",
    "CLEAR ALL",
    "DROP NAMED",
    f"MOVE <{OTHER}> TO <{MINE}>",
    f"COPY <{MINE}> TO DEFAULT",
    "INSERT { GRAPH ?g { ?g a 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    f"WITH <{OTHER}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
    f"INSERT DATA {{ GRAPH <{MINE}> {{ <a:a> <a:b> '}}}} ; CLEAR ALL #' }} }} ; CLEAR DEFAULT",
]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_a_limited_token_updates_no_other_graph(writing: Writable, tokens: dict[str, str], text: str) -> None:
    before = writing.snapshot
    bearer = f"Bearer {tokens['limited']}"
    assert writing.send("POST", "/update", text, Content_Type=UPDATE, Authorization=bearer).status == 403
    assert writing.snapshot == before


@pytest.mark.parametrize(
    ("method", "path", "media_type", "status"),
    [
        ("PUT", graph_path(MINE), TURTLE, 204),
        ("PUT", graph_path(OTHER), TURTLE, 403),
        ("POST", "/graphs", TURTLE, 403),
        ("POST", "/graphs", "application/n-quads", 403),
        ("POST", "/graphs?default", TURTLE, 403),
        ("DELETE", graph_path(OTHER), "", 403),
    ],
)
def test_a_limited_token_puts_no_other_graph(
    writing: Writable, tokens: dict[str, str], method: str, path: str, media_type: str, status: int
) -> None:
    body = "<http://example.org/a> <http://example.org/p> <http://example.org/a> ."
    bearer = f"Bearer {tokens['limited']}"
    assert writing.send(method, path, body, Content_Type=media_type, Authorization=bearer).status == status


@pytest.fixture(scope="module")
def closed(writing: Writable) -> Iterator[Server]:
    """A server without any token, over the data of the other."""
    (writing.data / "tokens.json").unlink(missing_ok=True)
    with serving(writing.data) as server:
        yield server


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_without_a_token_writing_is_off_and_the_answer_says_how_to_switch_it_on(closed: Server, method: str) -> None:
    reply = closed.ask(graph_path(MINE), method, b"", Content_Type=TURTLE, Authorization=f"Bearer {TOKEN}")
    assert reply.status == 403
    assert "etiograph token create" in str(reply.json["detail"])
    assert closed.ask("/update", "POST", INSERT.encode(), Content_Type=UPDATE).status == 403


def test_two_servers_write_to_the_same_data(writing: Writable, closed: Server) -> None:
    token = run("create", data=writing.data)
    graph = b"<http://example.org/a> <http://example.org/second> 1 ."
    put = closed.ask(graph_path(MINE), "PUT", graph, Content_Type=TURTLE, Authorization=f"Bearer {token}")
    assert put.status == 204
    assert writing.holds(f"GRAPH <{MINE}> {{ ?s <http://example.org/second> ?o }}")


def test_reading_can_be_private(tmp_path: Path) -> None:
    fill(tmp_path)
    with writable(tmp_path, private_reads="true") as running:
        assert running.server.ask("/sparql?query=ASK%20%7B%7D").status == 401
        assert running.send("GET", "/sparql?query=ASK%20%7B%7D").status == 200
        assert running.server.ask("/health").status == 200


def test_nothing_that_is_written_down_holds_a_token(writing: Writable) -> None:
    writing.send("POST", "/update", "oops", Content_Type=UPDATE)
    for file in writing.data.iterdir():
        if file.is_file():
            assert TOKEN.encode() not in file.read_bytes()
    assert TOKEN not in json.dumps(writing.server.ask("/health").json)
