"""What was measured, as a plain table for people and as JSON for programs; ratios outlive the machine."""

import json
import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

US = "etiograph"


@dataclass(frozen=True)
class Result:
    """One task at one size done by one system. `seconds` is None where it was not done in time; `note` says why.

    `cpu` are the seconds all processors spent: on a machine that others use too, they are what can be compared.
    """

    task: str
    articles: int
    system: str
    seconds: float | None
    cpu: float | None = None
    amount: int = 0
    of: str = ""
    note: str = ""

    def rate(self, seconds: float | None) -> str:
        """What was done in each of so many seconds, in words.

        >>> Result("closure", 10, US, 2.0, 3.0, 600).rate(2.0)
        '300'
        """
        return f"{self.amount / seconds:,.0f}" if seconds and self.amount else ""


@dataclass(frozen=True)
class Elapsed:
    """What a clock and the processors say a run took, in seconds."""

    seconds: float
    cpu: float


def timed(run: Callable[[], object]) -> Elapsed:
    """Run something in this process."""
    begin, cpu = perf_counter(), process_time()
    run()
    return Elapsed(perf_counter() - begin, process_time() - cpu)


def middle(task: str, articles: int, runs: Sequence[Elapsed]) -> Result:
    """The median of several runs of the same task, with the slowest in the note."""
    seconds, cpu = (median(getattr(each, name) for each in runs) for name in ("seconds", "cpu"))
    slowest = max(each.cpu for each in runs)
    return Result(task, articles, US, seconds, cpu, note=f"median of {len(runs)}; the slowest: CPU {slowest:.4f} s")


def table(results: Iterable[Result]) -> str:
    """One line each: a table of Markdown, readable as it is. A ratio is CPU time, where etiograph's is 1."""
    results = list(results)
    head = ("task", "articles", "system", "seconds", "CPU s", "ratio", "amount", "per s", "per CPU s", "note")
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
        "—" if each.cpu is None else f"{each.cpu:.4g}",
        _ratio(each, results),
        f"{each.amount:,} {each.of}" if each.amount else "",
        each.rate(each.seconds),
        each.rate(each.cpu),
        each.note,
    )


def _ratio(each: Result, results: Sequence[Result]) -> str:
    ours = next((o for o in results if (o.task, o.articles, o.system) == (each.task, each.articles, US)), None)
    if each.system == US or ours is None or not ours.cpu or each.cpu is None:
        return ""
    return f"{each.cpu / ours.cpu:.1f}"


def write(results: Sequence[Result], path: Path) -> None:
    """Write results and the machine they were measured on as JSON."""
    machine = {"python": platform.python_version(), "system": platform.platform(), "processors": os.cpu_count()}
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"machine": machine, "results": [asdict(each) for each in results]}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
