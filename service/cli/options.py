"""Options that several commands share, and the settings they override."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from service.errors import NoData
from service.settings import Settings
from service.store.local import LocalStore
from service.store.snapshots import Snapshots

data = click.option(
    "--data", type=click.Path(path_type=Path), metavar="DIR", help=f"{Settings.model_fields['data'].description}"
)


def settings(**given: object) -> Settings:
    """The settings of the environment, overridden by the options that were given."""
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**chosen)
    except ValidationError as error:
        faults = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
        raise click.UsageError("; ".join(f"{name}: {text[0].lower()}{text[1:]}" for name, text in faults)) from None


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
