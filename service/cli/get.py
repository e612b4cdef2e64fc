"""`etiograph get`: one web path, answered without a server."""

from pathlib import Path

import click

from service.app import create_app
from service.cli import options


@click.command()
@options.data
@click.option("--accept", default="*/*", show_default=True, metavar="TYPE", help="The media types to accept.")
@click.argument("path")
def get(data: Path | None, accept: str, path: str) -> None:
    """Print what a web path answers, such as /id/hypocalcemia.ttl; the exit status is 1 when that is an error."""
    settings = options.settings(data=data)
    options.refuse_damage(settings)
    app = create_app(settings)
    response = app.test_client().get(path if path.startswith("/") else f"/{path}", headers={"Accept": accept})
    click.echo(response.data, nl=False)
    if response.status_code >= 400:
        raise SystemExit(1)
