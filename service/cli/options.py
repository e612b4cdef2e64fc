"""Options that several commands share, and the settings they override."""

from contextlib import suppress
from pathlib import Path

import click

from service.errors import NoData
from service.settings import Settings, WrongSettings, read_settings, sentence
from service.store.local import LocalStore
from service.store.snapshots import Snapshots

data = click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help=sentence("data"))


def settings(**given: object) -> Settings:
    """The settings of the environment, overridden by the options that were given."""
    try:
        return read_settings(given)
    except WrongSettings as error:
        raise click.UsageError(str(error)) from None


def snapshots(chosen: Settings) -> Snapshots:
    """The generations in the data directory."""
    return Snapshots(chosen.data, chosen.snapshots_kept)


def refuse_damage(chosen: Settings) -> None:
    """Read the current generation and compare it with its seal. Raises DamagedData; having no data is no damage."""
    with suppress(NoData):
        snapshots(chosen).verified()


def store(chosen: Settings) -> LocalStore:
    """The store over the data directory.

    Raises NoData where nothing has been loaded yet, DamagedData where the files are not what was written.
    """
    found = snapshots(chosen)
    found.verified()
    return LocalStore(found, threads=1)
