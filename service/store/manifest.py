"""The manifest of a generation: the sources it stands on, from which it can be made anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from service.store.disk import read_with_checksum, with_checksum, write_to_disk

NAME = "manifest.json"


class Source(NamedTuple):
    """The source of a graph, and how many statements it has."""

    sha256: str
    statements: int


@dataclass(frozen=True)
class Manifest:
    """The source of each graph. Inferred graphs have none: rules make them again."""

    graphs: Mapping[str, Source] = field(default_factory=dict)
    """By name; that of a blank node begins with `_:`."""

    beyond: Source | None = None
    """What the default graph says and no trusted graph does."""

    withheld: Source | None = None
    """What a trusted graph says and the default graph does not."""

    @property
    def sources(self) -> frozenset[str]:
        """The hashes of all sources."""
        own = (each.sha256 for each in (self.beyond, self.withheld) if each)
        return frozenset((*own, *(each.sha256 for each in self.graphs.values())))

    @property
    def statements(self) -> int:
        """How many statements the named graphs have, inferred ones aside, and the default graph beyond them."""
        return sum(each.statements for each in (*self.graphs.values(), self.beyond) if each)


def write(manifest: Manifest, directory: Path) -> None:
    """Put a manifest into a generation that is being built."""
    document = {
        "graphs": dict(sorted(manifest.graphs.items())),
        "beyond": manifest.beyond,
        "withheld": manifest.withheld,
    }
    path = directory / NAME
    path.unlink(missing_ok=True)
    write_to_disk(path, with_checksum(document))


def read(directory: Path) -> Manifest:
    """The manifest of a generation; it carries its own checksum, so it counts even where the seal is lost.

    Raises DamagedData.
    """
    found: dict[str, Any] = read_with_checksum(directory / NAME)
    graphs = {name: Source(*each) for name, each in found["graphs"].items()}
    return Manifest(graphs, *(Source(*found[name]) if found[name] else None for name in ("beyond", "withheld")))
