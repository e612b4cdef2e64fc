"""Short addresses of queries: each text is kept in a file named by its own hash, beside the store and not in it."""

import hashlib
import os
import re
import secrets
import threading
import time
from base64 import b32encode
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from service.errors import LinksFull, NoLinks, QueryTooLong, UnknownThing

_NAME = re.compile(r"[a-z2-7]{10,52}")
_SHORTEST = 10
_MINUTE = 60.0


@dataclass(frozen=True)
class Links:
    """The queries that have a short address. A text has one address however often it is given."""

    directory: Path
    most: int
    most_characters: int
    per_minute: int
    _made: deque[float] = field(default_factory=deque, compare=False)
    _making: threading.Lock = field(default_factory=threading.Lock, compare=False)

    def keep(self, text: str) -> str:
        """The name of a text, which is kept if it is new.

        Raises QueryTooLong, LinksFull where there are too many, and NoLinks where the directory cannot be written.
        """
        if len(text) > self.most_characters:
            raise QueryTooLong(f"A query of more than {self.most_characters:,} characters gets no short address.")
        for name in _names(text):
            path = self._path(name)
            known = _read(path)
            if known == text:
                return name
            if known is None:
                self._refuse_too_many()
                _write(path, text)
                return name
        raise AssertionError("two texts of one hash")

    def text(self, name: str) -> str:
        """The text of a name. Raises UnknownThing."""
        text = _read(self._path(name)) if _NAME.fullmatch(name) else None
        if text is None:
            raise UnknownThing("No query is kept at this address.")
        return text

    def _path(self, name: str) -> Path:
        return self.directory / f"{name}.rq"

    def _refuse_too_many(self) -> None:
        with self._making:
            now = time.monotonic()
            while self._made and self._made[0] < now - _MINUTE:
                self._made.popleft()
            if len(self._made) >= self.per_minute:
                raise LinksFull("Many short addresses were made in the last minute. Please try again in a minute.")
            if self.directory.is_dir() and sum(1 for _ in os.scandir(self.directory)) >= self.most:
                raise LinksFull(f"There are {self.most:,} short addresses already, and no more are made.")
            self._made.append(now)


def _names(text: str) -> list[str]:
    """The names a text can have, the shortest first: longer ones are for texts whose hashes begin alike."""
    whole = b32encode(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()).decode().rstrip("=").lower()
    return [whole[:length] for length in range(_SHORTEST, len(whole) + 1)]


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "surrogatepass")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NoLinks(f"{path} cannot be read ({error})") from error


def _write(path: Path, text: str) -> None:
    """The whole file or none, also when another process writes the same."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(exist_ok=True)
        unfinished.write_bytes(text.encode("utf-8", "surrogatepass"))
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise NoLinks(f"{path} cannot be written ({error})") from error
