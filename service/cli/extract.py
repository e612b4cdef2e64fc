"""`etiograph extract`: what an article says, as JSON Lines, without a store."""

import json
from pathlib import Path

import click

from loaders.errors import LoaderError
from loaders.reading import read_article
from loaders.rows import rows
from ontology.iris import Iris
from service.cli import options
from service.cli.progress import tracked


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def extract(files: tuple[Path, ...]) -> None:
    """Print every statement of articles as one line of JSON.

    `start` and `end` count Unicode code points of the decoded text (byte order mark dropped, newlines untouched),
    and text[start:end] is the quote.
    """
    iris, refused = Iris(options.settings().base), 0
    for path in tracked(files, "Reading"):
        try:
            reading = read_article(path)
        except LoaderError as error:
            click.echo(str(error), err=True)
            refused += 1
            continue
        for row in rows(reading, iris):
            # Bytes, because JSON Lines are UTF-8 whatever the locale.
            click.echo(json.dumps(row, ensure_ascii=False).encode())
    if refused:
        raise SystemExit(1)
