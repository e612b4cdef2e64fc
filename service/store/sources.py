"""The canonical sources: what was put into each graph, in the exact forms of the writer, kept beside the store.

The engine rewrites literals (`2.0` becomes `2`), so a store cannot say what was written. Each source is a file of
sorted N-Triples, compressed, named by the SHA-256 of its text; a manifest in each generation says which it stands on.
"""

import gzip
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from service.errors import DamagedData
from service.store.disk import to_disk, write_to_disk

_SUFFIX = ".nt.gz"
_LEVEL = 6


def canonical(statements: Iterable[ox.Triple]) -> bytes:
    r"""Statements as N-Triples, one to a line, each once, sorted.

    >>> a, one = ox.NamedNode("urn:a"), ox.Literal("1.0", datatype=ox.NamedNode("urn:d"))
    >>> canonical([ox.Triple(a, a, one), ox.Triple(a, a, a), ox.Triple(a, a, a)])
    b'<urn:a> <urn:a> "1.0"^^<urn:d> .\n<urn:a> <urn:a> <urn:a> .\n'
    """
    text = ox.serialize(statements, format=ox.RdfFormat.N_TRIPLES) or b""
    return b"".join(sorted(set(text.splitlines(keepends=True))))


def with_stable_names(statements: set[ox.Triple], graph: str) -> set[ox.Triple]:
    """The statements of a graph with names for its blank nodes that follow from what it says.

    So the same graph read again is the same source, and puts nothing new into the store. The names are those of RDF
    Dataset Canonicalization 1.0 behind a hash of the graph's name, which keeps those of other graphs apart.
    """
    if not any(isinstance(node, ox.BlankNode) for each in statements for node in (each.subject, each.object)):
        return statements
    dataset = ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in statements)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    prefix = sha256(graph.encode()).hexdigest()[:12]

    def renamed(node: Any) -> Any:  # noqa: ANN401 -- a term keeps its kind
        return ox.BlankNode(f"{prefix}{node.value}") if isinstance(node, ox.BlankNode) else node

    return {ox.Triple(renamed(each.subject), each.predicate, renamed(each.object)) for each in dataset}


def statements_of(text: bytes) -> Iterator[ox.Triple]:
    """The statements of a source; blank nodes keep their names."""
    return (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))


@dataclass(frozen=True)
class Sources:
    """The folder of the sources; a name in it is the hash of the text behind it."""

    directory: Path

    def path(self, digest: str) -> Path:
        """Where a source is kept."""
        return self.directory / digest[:2] / f"{digest}{_SUFFIX}"

    def keep(self, text: bytes) -> tuple[str, bool]:
        """Keep a text; returns its hash, and whether it is new. The name itself is on disk only after `settle`."""
        digest = sha256(text).hexdigest()
        path = self.path(digest)
        if path.exists():
            return digest, False
        path.parent.mkdir(parents=True, exist_ok=True)
        unnamed = path.with_suffix(".new")
        unnamed.unlink(missing_ok=True)
        write_to_disk(unnamed, gzip.compress(text, _LEVEL, mtime=0))
        unnamed.rename(path)
        return digest, True

    def settle(self, digests: Iterable[str]) -> None:
        """Wait until the names of sources are on disk, as their contents are already."""
        folders = {self.path(digest).parent for digest in digests}
        if folders:
            to_disk(*folders, self.directory, self.directory.parent)

    def read(self, digest: str) -> bytes:
        """The text of a source. Raises DamagedData where it is missing or is not the one of that hash."""
        path = self.path(digest)
        try:
            text = gzip.decompress(path.read_bytes())
        except FileNotFoundError:
            raise DamagedData(f"{path} is missing") from None
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise DamagedData(f"{path} is damaged") from None
        if sha256(text).hexdigest() != digest:
            raise DamagedData(f"{path} is not what was written")
        return text

    def faults(self, digests: Iterable[str]) -> list[str]:
        """What is missing or damaged of some sources."""
        found = list[str]()
        for digest in sorted(digests):
            try:
                self.read(digest)
            except DamagedData as error:
                found.append(str(error))
        return found

    def forget(self, digests: Iterable[str]) -> None:
        """Remove sources on which nothing stands any more."""
        for digest in digests:
            self.path(digest).unlink(missing_ok=True)

    def forget_all_but(self, digests: Collection[str]) -> int:
        """Remove whatever nothing stands on, leftovers of killed writers included; returns how many files."""
        wanted = {self.path(digest) for digest in digests}
        unwanted = [path for path in self.directory.glob("*/*") if path not in wanted]
        for path in unwanted:
            path.unlink()
        return len(unwanted)
