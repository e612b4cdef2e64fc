"""What reaches the disk before it is relied on, documents that carry their own checksum, and what a disk refuses."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from service.errors import DamagedData, NoRoom, StoreError, UnusableDirectory

_CHECKSUM = "sha256"


def to_disk(*paths: Path) -> None:
    """Wait until files, or the names in folders, would outlive a power cut."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_to_disk(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet, and wait until its content would outlive a power cut."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def with_checksum(document: dict[str, Any]) -> bytes:
    r"""A JSON document with the SHA-256 of everything else in it.

    >>> with_checksum({})
    b'{"sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}\n'
    """
    body = json.dumps({**document, _CHECKSUM: _checksum(document)}, ensure_ascii=False)
    return f"{body}\n".encode()


def read_with_checksum(path: Path) -> dict[str, Any]:
    """A document written by `with_checksum`. Raises DamagedData where it is missing or not what was written."""
    try:
        content = path.read_bytes()
        document = json.loads(content)
        del document[_CHECKSUM]
    except FileNotFoundError:
        raise DamagedData(f"{path} is missing") from None
    except (ValueError, KeyError, TypeError):
        raise DamagedData(f"{path} is damaged") from None
    if with_checksum(document) != content:
        raise DamagedData(f"{path} is not what was written")
    found: dict[str, Any] = document
    return found


def _checksum(document: dict[str, Any]) -> str:
    return sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


_REMEDIES = {
    errno.EACCES: "it may not be written; give the user the right to, or name another directory with --data",
    errno.EPERM: "it may not be written; give the user the right to, or name another directory with --data",
    errno.ENOENT: "it cannot be made; name another directory with --data",
    errno.EROFS: "it is on a read-only disk; name another directory with --data",
    errno.ENOSPC: "the disk is full; make room and try again, nothing was changed",
    errno.EDQUOT: "the disk quota is used up; make room and try again, nothing was changed",
    errno.EFBIG: "a file would be larger than this process may write; raise the limit, nothing was changed",
    errno.ENOTDIR: "it is not a directory; name another one with --data",
    errno.EEXIST: "it is not a directory; name another one with --data",
}
_SAID_BY_THE_ENGINE = {
    os.strerror(number): number for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)
}
"""The engine passes on the words of the system, not its number."""


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def unusable(directory: Path, error: OSError) -> UnusableDirectory:
    """An operating system error as a sentence with its remedy."""
    said = (number for words, number in _SAID_BY_THE_ENGINE.items() if words in str(error))
    number = error.errno or next(said, 0)
    kind = NoRoom if number in _FULL else UnusableDirectory
    return kind(f"{directory} cannot be used: {_REMEDIES.get(number, str(error))}")


@contextmanager
def refusals_named(directory: Path) -> Iterator[None]:
    """Let errors of the disk leave as sentences about a directory."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise unusable(directory, error) from error
