"""The command line. Its verbs are those of the work; machine output goes to stdout, talk and progress to stderr."""

from typing import Any

import click

from etiograph import __version__
from queries.errors import QuestionError
from service.cli.ask import ask
from service.cli.check import check
from service.cli.extract import extract
from service.cli.get import get
from service.cli.interpret import interpret
from service.cli.load import load
from service.cli.rebuild import rebuild
from service.cli.serve import serve
from service.cli.snapshots import snapshots
from service.cli.token import token
from service.cli.why import why
from service.cli.writer import write_changes
from service.errors import ServiceError

__all__ = ["main"]


class _Commands(click.Group):
    """Commands whose refusals are sentences, never tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- as click declares it
        try:
            return super().invoke(ctx)
        except (ServiceError, QuestionError) as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="etiograph")
def main() -> None:
    """Symptom articles as a graph in which every statement leads back to its sentence.

    General information, not medical advice.
    """


for command in (
    load, serve, extract, ask, interpret, check, get, why, snapshots, rebuild, token, write_changes
):  # fmt: skip
    main.add_command(command)
