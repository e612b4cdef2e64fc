"""SPARQL updates of the default graph, as the writing process makes them: from the text to the sealed snapshot."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.commits import fill
from benchmarks.results import Elapsed, Result, middle, timed
from service.rewriting import MENDED
from service.store.draft import Draft
from service.store.snapshots import Snapshots
from service.tokens import Limits
from service.writing.access import Access
from service.writing.application import Rules, applied
from service.writing.change import Change, Update

_REPEATS = 5
_RULES = Rules(Limits(100_000, 100), "urn:inferred/", MENDED)
_UPDATES = {
    "one statement into the default graph": "INSERT DATA {{ <urn:s{0}> <urn:p> {0} }}",
    "what a pattern finds, changed": (
        "DELETE {{ ?s <urn:p> ?o }} INSERT {{ ?s <urn:q> ?o }} WHERE {{ VALUES ?s {{ <urn:s{0}> }} ?s <urn:p> ?o }}"
    ),
    "one statement taken out of it": "DELETE DATA {{ <urn:s{0}> <urn:q> {0} }}",
}


def measured(count: int, folder: Path) -> Iterator[Result]:
    """Small updates of a store of so many articles."""
    snapshots = Snapshots(folder / f"updates-{count}")
    snapshots.write(partial(_begin, count=count))
    for task, update in _UPDATES.items():
        yield middle(task, count, [_update(snapshots, update.format(number)) for number in range(_REPEATS)])


def _begin(draft: Draft, count: int) -> None:
    fill(draft.store, count)
    draft.touched(())  # its sources are not what is measured


def _update(snapshots: Snapshots, text: str) -> Elapsed:
    def change(draft: Draft) -> None:
        asked = Change(Update("http://example.org/update"), Access("write"))
        written = applied(draft.store, asked, io.BytesIO(text.encode()), _RULES).written
        draft.touched(written.graphs, written.default)

    return timed(partial(snapshots.write, change))
