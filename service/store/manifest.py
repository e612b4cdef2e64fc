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


class Part(NamedTuple):
    """A part of what is written down change by change: what came, and what went of the parts before."""

    added: Source | None
    removed: Source | None

    @property
    def statements(self) -> int:
        """How many statements it takes to write it down."""
        return sum(each.statements for each in self if each)

    @property
    def growth(self) -> int:
        """By how many statements there are more."""
        return self.statements - 2 * (self.removed.statements if self.removed else 0)


@dataclass(frozen=True)
class Manifest:
    """The source of each graph. Inferred graphs have none: rules make them again."""

    graphs: Mapping[str, Source] = field(default_factory=dict)
    """By name; that of a blank node begins with `_:`."""

    beyond: tuple[Part, ...] = ()
    """What the default graph says and no graph it follows."""

    withheld: tuple[Part, ...] = ()
    """What a graph says that the default graph follows, and the default graph does not."""

    apart: frozenset[str] = frozenset()
    """The trusted graphs that the default graph does not follow, such as those of clients."""

    @property
    def sources(self) -> frozenset[str]:
        """The hashes of all sources."""
        own = (each.sha256 for part in (*self.beyond, *self.withheld) for each in part if each)
        return frozenset((*own, *(each.sha256 for each in self.graphs.values())))

    @property
    def statements(self) -> int:
        """How many statements the named graphs have, inferred ones aside, and the default graph beyond them."""
        beyond = sum(part.growth for part in self.beyond)
        return beyond + sum(each.statements for each in self.graphs.values())


def write(manifest: Manifest, directory: Path) -> None:
    """Put a manifest into a generation that is being built."""
    document = {
        "graphs": dict(sorted(manifest.graphs.items())),
        "beyond": manifest.beyond,
        "withheld": manifest.withheld,
        "apart": sorted(manifest.apart),
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
    return Manifest(graphs, _parts(found["beyond"]), _parts(found["withheld"]), frozenset(found.get("apart", ())))


def _parts(found: Any) -> tuple[Part, ...]:  # noqa: ANN401 -- as it comes out of JSON
    """The parts as they are written, or as one source, which is how they once were.

    >>> _parts(["ab12", 3])
    (Part(added=Source(sha256='ab12', statements=3), removed=None),)
    """
    if found and isinstance(found[0], str):
        return (Part(Source(*found), None),)
    return tuple(Part(*(Source(*each) if each else None for each in part)) for part in found or ())
