"""What was measured, as a plain table for people and as JSON for programs; ratios outlive the machine."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

US = "etiograph"


@dataclass(frozen=True)
class Result:
    """One task at one size done by one system. `seconds` is None where it was not done in time; `note` says why."""

    task: str
    articles: int
    system: str
    seconds: float | None
    amount: int = 0
    of: str = ""
    note: str = ""

    @property
    def rate(self) -> float | None:
        """What was done in a second."""
        return self.amount / self.seconds if self.seconds and self.amount else None


def middle(
    task: str, articles: int, seconds: Sequence[float], amount: int = 0, of: str = "", system: str = US
) -> Result:
    """The median of several runs of the same task, with the slowest in the note."""
    return Result(task, articles, system, median(seconds), amount, of, f"slowest of {len(seconds)}: {max(seconds):.4f} s")


def table(results: Iterable[Result]) -> str:
    """One line each: a table of Markdown, which reads as it is. A ratio is how many times as long as etiograph it took."""
    results = list(results)
    head = ("task", "articles", "system", "seconds", "ratio", "amount", "per second", "note")
    rows = [head, tuple("-" * len(word) for word in head), *(_row(each, results) for each in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |\n" for row in rows
    )


def _row(each: Result, results: Sequence[Result]) -> tuple[str, ...]:
    return (
        each.task,
        f"{each.articles:,}",
        each.system,
        "—" if each.seconds is None else f"{each.seconds:.4g}",
        _ratio(each, results),
        f"{each.amount:,} {each.of}" if each.amount else "",
        f"{each.rate:,.0f}" if each.rate else "",
        each.note,
    )


def _ratio(each: Result, results: Sequence[Result]) -> str:
    ours = next((other for other in results if (other.task, other.articles, other.system) == (*_of(each), US)), None)
    if each.system == US or ours is None or not ours.seconds or each.seconds is None:
        return ""
    return f"{each.seconds / ours.seconds:.1f}"


def _of(each: Result) -> tuple[str, int]:
    return each.task, each.articles


def write(results: Sequence[Result], path: Path) -> None:
    """Write results and the machine they were measured on as JSON."""
    machine = {"python": platform.python_version(), "system": platform.platform(), "processors": os.cpu_count()}
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"machine": machine, "results": [asdict(each) for each in results]}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
