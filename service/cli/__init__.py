"""The command line. Its verbs are those of the work; machine output goes to stdout, talk and progress to stderr."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from etiograph import __version__
from queries.errors import QuestionError
from service.errors import ServiceError

__all__ = ["main"]

_VERBS = (
    *("load", "serve", "extract", "ask", "interpret", "check"),
    *("get", "why", "snapshots", "rebuild", "token", "write-changes"),
)
_MODULES = {"write-changes": "writer"}
"""The modules that are not called as their verb is."""


class _Commands(click.Group):
    """Commands whose refusals are sentences, never tracebacks; a verb is imported when it is used.

    All of them together take longer to import than a server over a million triples to start.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of the work."""
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb."""
        if cmd_name not in _VERBS:
            return None
        with _kept_for_good():
            module = import_module(f"service.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- as click declares it
        try:
            return super().invoke(ctx)
        except (ServiceError, QuestionError) as error:
            raise click.ClickException(str(error)) from None


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """Imports leave hardly any garbage, and looking for it, now or later, takes an eighth of their time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="etiograph")
def main() -> None:
    """Symptom articles as a graph in which every statement leads back to its sentence.

    General information, not medical advice.
    """
