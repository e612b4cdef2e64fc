"""Small generations of a store, for tests: what is put into them, and what they say."""

import os
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
from click.testing import CliRunner, Result
from rdflib import Graph, Literal, URIRef

from service.cli import main
from service.store.draft import Draft
from service.store.snapshots import Snapshots

A, P = URIRef("http://example.org/a"), URIRef("http://example.org/p")
ONE, TWO = URIRef("http://example.org/1/graph"), URIRef("http://example.org/2/graph")


def graph(*values: object) -> Graph:
    made = Graph()
    for value in values:
        made.add((A, P, value if isinstance(value, Literal) else Literal(value)))
    return made


def put(snapshots: Snapshots, name: URIRef, *values: object) -> None:
    snapshots.write(lambda draft: draft.put(name, graph(*values)), f"put {name}")


def said(snapshots: Snapshots) -> set[str]:
    """The values in the default graph."""
    found = snapshots.current().opened().quads_for_pattern(None, None, None, ox.DefaultGraph())
    return {str(quad.object.value) for quad in found if isinstance(quad.object, ox.Literal)}


def etiograph(*arguments: str | Path, status: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
    assert "Traceback" not in result.output
    return result


def cut(path: Path) -> None:
    """Take its last byte from a file."""
    os.truncate(path, path.stat().st_size - 1)


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def insert(update: str, *touched: str) -> Callable[[Draft], None]:
    """A change by an update, which says what it touches or leaves it to be found out."""

    def change(draft: Draft) -> None:
        draft.store.update(update)
        if touched:
            draft.touched(touched)

    return change


def article_of(snapshots: Snapshots) -> URIRef:
    """The graph of the built-in article."""
    return next(URIRef(name) for name in snapshots.current().manifest.graphs if name.endswith("/graph"))
