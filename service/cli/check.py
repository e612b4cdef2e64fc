"""`etiograph check`: the promises of the graph, tested on the graph."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import click
from rdflib import Graph
from rdflib.plugins.parsers.notation3 import BadSyntax

from loaders.reasoning import vocabulary
from ontology.iris import Iris
from queries.question import checks
from service.checks import Outcome, in_short, query_outcome, quotes_outcome, seals_outcome, sources_outcome
from service.circles import circles_outcome
from service.cli import options
from service.cli.articles import Articles, mappings_outcome
from service.cli.progress import tracked
from service.errors import DamagedData
from service.store.local import LocalStore


@click.command()
@options.data
@click.option("--without-reasoner", is_flag=True, help="Leave HermiT out, where there is no Java.")
@click.option(
    "--vocabulary",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Reason over this Turtle file in the place of the vocabulary that is installed.",
)
def check(data: Path | None, without_reasoner: bool, file: Path | None) -> None:
    """Compare files with their seals, run the checks of the graph, cut every quote out again, validate and reason.

    Prints what was done, failed and skipped. The exit status is 1 unless everything was done without a fault.
    """
    settings = options.settings(data=data)
    words = _vocabulary(file)
    snapshots = options.snapshots(settings)
    snapshots.current()  # without data there is nothing to check
    runs: list[Callable[[], Outcome]] = [partial(seals_outcome, snapshots), partial(sources_outcome, snapshots)]
    try:
        runs += _of_content(options.store(settings), Iris(settings.base), None if without_reasoner else words)
    except DamagedData as damage:
        runs.append(partial(Outcome, "content", 0, skipped=(str(damage),)))
    outcomes = [run() for run in tracked(runs, "Checking")]
    for outcome in outcomes:
        click.echo(_line(outcome))
        for fault in in_short(outcome.failed):
            click.echo(f"  failed: {fault}", err=True)
        for gap in in_short(outcome.skipped):
            click.echo(f"  skipped: {gap}", err=True)
    click.echo(_line(_sum(outcomes)))
    if not all(outcome.is_good for outcome in outcomes):
        raise SystemExit(1)


def _of_content(store: LocalStore, iris: Iris, words: Graph | None) -> Iterator[Callable[[], Outcome]]:
    """The checks of what a store says, to be run; without a vocabulary nothing is reasoned."""
    articles = Articles(store)
    yield from (partial(query_outcome, store, each) for each in checks())
    yield from (partial(circles_outcome, store), partial(quotes_outcome, store))
    yield from (articles.shapes_outcome, mappings_outcome)
    if words is not None:
        yield partial(articles.reasoner_outcome, iris, words)


def _vocabulary(file: Path | None) -> Graph:
    if file is None:
        return vocabulary()
    try:
        return Graph().parse(data=file.read_bytes(), format="turtle")
    except (BadSyntax, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())[:200]
        raise click.ClickException(f"{file} is no Turtle, nothing was checked: {said}") from None


def _sum(outcomes: list[Outcome]) -> Outcome:
    return Outcome(
        "all",
        sum(outcome.done for outcome in outcomes),
        tuple(fault for outcome in outcomes for fault in outcome.failed),
        tuple(gap for outcome in outcomes for gap in outcome.skipped),
    )


def _line(outcome: Outcome) -> str:
    return f"{outcome.name}: {outcome.done} done, {len(outcome.failed)} failed, {len(outcome.skipped)} skipped"
