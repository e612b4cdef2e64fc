"""The seal of a generation: size and SHA-256 of each of its files, and when and by what it was made."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple

from service.errors import DamagedData
from service.store.disk import read_with_checksum, with_checksum, write_to_disk

NAME = "seal.json"


class Fingerprint(NamedTuple):
    """What a file must still be."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Seal:
    """What a finished generation consists of."""

    number: int
    made: datetime
    cause: str
    files: Mapping[str, Fingerprint]

    @property
    def size(self) -> int:
        """The bytes of all files; those it shares with other generations are on the disk once."""
        return sum(each.size for each in self.files.values())


def put_on(directory: Path, number: int, cause: str, base: Path | None) -> None:
    """Seal a directory nobody writes any more.

    A file that is a hard link to one of the generation it came from cannot have changed in between: its hash is taken
    from that seal, so damage is never sealed in and a small change costs no reading of a large store.
    """
    known = read(base).files if base else {}
    names = sorted(path.name for path in directory.iterdir() if path.name != NAME)
    unread = [name for name in names if not (base and name in known and _is_link(directory / name, base / name))]
    hashes = {name: known[name] for name in names if name in known} | _fingerprints(directory, unread)
    document = {
        "number": number,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "cause": cause,
        "files": {name: hashes[name] for name in names},
    }
    write_to_disk(directory / NAME, with_checksum(document))


def read(directory: Path) -> Seal:
    """The seal of a generation, as far as it says something itself. Raises DamagedData."""
    found: dict[str, Any] = read_with_checksum(directory / NAME)
    files = {name: Fingerprint(size, digest) for name, (size, digest) in found["files"].items()}
    return Seal(found["number"], datetime.fromisoformat(found["made"]), found["cause"], files)


def everything(_: str) -> bool:
    """Read every file."""
    return True


def nothing(_: str) -> bool:
    """Read no file: look at names and sizes only."""
    return False


def small(name: str) -> bool:
    """Read what is copied from generation to generation, not the tables, which are linked with their hashes."""
    return not name.endswith(".sst")


def broken(directory: Path, number: int, is_read: Callable[[str], bool] = everything) -> list[str]:
    """What is not as it was sealed, each a sentence without its full stop; empty where all is well."""
    try:
        seal = read(directory)
    except DamagedData as error:
        return [str(error)]
    if seal.number != number:
        return [f"its seal is that of generation {seal.number}"]
    present = {entry.name: entry.stat(follow_symlinks=False).st_size for entry in os.scandir(directory)}
    present.pop(NAME, None)
    faults = [*_out_of_place(seal, present)]
    same = [name for name, each in seal.files.items() if present.get(name) == each.size and is_read(name)]
    found = _fingerprints(directory, same)
    faults += [f"{name} is not what was written" for name in same if found[name] != seal.files[name]]
    return faults


def _out_of_place(seal: Seal, present: Mapping[str, int]) -> Iterator[str]:
    for name, fingerprint in seal.files.items():
        if name not in present:
            yield f"{name} is missing"
        elif present[name] != fingerprint.size:
            yield f"{name} has {present[name]:,} bytes instead of {fingerprint.size:,}"
    yield from (f"{name} does not belong to it" for name in sorted(present.keys() - seal.files.keys()))


def _is_link(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except FileNotFoundError:
        return False


def _fingerprints(directory: Path, names: list[str]) -> dict[str, Fingerprint]:
    with ThreadPoolExecutor(4) as readers:  # hashing lets go of the interpreter's lock
        return dict(zip(names, readers.map(lambda name: fingerprint(directory / name), names), strict=True))


def fingerprint(path: Path) -> Fingerprint:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        return Fingerprint(os.fstat(file.fileno()).st_size, file_digest(file, "sha256").hexdigest())
