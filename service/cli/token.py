"""`etiograph token`: who may write over the web."""

from pathlib import Path

import click

from service.cli import options
from service.names import is_iri
from service.settings import Settings
from service.writing.access import ROLES, role
from service.writing.bearers import Bearers


@click.group()
def token() -> None:
    """Make, list and revoke the bearer tokens that let others write over the web."""


@token.command()
@options.data
@click.option("--role", "chosen", type=click.Choice(ROLES), default="write", show_default=True)
@click.option("--graph", "graphs", multiple=True, metavar="IRI", help="A graph it may write; without any, it may all.")
@click.option("--note", default="", help="What it is for; `token list` shows it.")
def create(data: Path | None, chosen: str, graphs: tuple[str, ...], note: str) -> None:
    """Make a token and print it, once: only its hash is kept."""
    for graph in graphs:
        if not is_iri(graph):
            raise click.UsageError(f"--graph {graph} is not an absolute IRI")
    made, bearer = _bearers(data).create(role(chosen), graphs, note)
    click.echo(made)
    click.echo(f"token {bearer.id} may {_rights(bearer.role, graphs)}; keep it, it is not shown again", err=True)


@token.command("list")
@options.data
def list_(data: Path | None) -> None:
    """List the tokens: number, role, graphs, when it was made, what for."""
    for bearer in _bearers(data).all():
        click.echo("\t".join((bearer.id, _rights(bearer.role, bearer.graphs), bearer.created, bearer.note)))


@token.command()
@options.data
@click.argument("id_", metavar="ID")
def revoke(data: Path | None, id_: str) -> None:
    """Make a token invalid at once."""
    bearer = _bearers(data).revoke(id_)
    click.echo(f"token {bearer.id} is revoked", err=True)


def _bearers(data: Path | None) -> Bearers:
    chosen: Settings = options.settings(data=data)
    return Bearers(chosen.data)


def _rights(role: str, graphs: tuple[str, ...]) -> str:
    return f"{role} {' '.join(graphs)}" if graphs else role
