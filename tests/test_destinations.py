"""Whom a deployment may ask: addresses of a list, resolved once, on the public web or named as private."""

import threading
from collections.abc import Iterator

import pytest

from service.errors import FederationFailed, RefusedQuery
from service.federation.destination import destination, is_public, resolved
from service.federation.rewriting import answered
from service.federation.transport import Rules, fetch
from service.settings import WrongSettings, read_settings, settings_of
from tests.others import Other, listening


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    with listening() as server:
        yield server


LEADS = {
    "127.0.0.1": False,
    "127.8.8.8": False,
    "0.0.0.0": False,  # noqa: S104 -- an address to refuse, nothing listens there
    "10.1.2.3": False,
    "172.16.0.1": False,
    "192.168.1.1": False,
    "100.64.0.1": False,
    "169.254.169.254": False,
    "224.0.0.1": False,
    "255.255.255.255": False,
    "::1": False,
    "::": False,
    "fe80::1%eth0": False,
    "fd00::1": False,
    "ff02::1": False,
    "::ffff:10.0.0.1": False,
    "2002:7f00:1::": False,
    "64:ff9b::a00:1": False,
    "not an address": False,
    "93.184.215.14": True,
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c": True,
    "::ffff:93.184.215.14": True,
}


@pytest.mark.parametrize(("address", "public"), LEADS.items(), ids=LEADS)
def test_a_name_may_only_lead_to_the_public_web(address: str, public: bool) -> None:
    assert is_public(address) is public
    to = destination("https://health.example/sparql")
    if public:
        assert resolved(to, lambda host, port: [address], 5) == address
    else:
        with pytest.raises(FederationFailed, match="public"):
            resolved(to, lambda host, port: ["93.184.215.14", address], 5)


def test_a_name_is_resolved_once_and_never_again(other: Other) -> None:
    """Whoever answers a second look-up with a private address is not asked a second time."""
    port = other.url.rpartition(":")[2]
    url = f"http://health.example:{port}/good"
    looked_up: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    other.asked.clear()
    with pytest.raises(FederationFailed, match="public"):
        answered(f"SELECT * {{ SERVICE <{url}> {{ ?x ?p ?o }} }}", Rules((url,), resolver=resolver))
    listed = f"http://localhost:{port}/good"
    answered(f"SELECT * {{ SERVICE <{listed}> {{ ?x ?p ?o }} }}", Rules((listed,), resolver=resolver))
    assert looked_up == ["health.example", "localhost"]
    assert len(other.asked) == 1


def test_a_name_that_is_not_found_in_time_is_given_up(other: Other) -> None:
    found = threading.Event()

    def resolver(host: str, port: int) -> list[str]:
        found.wait(10)
        return ["127.0.0.1"]

    url = f"http://localhost:{other.url.rpartition(':')[2]}/good"
    try:
        with pytest.raises(FederationFailed, match="looking up its name took too long"):
            fetch(url, Rules((url,), seconds=0.1, resolver=resolver), "*/*")
    finally:
        found.set()


WRONG_ADDRESSES = [
    "ftp://example.org/", "file:///etc/passwd", "https://", "example.org", "https://user:word@example.org/",
    "https://@example.org/", "https://example.org/#x", "https://example.org:99999/", "https://example.org/a\rb",
    "https://exämple.org/", "https://example.org\\@127.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", WRONG_ADDRESSES)
def test_an_address_that_cannot_be_asked_is_no_setting(url: str) -> None:
    with pytest.raises(WrongSettings):
        settings_of({"federation": (url,)})


def test_the_list_is_written_with_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETIOGRAPH_FEDERATION", "https://a.example/sparql  https://b.example/query?x=1,2")
    assert read_settings().federation == ("https://a.example/sparql", "https://b.example/query?x=1,2")


# LOAD


def test_a_document_of_the_list_is_fetched(other: Other) -> None:
    url = f"{other.url}/turtle"
    found = fetch(url, Rules((url,)), "text/turtle")
    assert (found.media_type, found.body) == ("text/turtle", b"<x:a> <x:b> <x:c> .")


def test_no_other_document_is_fetched(other: Other) -> None:
    rules = Rules((f"{other.url}/turtle", f"{other.url}/redirect"))
    for url in (f"{other.url}/elsewhere", "file:///etc/passwd"):
        with pytest.raises(RefusedQuery):
            fetch(url, rules, "text/turtle")
    with pytest.raises(FederationFailed, match="redirects"):
        fetch(f"{other.url}/redirect", rules, "text/turtle")
