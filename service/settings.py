"""The settings: one table, each with a default and a sentence; nothing else reads the environment."""

import os
import re
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ontology.terms import BASE
from service.federation.destination import destination
from service.operations.clients import networks
from service.rewriting import MENDED


def _user_data() -> Path:
    """Where this system keeps the data of a program for a user."""
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/etiograph"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "etiograph"


def _workers() -> int:
    """One for each processor, and one that long queries leave to short ones."""
    return (os.cpu_count() or 1) + 1


class Settings(BaseSettings):
    """Each can be given in the environment as `ETIOGRAPH_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ETIOGRAPH_", frozen=True, extra="ignore")

    data: Path = Field(default_factory=_user_data, description="The directory that holds the graph.")
    host: str = Field(default="127.0.0.1", description="The address to serve at.")
    port: int = Field(default=8000, ge=1, le=65535, description="The port to serve at.")
    base: str = Field(default=BASE, description="What the IRIs of this deployment's things begin with.")

    address: str = Field(
        default="", description="Where the world reaches this service; without it, what each request asks for."
    )

    query_characters: int = Field(default=200_000, ge=1, description="The longest query, in characters.")
    query_nesting: int = Field(
        default=100, ge=1, le=1000, description="How many brackets of a query may stand in one another."
    )
    query_operators: int = Field(default=4000, ge=1, description="How many operators and clauses a query may have.")
    request_bytes: int = Field(default=2_000_000, ge=1, description="The largest request body.")
    address_bytes: int = Field(default=60_000, ge=1000, le=65_000, description="The longest address, in bytes.")

    links: int = Field(default=100_000, ge=0, description="How many queries get a short address.")
    link_characters: int = Field(default=20_000, ge=1, description="The longest query that gets one, in characters.")
    links_per_minute: int = Field(default=60, ge=1, description="How many new ones each process makes in a minute.")

    rewrites: Annotated[tuple[str, ...], NoDecode] = Field(
        default=MENDED,
        description="What of the engine's faults is mended by rewriting queries; see docs/sparql.md for the names.",
    )
    federation: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="The addresses SERVICE and LOAD may ask, whole and separated by spaces; none unless named.",
    )
    federation_seconds: float = Field(
        default=10, gt=0, le=600, description="How long all of them may take for a query."
    )
    federation_bytes: int = Field(default=10_000_000, ge=1, description="The largest answer that is taken from one.")
    federation_rows: int = Field(default=10_000, ge=1, le=100_000, description="The most rows taken from one.")

    query_seconds: float = Field(
        default=30.0, gt=0, description="How long a query may take, waiting included; a client can ask for less."
    )
    query_memory_bytes: int = Field(
        default=1 << 30, ge=1 << 26, description="The memory a query may take in its worker."
    )
    answer_rows: int = Field(default=5_000_000, ge=1, description="The most rows or triples of an answer.")
    answer_bytes: int = Field(default=1 << 30, ge=1000, description="The most bytes of an answer, uncompressed.")

    workers: int = Field(
        default_factory=_workers, ge=2, le=256, description="How many queries each process evaluates at a time."
    )
    waiting_per_client: int = Field(
        default=64, ge=1, description="How many queries from one address wait for a worker at most."
    )
    waiting: int = Field(default=400, ge=1, description="How many queries wait for a worker at most.")
    processes: int = Field(default=1, ge=1, le=64, description="How many processes answer requests.")
    requests: int = Field(default=128, ge=1, description="How many requests each process handles at a time.")
    cache_bytes: int = Field(
        default=64_000_000, ge=0, description="How many bytes of finished answers each process keeps; 0 for none."
    )
    connections: int = Field(default=4096, ge=128, description="How many connections each process keeps open.")
    drain_seconds: int = Field(
        default=45, ge=1, le=1800, description="How long a stopping server finishes what it began."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Reverse proxies whose X-Forwarded-For is believed: addresses or networks, with spaces between.",
    )
    pages_per_minute: int | None = Field(
        default=None,
        ge=0,
        description="How many pages a client may ask for a minute, 0 for any number; "
        "without it 3,000, and from this machine any number.",
    )
    queries_per_minute: int | None = Field(
        default=None, ge=0, description="The same for queries, 600 without it; Graph Store reads count as queries."
    )
    writes_per_minute: int | None = Field(
        default=None, ge=0, description="The same for updates and Graph Store writes, 300 without it."
    )

    log: Literal["auto", "json", "text", "off"] = Field(
        default="auto",
        description="The form of the request log: json, text, auto for text at a terminal and json elsewhere, or off.",
    )
    log_queries: bool = Field(default=False, description="Whether the log holds the text of every query.")
    slow_seconds: float = Field(
        default=5, ge=0, description="From when on a query is slow: its text stands in the log; 0 for never."
    )
    metrics: Literal["local", "all", "off"] = Field(
        default="local", description="Who may read /metrics: programs of this machine, all, or nobody."
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="A bearer token with which /metrics may be read from anywhere."
    )
    snapshots_kept: int = Field(default=3, ge=2, description="How many generations of the data stay on disk.")

    write_token: SecretStr | None = Field(
        default=None,
        description="A token that may write, for a quick start; etiograph token create makes better ones.",
    )
    private_reads: bool = Field(default=False, description="Whether reading needs a token too.")
    update_bytes: int = Field(default=8_000_000, ge=1, description="The largest SPARQL update, in bytes.")
    upload_bytes: int = Field(
        default=500_000_000, ge=1, description="The largest body of the Graph Store Protocol, in bytes, unpacked."
    )
    write_seconds: int = Field(default=60, ge=1, description="How long a change over the web may take.")
    write_memory: int = Field(
        default=2_000_000_000, ge=200_000_000, description="How much memory a change over the web may take, in bytes."
    )
    write_wait_seconds: int = Field(default=10, ge=0, description="How long a change waits for those before it.")
    write_queue: int = Field(default=32, ge=1, description="How many changes wait for one another in each process.")

    @field_validator("write_token", "metrics_token")
    @classmethod
    def _can_be_sent(cls, token: SecretStr | None) -> SecretStr | None:
        if token and not re.fullmatch(r"[A-Za-z0-9\-._~+/]+=*", token.get_secret_value()):
            raise ValueError("a token is one or more letters, digits and the signs - . _ ~ + /, without spaces")
        return token

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        if address and not address.startswith(("http://", "https://")):
            raise ValueError("the address must begin with http:// or https://")
        return address.rstrip("/")

    @field_validator("rewrites")
    @classmethod
    def _are_rewrites(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(names) - set(MENDED):
            raise ValueError(f"there is no rewrite {', '.join(sorted(unknown))}; there are {', '.join(MENDED)}")
        return names

    @field_validator("federation", "rewrites", "trusted_proxies", mode="before")
    @classmethod
    def _apart(cls, addresses: object) -> object:
        return tuple(addresses.split()) if isinstance(addresses, str) else addresses

    @field_validator("federation")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for each in addresses:
            destination(each)
        return addresses

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, written: tuple[str, ...]) -> tuple[str, ...]:
        networks(written)
        return written

    @field_validator("base")
    @classmethod
    def _ends_where_a_name_can_follow(cls, base: str) -> str:
        if not base.startswith(("http://", "https://")) or not base.endswith(("/", "#")):
            raise ValueError("the base must begin with http:// or https:// and end with / or #")
        return base
