"""The settings: one table, each with a default and a sentence; nothing else reads the environment."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec

from ontology.terms import BASE
from service.federation.destination import destination
from service.operations.clients import networks
from service.rewriting import MENDED

_PREFIX = "ETIOGRAPH_"
_SAYS = "says"
_SECRETS = ("write_token", "metrics_token")


class WrongSettings(ValueError):
    """What was given for a setting cannot be one; the message names every fault."""


class Secret(str):
    """A text that no log and no traceback shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret()"


def _user_data() -> Path:
    """Where this system keeps the data of a program for a user."""
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/etiograph"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "etiograph"


def _workers() -> int:
    """One for each processor, and one that long queries leave to short ones."""
    return (os.cpu_count() or 1) + 1


def _setting(default: object, sentence: str, **bounds: Any) -> Any:  # noqa: ANN401 -- a setting is of any type
    """A setting with its default, or with what makes it, and with the bounds of its value."""
    says = {_SAYS: msgspec.Meta(description=sentence, **bounds)}
    return field(default_factory=default, metadata=says) if callable(default) else field(default=default, metadata=says)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Each can be given in the environment as `ETIOGRAPH_` and its name in capitals; see `read_settings`."""

    data: Path = _setting(_user_data, "The directory that holds the graph.")
    host: str = _setting("127.0.0.1", "The address to serve at.")
    port: int = _setting(8000, "The port to serve at.", ge=1, le=65535)
    base: str = _setting(BASE, "What the IRIs of this deployment's things begin with.")

    address: str = _setting("", "Where the world reaches this service; without it, what each request asks for.")

    query_characters: int = _setting(200_000, "The longest query, in characters.", ge=1)
    query_nesting: int = _setting(100, "How many brackets of a query may stand in one another.", ge=1, le=1000)
    query_operators: int = _setting(4000, "How many operators and clauses a query may have.", ge=1)
    request_bytes: int = _setting(2_000_000, "The largest request body.", ge=1)
    address_bytes: int = _setting(60_000, "The longest address, in bytes.", ge=1000, le=65_000)

    links: int = _setting(100_000, "How many queries get a short address.", ge=0)
    link_characters: int = _setting(20_000, "The longest query that gets one, in characters.", ge=1)
    links_per_minute: int = _setting(60, "How many new ones each process makes in a minute.", ge=1)

    rewrites: tuple[str, ...] = _setting(
        MENDED, "What of the engine's faults is mended by rewriting queries; see docs/sparql.md for the names."
    )
    federation: tuple[str, ...] = _setting(
        (), "The addresses SERVICE and LOAD may ask, whole and separated by spaces; none unless named."
    )
    federation_seconds: float = _setting(10, "How long all of them may take for a query.", gt=0, le=600)
    federation_bytes: int = _setting(10_000_000, "The largest answer that is taken from one.", ge=1)
    federation_rows: int = _setting(10_000, "The most rows taken from one.", ge=1, le=100_000)

    query_seconds: float = _setting(
        30.0, "How long a query may take, waiting included; a client can ask for less.", gt=0
    )
    query_memory_bytes: int = _setting(1 << 30, "The memory a query may take in its worker.", ge=1 << 26)
    answer_rows: int = _setting(5_000_000, "The most rows or triples of an answer.", ge=1)
    answer_bytes: int = _setting(1 << 30, "The most bytes of an answer, uncompressed.", ge=1000)

    workers: int = _setting(_workers, "How many queries each process evaluates at a time.", ge=2, le=256)
    waiting_per_client: int = _setting(64, "How many queries from one address wait for a worker at most.", ge=1)
    waiting: int = _setting(400, "How many queries wait for a worker at most.", ge=1)
    processes: int = _setting(1, "How many processes answer requests.", ge=1, le=64)
    requests: int = _setting(128, "How many requests each process handles at a time.", ge=1)
    cache_bytes: int = _setting(64_000_000, "How many bytes of finished answers each process keeps; 0 for none.", ge=0)
    connections: int = _setting(4096, "How many connections each process keeps open.", ge=128)
    drain_seconds: int = _setting(45, "How long a stopping server finishes what it began.", ge=1, le=1800)
    trusted_proxies: tuple[str, ...] = _setting(
        (), "Reverse proxies whose X-Forwarded-For is believed: addresses or networks, with spaces between."
    )
    pages_per_minute: int | None = _setting(
        None,
        "How many pages a client may ask for a minute, 0 for any number; "
        "without it 3,000, and from this machine any number.",
        ge=0,
    )
    queries_per_minute: int | None = _setting(
        None, "The same for queries, 600 without it; Graph Store reads count as queries.", ge=0
    )
    writes_per_minute: int | None = _setting(None, "The same for updates and Graph Store writes, 300 without it.", ge=0)

    log: Literal["auto", "json", "text", "off"] = _setting(
        "auto", "The form of the request log: json, text, auto for text at a terminal and json elsewhere, or off."
    )
    log_queries: bool = _setting(False, "Whether the log holds the text of every query.")
    slow_seconds: float = _setting(5, "From when on a query is slow: its text stands in the log; 0 for never.", ge=0)
    metrics: Literal["local", "all", "off"] = _setting(
        "local", "Who may read /metrics: programs of this machine, all, or nobody."
    )
    metrics_token: Secret | None = _setting(None, "A bearer token with which /metrics may be read from anywhere.")
    snapshots_kept: int = _setting(3, "How many generations of the data stay on disk.", ge=2)

    write_token: Secret | None = _setting(
        None, "A token that may write, for a quick start; etiograph token create makes better ones."
    )
    private_reads: bool = _setting(False, "Whether reading needs a token too.")
    update_bytes: int = _setting(8_000_000, "The largest SPARQL update, in bytes.", ge=1)
    upload_bytes: int = _setting(500_000_000, "The largest body of the Graph Store Protocol, in bytes, unpacked.", ge=1)
    write_seconds: int = _setting(60, "How long a change over the web may take.", ge=1)
    write_memory: int = _setting(
        2_000_000_000, "How much memory a change over the web may take, in bytes.", ge=200_000_000
    )
    write_wait_seconds: int = _setting(10, "How long a change waits for those before it.", ge=0)
    write_queue: int = _setting(32, "How many changes wait for one another in each process.", ge=1)


def read_settings(given: Mapping[str, object] | None = None) -> Settings:
    """What the environment says, or `given` where that has a value. Raises WrongSettings with every fault."""
    named = {name: os.environ.get(f"{_PREFIX}{name.upper()}") for name in _says()}
    return settings_of({**named, **{name: value for name, value in (given or {}).items() if value is not None}})


def settings_of(said: Mapping[str, object]) -> Settings:
    """Settings from values that may be as text has them; None is no value. Raises WrongSettings with every fault.

    >>> settings_of({"port": "8080", "federation": "https://a.example/sparql https://b.example/sparql"}).port
    8080
    """
    found: dict[str, Any] = {}
    faults = []
    for name, value in said.items():
        if value is None:
            continue
        try:
            found[name] = _value(name, value)
        except ValueError as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise WrongSettings("; ".join(faults))
    return Settings(**found)


def told(settings: Settings) -> dict[str, object]:
    """The settings as JSON has them, without what is secret."""
    whole: dict[str, object] = msgspec.to_builtins(settings, enc_hook=str)
    return {name: value for name, value in whole.items() if name not in _SECRETS}


def sentence(name: str) -> str:
    """What is said of a setting."""
    return _says()[name].description or ""


@cache
def _says() -> dict[str, msgspec.Meta]:
    return {each.name: each.metadata[_SAYS] for each in fields(Settings)}


@cache
def _types() -> dict[str, Any]:
    """What msgspec takes each setting for: its type and its bounds."""
    hints = get_type_hints(Settings)
    return {name: Annotated[_without_none(hints[name]), says] for name, says in _says().items()}


def _without_none(hint: Any) -> Any:  # noqa: ANN401 -- a type, or a union of two
    """The type of a setting that is given."""
    return next(each for each in get_args(hint) if each is not NoneType) if NoneType in get_args(hint) else hint


def _value(name: str, said: object) -> object:
    """The value of one setting. Raises ValueError."""
    if isinstance(said, str) and name in _LISTS:
        said = said.split()
    try:
        value: object = msgspec.convert(said, _types()[name], strict=False, dec_hook=_made)
    except msgspec.ValidationError as error:
        raise ValueError(f"{str(error)[:1].lower()}{str(error)[1:]}") from None
    return _FURTHER[name](value) if name in _FURTHER else value


def _made(kind: type, value: object) -> object:
    """A path or a secret, for which msgspec has no type."""
    if not isinstance(value, str | Path):
        raise ValueError(f"expected a text, got {type(value).__name__}")
    return kind(value)


def _secret(token: Secret | None) -> Secret | None:
    if token and not re.fullmatch(r"[A-Za-z0-9\-._~+/]+=*", token):
        raise ValueError("a token is one or more letters, digits and the signs - . _ ~ + /, without spaces")
    return token


def _address(address: str) -> str:
    if address and not address.startswith(("http://", "https://")):
        raise ValueError("the address must begin with http:// or https://")
    return address.rstrip("/")


def _base(base: str) -> str:
    if not base.startswith(("http://", "https://")) or not base.endswith(("/", "#")):
        raise ValueError("the base must begin with http:// or https:// and end with / or #")
    return base


def _rewrites(names: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := set(names) - set(MENDED):
        raise ValueError(f"there is no rewrite {', '.join(sorted(unknown))}; there are {', '.join(MENDED)}")
    return names


def _federation(addresses: tuple[str, ...]) -> tuple[str, ...]:
    for each in addresses:
        destination(each)
    return addresses


def _trusted_proxies(written: tuple[str, ...]) -> tuple[str, ...]:
    networks(written)
    return written


_LISTS = frozenset(("federation", "rewrites", "trusted_proxies"))
"""What is written with spaces between."""

_FURTHER: dict[str, Callable[[Any], object]] = {
    "address": _address,
    "base": _base,
    "federation": _federation,
    "metrics_token": _secret,
    "rewrites": _rewrites,
    "trusted_proxies": _trusted_proxies,
    "write_token": _secret,
}
"""What a value has to be beyond its type."""
