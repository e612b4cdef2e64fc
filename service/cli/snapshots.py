"""`etiograph snapshots`: the generations of the data, what changed between them, and the ways back."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from service.changes import GraphChanges, between, document, lines
from service.cli import options
from service.errors import DamagedData
from service.store import backups
from service.store.snapshots import Snapshot, Snapshots

_DIRECTORY = click.Path(path_type=Path)


@click.group()
def snapshots() -> None:
    """List, compare, bring back, remove and copy the generations of the data."""


@snapshots.command("list")
@options.data
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(data: Path | None, as_json: bool) -> None:
    """Print each generation: number, when and by what it was made, statements, size, state.

    Counted are those of its named graphs, and those only the default graph makes; the ones that rules inferred are
    not. Generations share files, so together they are smaller.
    """
    found = _snapshots(data)
    current = found.current()
    rows = [_row(each, current) for each in found.all()]
    if as_json:
        click.echo(json.dumps({"directory": str(found.directory), "snapshots": rows}, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(_line(row))


@snapshots.command()
@options.data
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Sentences for each graph.")
@click.option("--all", "unlimited", is_flag=True, help="Print every sentence.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document to a line for each graph.")
@click.argument("former", type=int, metavar="A")
@click.argument("present", type=int, metavar="B")
def diff(data: Path | None, limit: int, unlimited: bool, as_json: bool, former: int, present: int) -> None:
    """Print what snapshot B says and A does not (+), and the reverse (-), graph by graph, in words."""
    for each in between(_snapshots(data), former, present, None if unlimited else limit):
        for line in _told(each, as_json):
            click.echo(line)


@snapshots.command()
@options.data
@click.argument("number", type=int, metavar="N")
def rollback(data: Path | None, number: int) -> None:
    """Make the content of snapshot N current again, as a new snapshot; the ones in between stay as they are."""
    made = _snapshots(data).rollback(number)
    click.echo(f"snapshot {made.number} has the content of {number} and is current", err=True)


@snapshots.command()
@options.data
@click.option("--keep", type=int, help="How many of the newest to keep. [default: the setting snapshots_kept]")
def prune(data: Path | None, keep: int | None) -> None:
    """Remove old snapshots and the sources that only they stood on. One that somebody reads stays."""
    found = _snapshots(data)
    keep = found.kept if keep is None else keep
    if keep < 1:
        raise click.UsageError("the current snapshot cannot be removed; keep 1 or more")
    gone = found.prune(keep)
    click.echo(f"removed: {', '.join(map(str, gone)) or 'none'}; left: {_numbers(found)}", err=True)


@snapshots.command()
@options.data
@click.argument("directory", type=_DIRECTORY, metavar="DIR")
def backup(data: Path | None, directory: Path) -> None:
    """Copy the current snapshot to DIR, with its sources and a dump in N-Quads. DIR must not exist yet."""
    made = backups.backup(_snapshots(data), directory, datetime.now(UTC).date())
    click.echo(f"snapshot {made.number} is in {directory}", err=True)


@snapshots.command()
@options.data
@click.argument("directory", type=_DIRECTORY, metavar="DIR")
def restore(data: Path | None, directory: Path) -> None:
    """Verify the backup in DIR and make it current, as a new snapshot."""
    made = backups.restore(_snapshots(data), directory)
    click.echo(f"snapshot {made.number} has the content of {directory} and is current", err=True)


def _snapshots(data: Path | None) -> Snapshots:
    return options.snapshots(options.settings(data=data))


def _numbers(found: Snapshots) -> str:
    return ", ".join(str(each.number) for each in found.all())


def _row(snapshot: Snapshot, current: Snapshot) -> dict[str, object]:
    """A generation for the list; one that says nothing of itself any more is damaged."""
    about: dict[str, object] = {"number": snapshot.number, "current": snapshot == current}
    try:
        seal, manifest = snapshot.seal, snapshot.manifest
    except DamagedData as error:
        return {**about, "damaged": str(error)}
    faults = snapshot.faults()
    return {
        **about,
        "made": seal.made.isoformat(),
        "cause": seal.cause,
        "statements": manifest.statements,
        "graphs": len(manifest.graphs),
        "bytes": seal.size,
        "damaged": "; ".join(faults) or None,
    }


def _line(row: dict[str, object]) -> str:
    number = f"{'*' if row['current'] else ' '} {row['number']:>5}"
    if "made" not in row:
        return f"{number}  damaged: {row['damaged']}"
    size = f"{row['statements']:>12,} statements {row['bytes']:>15,} bytes"
    damage = f"  damaged: {row['damaged']}" if row["damaged"] else ""
    return f"{number}  {row['made']}  {size}  {row['cause']}{damage}"


def _told(each: GraphChanges, as_json: bool) -> Iterator[str]:
    if as_json:
        yield json.dumps(document(each), ensure_ascii=False)
    else:
        yield from lines(each)
