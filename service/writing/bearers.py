"""The bearer tokens of a data directory: a file of hashes from which no token can be made again."""

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.errors import UnknownToken, UnusableDirectory
from service.writing.access import Access, Role, role

_TOKEN = re.compile(r"etio_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_NOBODY = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
"""What a token of an unknown number is compared with, so that it takes as long as any other."""


@dataclass(frozen=True)
class Bearer:
    """Who holds a token, as the file knows it."""

    id: str
    hash: str
    """SHA-256 of the token, in hexadecimal. A token is 256 bits of chance, so there is nothing to guess and to salt."""

    role: Role
    graphs: tuple[str, ...]
    note: str
    created: str

    @property
    def access(self) -> Access:
        """What the holder may do."""
        return Access(self.role, self.graphs)


@dataclass(frozen=True)
class Bearers:
    """The tokens of a data directory; each look reads the file, so a revoked token is refused at once."""

    directory: Path

    @property
    def _file(self) -> Path:
        return self.directory / "tokens.json"

    def all(self) -> tuple[Bearer, ...]:
        """Every token that is valid. Raises UnusableDirectory for a file that cannot be read."""
        try:
            found = json.loads(self._file.read_text("utf-8"))
            return tuple(_bearer(**each) for each in found["tokens"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise UnusableDirectory(f"{self._file} cannot be read: restore it or remove it ({error})") from None

    def create(self, role: Role, graphs: tuple[str, ...] = (), note: str = "") -> tuple[str, Bearer]:
        """A new token and its record; the token itself is kept nowhere."""
        with self._changing() as bearers:
            number = secrets.token_hex(4)
            token = f"etio_{number}_{secrets.token_urlsafe(32)}"
            created = datetime.now(UTC).isoformat(timespec="seconds")
            bearer = Bearer(number, _hash(token), role, graphs, note, created)
            self._write((*bearers, bearer))
        return token, bearer

    def revoke(self, number: str) -> Bearer:
        """Make a token invalid. Raises UnknownToken."""
        with self._changing() as bearers:
            revoked = next((each for each in bearers if each.id == number), None)
            if revoked is None:
                raise UnknownToken(f"there is no token {number}; etiograph token list shows those there are")
            self._write(tuple(each for each in bearers if each is not revoked))
        return revoked

    def of(self, token: str) -> Bearer | None:
        """The record of a token, or None for one that was never given out or is revoked."""
        match = _TOKEN.fullmatch(token)
        bearer = next((each for each in self.all() if match and each.id == match[1]), None)
        is_right = hmac.compare_digest(bearer.hash if bearer else _NOBODY, _hash(token))
        return bearer if is_right else None

    @contextmanager
    def _changing(self) -> Iterator[tuple[Bearer, ...]]:
        """Hold off every other process that changes the file."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with (self.directory / "tokens.lock").open("a", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield self.all()
        except OSError as error:
            raise UnusableDirectory(f"{self._file} cannot be written: {error.strerror}") from None

    def _write(self, bearers: tuple[Bearer, ...]) -> None:
        """Replace the file in one step; it is on disk when this returns, and nobody else may read it."""
        new = self.directory / "tokens.json.new"
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"tokens": [asdict(each) for each in bearers]}, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)
        folder = os.open(self.directory, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def same(one: str, other: str) -> bool:
    """Whether two tokens are the same, in a time that says nothing about where they differ.

    >>> same("a", "a"), same("a", "b")
    (True, False)
    """
    return hmac.compare_digest(_hash(one), _hash(other))


def _bearer(**members: Any) -> Bearer:  # noqa: ANN401 -- the members of a JSON object
    return Bearer(**{**members, "role": role(members["role"]), "graphs": tuple(members["graphs"])})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
