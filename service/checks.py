"""The checks of a graph: files as they were sealed, queries that must come back empty, quotes cut out again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from rdflib.term import Node

from queries.question import Question
from service.errors import DamagedData
from service.store.local import LocalStore
from service.store.snapshots import Snapshot, Snapshots

_SHOWN = 5


@dataclass(frozen=True)
class Outcome:
    """What became of one check; something skipped is as bad as something that failed."""

    name: str
    done: int
    failed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it was done, all of it, without a fault."""
        return self.done > 0 and not self.failed and not self.skipped


def seals_outcome(snapshots: Snapshots) -> Outcome:
    """Read every file of every snapshot again and compare it with its seal."""
    kept = snapshots.all()
    failed = [f"snapshot {each.number}: {fault}{_remedy(each, kept)}" for each in kept for fault in each.faults()]
    return Outcome("seals", sum(_sealed(each) for each in kept), tuple(failed))


def _remedy(snapshot: Snapshot, kept: Sequence[Snapshot]) -> str:
    """What puts a damaged snapshot right: one that was followed by another is not needed."""
    newer = sum(each.number > snapshot.number for each in kept)
    return f"; etiograph snapshots prune --keep {newer} removes it" if newer else "; restore a backup, or rebuild it"


def _sealed(snapshot: Snapshot) -> int:
    """How many files a seal names, none where it cannot be read."""
    try:
        return len(snapshot.seal.files)
    except DamagedData:
        return 0


def sources_outcome(snapshots: Snapshots) -> Outcome:
    """Read every source that a snapshot stands on, and compare it with its hash; manifests included."""
    wanted, failed = set[str](), list[str]()
    for each in snapshots.all():
        try:
            wanted |= each.manifest.sources
        except DamagedData as error:
            failed.append(f"snapshot {each.number}: {error}")
    return Outcome("sources", len(wanted), (*failed, *snapshots.sources.faults(wanted)))


def query_outcome(store: LocalStore, check: Question) -> Outcome:
    """Run a query that must come back empty; each row is a fault."""
    rows = store.rows(check.text)
    return Outcome(check.name, 1, tuple(in_words(row) for row in rows))


def in_words(row: Mapping[str, Node]) -> str:
    """A row that is a fault."""
    return ", ".join(f"{name} {str(value)[:120]!r}" for name, value in row.items())


@dataclass(frozen=True)
class Quote:
    """A quote as the graph holds it, with what it must be equal to."""

    evidence: str
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    hash: str
    text: str
    text_hash: str

    def faults(self) -> Iterator[str]:
        """Where quote, surroundings and source differ from the article, compared character by character."""
        if self.text[self.start : self.end] != self.exact:
            yield f"{self.evidence}: the text at {self.start} to {self.end} is not {self.exact[:80]!r}"
        if not self.text[: self.start].endswith(self.prefix) or not self.text[self.end :].startswith(self.suffix):
            yield f"{self.evidence}: what stands around the quote is not what its selector says"
        if self.hash != self.text_hash:
            yield f"{self.evidence}: quoted from the source {self.hash[:12]}, but the article is {self.text_hash[:12]}"


def quotes_outcome(store: LocalStore) -> Outcome:
    """Cut every quote out of its article again; evidence that lacks a part is skipped, and so the check is not good."""
    done, failed, skipped = 0, list[str](), list[str]()
    for row in _rows(store):
        quote = _quote(row)
        if quote is None:
            lacking = ", ".join(sorted(_NEEDED - row.keys()))
            skipped.append(f"{row['evidence']}: lacks {lacking}")
            continue
        done += 1
        failed += quote.faults()
    return Outcome("quotes", done, tuple(failed), tuple(skipped))


_NEEDED = {"exact", "start", "end", "hash", "text", "textHash"}


def _rows(store: LocalStore) -> Iterator[dict[str, Node]]:
    """The evidence with the text of its article, which is fetched once for each article."""
    text = (files("service") / "lookups" / "sources.rq").read_text("utf-8")
    articles = {row["article"]: row for row in store.rows(text)}
    evidence = (files("service") / "lookups" / "quotes.rq").read_text("utf-8")
    for row in store.rows(evidence):
        yield {**articles.get(row.get("article", row["evidence"]), {}), **row}


def _quote(row: Mapping[str, Node]) -> Quote | None:
    if not row.keys() >= _NEEDED:
        return None
    values = {name: str(value) for name, value in row.items()}
    return Quote(
        values["evidence"], values["exact"], values.get("prefix", ""), values.get("suffix", ""),
        int(values["start"]), int(values["end"]), values["hash"], values["text"], values["textHash"],
    )  # fmt: skip


def in_short(faults: Iterable[str]) -> list[str]:
    """The first few faults, and how many more there are.

    >>> in_short(["a", "b"])
    ['a', 'b']
    """
    faults = list(faults)
    more = len(faults) - _SHOWN
    return [*faults[:_SHOWN], *([f"and {more} more"] if more > 0 else [])]
