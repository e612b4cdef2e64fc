"""An article from text to validated graph to store, and HermiT's part of `etiograph check` on the built-in article."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.corpus import IRIS, sources, texts
from benchmarks.results import US, Result, middle, timed
from loaders.agreement import agreement
from loaders.graph import article_graphs
from loaders.reading import read_article
from loaders.reasoning import vocabulary
from loaders.validation import validate
from service.cli.load import loaded
from service.settings import Settings


def shapes() -> Iterator[Result]:
    """SHACL on each real article; the shapes are read before."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    graphs = [article_graphs(read_article(path), IRIS, when) for path in sources()]
    validate(graphs[0].graph, graphs[0].quarantine)
    yield middle("SHACL, one article", 1, [timed(partial(validate, each.graph, each.quarantine)) for each in graphs])


def check() -> Iterator[Result]:
    """HermiT's part of `etiograph check` on the built-in article; Java's own seconds are in the wall clock only."""
    graph = article_graphs(read_article(sources()[0]), IRIS, datetime(2026, 1, 1, tzinfo=UTC)).graph
    tried: list[int] = []
    run = timed(lambda: tried.append(agreement([graph], IRIS, vocabulary()).tried))
    yield Result("HermiT part of check", 1, US, run.seconds, run.cpu, tried[0], "boundary values")


def load(articles: int, folder: Path) -> Iterator[Result]:
    """`etiograph load` of so many files: read, validated, stored, inferred."""
    files = []
    for name, text in texts(articles):
        files.append(folder / name)
        files[-1].write_text(text, encoding="utf-8")
    run = timed(lambda: loaded(Settings(data=folder / "data"), files))
    yield Result("load", articles, US, run.seconds, run.cpu, articles, "articles")
