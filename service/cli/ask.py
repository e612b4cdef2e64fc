"""`etiograph ask`: a question of `queries/` or a query of one's own, answered in the terminal."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from queries.errors import UnknownParameter, suggestion
from queries.question import Question, question, questions, read
from service.addresses import compact
from service.cli import options
from service.formats import CSV, GRAPHS, JSON, TABLES, TURTLE, Format, by_name
from service.settings import Settings
from service.store.local import LocalStore
from service.store.terms import from_json
from service.tokens import Limits, admitted
from service.values import ANY, term

_FORMATS = ("table", *(format_.suffix for format_ in (*TABLES, *GRAPHS)))


@click.command(context_settings={"ignore_unknown_options": True})
@options.data
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), help="[default: table in a terminal, csv or ttl elsewhere]"
)
@click.argument("name", required=False, metavar="[NAME|FILE]")
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED, metavar="[--PARAMETER VALUE]...")
def ask(data: Path | None, form: str | None, name: str | None, parameters: tuple[str, ...]) -> None:
    """Answer a question by its name, or a query in a .rq file; without either, list the questions.

    A parameter is given as an option: --cause "cold exposure". It takes a label, a slug, a CURIE or an IRI, and "any"
    leaves it open.
    """
    if name is None:
        _list()
        return
    settings = options.settings(data=data)
    asked = _question(name)
    given = _given(asked, parameters)
    store = options.store(settings)
    known = {parameter.name: parameter for parameter in asked.parameters}
    terms = {each: term(written, known[each], store, settings.base) for each, written in given.items()}
    _answer(store, settings, asked.bound(**terms), form)


def _list() -> None:
    """Names and summaries, with the parameters and their examples."""
    for each in questions():
        click.echo(f"{each.name}: {each.summary}")
        for parameter in each.parameters:
            click.echo(f"    --{parameter.name}  {parameter.description}, such as {parameter.example}")


def _question(name: str) -> Question:
    path = Path(name)
    if not (path.suffix == ".rq" and path.exists()):
        return question(name)
    try:
        return read(path.stem, path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{name} cannot be read as UTF-8 text ({error})") from None


def _given(asked: Question, words: Sequence[str]) -> dict[str, str]:
    """The parameters of a command line, `--name value` or `--name=value`."""
    known = [parameter.name for parameter in asked.parameters]
    given = dict(_pairs(words))
    for name in given.keys() - set(known):
        raise UnknownParameter(f"{asked.name} has no option --{name}; {suggestion(name, known)}")
    return given


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    rest = iter(words)
    for word in rest:
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--"):
            raise click.UsageError(f"{word} stands alone; write --parameter {word}")
        if not equals:
            value = next(rest, "")
        if not value:
            raise click.UsageError(f"--{name} has no value; write --{name} {ANY} to leave it open")
        yield name, value


def _answer(store: LocalStore, settings: Settings, text: str, form: str | None) -> None:
    query = admitted(text, Limits(settings.query_characters, settings.query_nesting, settings.query_operators))
    formats, default = (GRAPHS, TURTLE) if query.form in ("CONSTRUCT", "DESCRIBE") else (TABLES, CSV)
    in_table = formats is TABLES and (form == "table" or (form is None and sys.stdout.isatty()))
    if in_table:
        _print_table(store.query(query.text, JSON))
        return
    body = store.query(query.text, _format(form, formats, default))
    click.echo(body, nl=not body.endswith(b"\n"))


def _format(form: str | None, formats: tuple[Format, ...], default: Format) -> Format:
    if form in (None, "table"):
        return default
    if found := by_name(form or "", formats):
        return found
    raise click.UsageError(f"{form} is no form of this answer; there are {', '.join(each.suffix for each in formats)}")


def _print_table(answer: bytes) -> None:
    found = json.loads(answer)
    if "boolean" in found:
        click.echo("yes" if found["boolean"] else "no")
        return
    table = Table(*found["head"]["vars"])
    for row in found["results"]["bindings"]:
        values = (row.get(name) for name in found["head"]["vars"])
        table.add_row(*(Text(compact(from_json(value)) if value else "") for value in values))
    console = Console()
    console.print(table)
    console.print(f"{table.row_count} rows", style="dim")
