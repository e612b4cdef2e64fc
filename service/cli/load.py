"""`etiograph load`: articles and ontologies into the graph, all good ones in one step."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files as resources
from pathlib import Path

import click
from pyoxigraph import Triple
from rdflib import URIRef

from loaders.admission import admitted
from loaders.errors import LoaderError
from loaders.foundations import foundations
from loaders.graph import ArticleGraphs
from loaders.obo import OntologyGraph, is_ontology, read_ontology
from ontology.iris import Iris
from service.cli import options
from service.cli.progress import tracked
from service.settings import Settings
from service.store.described import describe, description_graph
from service.store.draft import Draft
from service.store.inference import infer
from service.store.mapped import map_loaded


class _NothingToLoad(Exception):
    """All files were refused, so the generation that was begun is taken back."""


@dataclass(frozen=True)
class Report:
    """What became of the files."""

    loaded: list[ArticleGraphs] = field(default_factory=list)
    ontologies: list[OntologyGraph] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@click.command()
@options.data
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def load(data: Path | None, files: tuple[Path, ...]) -> None:
    """Load articles, and ontologies that end in .obo or .owl.

    Good files are loaded even if others are refused; a refused one leaves nothing behind. A file that was loaded before
    replaces what it said then, an ontology its earlier version. The IRIs of articles and ontologies go to stdout.
    """
    settings = options.settings(data=data)
    options.refuse_damage(settings)
    report = loaded(settings, files)
    for article in report.loaded:
        click.echo(article.article)
    for ontology in report.ontologies:
        click.echo(ontology.name)
    for refusal in report.refused:
        click.echo(refusal, err=True)
    number = len(report.loaded) + len(report.ontologies)
    click.echo(f"{number} loaded into {settings.data}, {len(report.refused)} refused", err=True)
    if report.refused:
        raise SystemExit(1)


def loaded(settings: Settings, files: Sequence[Path]) -> Report:
    """Write the articles and ontologies that can be read as one new snapshot."""
    report = Report()
    with suppress(_NothingToLoad):
        put_all = partial(_put_all, files=files, iris=Iris(settings.base), report=report)
        options.snapshots(settings).write(put_all, cause(files))
    return report


def cause(files: Sequence[Path]) -> str:
    """What the list of snapshots says of a load.

    >>> cause([Path("articles/cramps.txt"), Path("x.txt")])
    'load cramps.txt and 1 more'
    """
    more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
    return f"load {files[0].name}{more}"


def load_built_in(settings: Settings) -> None:
    """Load the edition of the article that comes with the project."""
    click.echo(f"{settings.data} is empty: loading the built-in article", err=True)
    report = loaded(settings, [built_in()])
    if report.refused:
        raise click.ClickException(report.refused[0])


def built_in() -> Path:
    """The project's own edition of its first article."""
    return Path(str(resources("ontology") / "articles" / "calf-cramps-while-sleeping.txt"))


def _put_all(draft: Draft, files: Sequence[Path], iris: Iris, report: Report) -> None:
    withdrawn = defaultdict[URIRef, set[Triple]](set)
    for name, graph in foundations():
        withdrawn[name] |= draft.put(name, graph)
    for path in tracked(files, "Loading"):
        try:
            if is_ontology(path):
                report.ontologies.append(_put_ontology(draft, read_ontology(path)))
                continue
            article = admitted(path, iris, datetime.now(UTC))
        except LoaderError as error:
            report.refused.append(str(error))
            continue
        withdrawn[article.graph_name] |= draft.put(article.graph_name, article.graph)
        draft.put(article.quarantine_name, article.quarantine)
        report.loaded.append(article)
    if not (report.loaded or report.ontologies):
        raise _NothingToLoad
    draft.followed(infer(draft.store, iris, withdrawn))
    map_loaded(draft, iris)
    describe(draft.store, iris)
    draft.touched([str(description_graph(iris))])


def _put_ontology(draft: Draft, ontology: OntologyGraph) -> OntologyGraph:
    """An ontology holds nothing the shapes speak of and nothing the rules read, so neither is applied to it."""
    draft.put(ontology.name, ontology.graph)
    return ontology
