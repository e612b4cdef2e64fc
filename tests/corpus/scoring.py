"""Compare extracted rows with gold rows: which agree, which are missing, which are too many.

``python -m tests.corpus.scoring`` prints the scores of both folders.

Two rows agree when type and polarity are the same, their quotes overlap, both ends share at least half of their words,
and numbers are equal.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import add

from loaders.rows import rows
from ontology.lexicon.concepts import key
from tests.corpus.articles import articles, read

Row = Mapping[str, object]


@dataclass(frozen=True)
class Score:
    """Counts of one comparison. ``precision``, ``recall`` and ``f1`` are 0 where there is nothing to divide by."""

    found: int
    expected: int
    agreed: int

    @property
    def precision(self) -> float:
        return self.agreed / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.agreed / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.found + other.found, self.expected + other.expected, self.agreed + other.agreed)


@dataclass(frozen=True)
class Comparison:
    agreed: tuple[tuple[Row, Row], ...]
    missing: tuple[Row, ...]
    surplus: tuple[Row, ...]

    def scores(self) -> dict[str, Score]:
        """One score per statement type."""
        agreed = Counter(str(gold["type"]) for gold, _ in self.agreed)
        expected = agreed + Counter(str(gold["type"]) for gold in self.missing)
        found = agreed + Counter(str(row["type"]) for row in self.surplus)
        return {type_: Score(found[type_], expected[type_], agreed[type_]) for type_ in sorted(expected | found)}


def compare(found: Iterable[Row], gold: Iterable[Row]) -> Comparison:
    """Pair every gold row with the first free row that agrees."""
    free = list(found)
    agreed: list[tuple[Row, Row]] = []
    missing: list[Row] = []
    for expected in gold:
        row = next((row for row in free if _agree(row, expected)), None)
        if row is None:
            missing.append(expected)
        else:
            free.remove(row)
            agreed.append((expected, row))
    return Comparison(tuple(agreed), tuple(missing), tuple(free))


def _agree(row: Row, gold: Row) -> bool:
    if row["type"] != gold["type"] or bool(row["negated"]) != bool(gold["negated"]) or not _overlap(row, gold):
        return False
    if row["type"] == "quarantine":
        return True
    if gold["type"] == "threshold":
        return (
            all(_number(row[name]) == _number(gold[name]) for name in ("value", "high"))
            and row["comparator"] == gold["comparator"]
            and row["unit"] == gold["unit"]
            and _alike(row, gold, "subject")
        )
    return _alike(row, gold, "subject") and _alike(row, gold, "object")


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _overlap(row: Row, gold: Row) -> bool:
    return int(str(row["start"])) < int(str(gold["end"])) and int(str(gold["start"])) < int(str(row["end"]))


def _alike(row: Row, gold: Row, end: str) -> bool:
    words = _words(str(gold[end]))
    return any(_share(_words(str(row.get(name) or "")), words) >= 0.5 for name in (end, f"{end}_text"))


def _words(text: str) -> Counter[str]:
    small = {"the", "a", "an", "of", "in", "and", "or", "is", "are", "to", "test"}
    return Counter(word for word in key(re.sub(r"[^\w\s]", " ", text)).split() if word not in small)


def _share(left: Counter[str], right: Counter[str]) -> float:
    common = sum((left & right).values())
    return 2 * common / (sum(left.values()) + sum(right.values())) if left or right else 1.0


@cache
def scores(folder: str) -> dict[str, Score]:
    """One score per statement type over all articles of a folder."""
    total: dict[str, Score] = {}
    for path in articles(folder):
        gold = [json.loads(line) for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()]
        for type_, score in compare(rows(read(path)), gold).scores().items():
            total[type_] = total.get(type_, Score(0, 0, 0)) + score
    return total


def report(folder: str) -> Iterable[str]:
    """The scores of a folder, a line for each type and one for all."""
    found = scores(folder)
    for type_, score in (*sorted(found.items()), ("all", reduce(add, found.values()))):
        yield f"{folder:12} {type_:14} precision {score.precision:.2f} recall {score.recall:.2f} F1 {score.f1:.2f}"


if __name__ == "__main__":
    for name in ("development", "held-out"):
        sys.stdout.writelines(f"{line}\n" for line in report(name))
