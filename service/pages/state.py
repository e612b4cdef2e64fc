"""How the service stands: the snapshot it answers from, those before it, what they changed, and its settings."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from flask import render_template, request

from etiograph import __version__
from service.changes import GraphChanges, between
from service.current import current_settings
from service.errors import DamagedData, UnknownThing, WrongRequest
from service.lookups import ask, store
from service.store.snapshots import Snapshot, Snapshots
from service.writing.authority import writing_is_on

SENTENCES = 200
"""As many sentences as one graph shows on the page of changes."""

_STARTED = datetime.now(UTC)


def render_status() -> str:
    """The page about the state of the service; `/health` says the same to programs."""
    settings = current_settings()
    up = datetime.now(UTC) - _STARTED
    return render_template(
        "status.html",
        snapshot=store().snapshot,
        triples=store().triples(),
        articles=len(ask("titles")),
        version=__version__,
        started=_STARTED,
        up=timedelta(seconds=int(up.total_seconds())),
        writing=writing_is_on(settings),
        settings=settings,
        history=_history(),
    )


def render_changes() -> str:
    """What changed from one snapshot to another: `?from=6&to=7`, else the last change."""
    history = _history()
    numbers = [snapshot.number for snapshot, _ in history]
    current = store().snapshot.number
    present = _number("to", current)
    former = _number("from", max((number for number in numbers if number < present), default=present))
    found = _changes(former, present) if former != present else ()
    return render_template(
        "changes.html",
        former=former,
        present=present,
        history=history,
        graphs=found,
        added=sum(each.added for each in found),
        removed=sum(each.removed for each in found),
    )


def _changes(former: int, present: int) -> tuple[GraphChanges, ...]:
    snapshots = _snapshots()
    names = (snapshots.numbered(former).name, snapshots.numbered(present).name)
    return _told(snapshots, former, present, names)


@lru_cache(maxsize=8)
def _told(snapshots: Snapshots, former: int, present: int, _names: tuple[str, str]) -> tuple[GraphChanges, ...]:
    """The changes, worked out once: finished snapshots never change."""
    return tuple(between(snapshots, former, present, SENTENCES))


def _history() -> list[tuple[Snapshot, str]]:
    """The snapshots that are kept, newest first, each with what made it."""
    return [(snapshot, _cause(snapshot)) for snapshot in reversed(_snapshots().all())]


def _cause(snapshot: Snapshot) -> str:
    try:
        return snapshot.seal.cause
    except DamagedData:
        return ""


def _number(name: str, otherwise: int) -> int:
    given = request.args.get(name, "").strip()
    if not given:
        return otherwise
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise WrongRequest(f"{name} is the number of a snapshot, such as {otherwise}.")
    if int(given) not in (snapshot.number for snapshot in _snapshots().all()):
        raise UnknownThing(f"Snapshot {given} is not kept; /changes lists those that are.")
    return int(given)


def _snapshots() -> Snapshots:
    return Snapshots(current_settings().data)
