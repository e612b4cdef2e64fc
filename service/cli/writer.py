"""`etiograph write-changes`: the process behind writing over the web. The service starts it; nobody else needs to."""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

import click
import pyoxigraph as ox
import rdflib

from ontology.iris import Iris
from service.errors import NotCurrent, Problem, WriterBusy, WriteTooLarge, problem
from service.settings import Settings, settings_of
from service.store.described import describe, description_graph
from service.store.draft import Draft
from service.store.mapped import follow_loaded
from service.store.snapshots import Snapshots
from service.tokens import Limits
from service.workers.confinement import Confinement, allow_cpu, confine, data_bytes, with_large_stack
from service.workers.frames import Broken, Kind, Reader, send
from service.writing.application import Applied, Rules, applied, exists
from service.writing.change import Change, Condition, GraphWrite, Outcome, change
from service.writing.upkeep import Own, declare, keep_up

_PAUSE = 0.02
"""Seconds between two looks at a lock that another process holds."""

_SPENT = 4
"""What part of its memory a process may hold when a change is done; with more, another one takes its place."""


@click.command("write-changes", hidden=True)
def write_changes() -> None:
    """Make the changes that come in on stdin, one after the other, until it closes."""
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing but answers may come out there
    with_large_stack(partial(_serve, Reader(sys.stdin.fileno()), answers))


def _serve(requests: Reader, answers: int) -> None:
    try:
        told: dict[str, Any] = json.loads(requests.next().payload)
        settings = settings_of({name: value for name, value in told.items() if name != "parent"})
        confine(Confinement(told["parent"], settings.write_memory, writable=True, open_files=4096, niceness=0))
        most = data_bytes() + settings.write_memory // _SPENT
        send(answers, Kind.READY)
        while True:
            asked = json.loads(requests.next().payload)
            allow_cpu(settings.write_seconds + 5)
            body = _Body(requests, partial(send, answers, Kind.DATA))
            kind, said = _answer(settings, asked, body, partial(send, answers, Kind.HEADER))
            send(answers, kind, json.dumps({**said, "is_spent": data_bytes() > most}).encode())
    except Broken:  # the service has gone
        return


def _answer(
    settings: Settings, asked: dict[str, Any], body: "_Body", made: Callable[[], None]
) -> tuple[Kind, dict[str, Any]]:
    try:
        done = _written(settings, change(asked["change"]), body, asked["wait"], made)
    except Broken:
        raise
    except MemoryError:
        said = _said(problem(WriteTooLarge("The change needed more memory than it may have.")))
    except Exception as error:  # noqa: BLE001 -- every error is shown to who sent the change, in the form of the web
        said = _said(problem(error))
    else:
        body.drain()
        return Kind.END, asdict(done)
    body.drain()
    return Kind.ERROR, said


def _said(shown: Problem) -> dict[str, Any]:
    return {**vars(shown), "place": dict(shown.place), "headers": dict(shown.headers)}


def _written(settings: Settings, asked: Change, body: "_Body", wait: float, made: Callable[[], None]) -> Outcome:
    snapshots, until = Snapshots(settings.data, settings.snapshots_kept), time.monotonic() + wait
    while True:
        try:
            done = snapshots.write(partial(_changed, settings, snapshots, asked, body, made), _cause(asked))
        except WriterBusy:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return Outcome(snapshots.current().number, done.created, done.operations)


def _changed(
    settings: Settings, snapshots: Snapshots, asked: Change, body: "_Body", made: Callable[[], None], draft: Draft
) -> Applied:
    body.ask_for()
    own = Own(Iris(settings.base))
    _refuse_otherwise(draft.store, snapshots, asked)
    limits = Limits(settings.update_bytes, settings.query_nesting, settings.query_operators)
    asking = settings.query_characters if settings.federation else 0
    rules = Rules(limits, own.inferred, settings.rewrites, asking)
    done = applied(draft.store, asked, io.BufferedReader(body), rules)
    followed = keep_up(draft.store, draft.base, done, own, _faults)
    declare(draft, done.written, followed)
    if own.may_concern_entities(done.written):
        follow_loaded(draft, own.iris)
    _describe_without_numbers(draft, own.iris, done)
    made()
    return done


def _describe_without_numbers(draft: Draft, iris: Iris, done: Applied) -> None:
    """Take the numbers out of the description of the data, where there is one: they would be those of before."""
    name = description_graph(iris)
    if draft.store.contains_named_graph(ox.NamedNode(name)):
        describe(draft.store, iris, counted=False)
        draft.touched([str(name)])


def _cause(asked: Change) -> str:
    """What the list of snapshots says of a change."""
    content = asked.content
    if not isinstance(content, GraphWrite):
        return "SPARQL update"
    of = "the whole store" if content.whole else content.graph or "the default graph"
    return f"{content.method} of {of}"


def _refuse_otherwise(store: ox.Store, snapshots: Snapshots, asked: Change) -> None:
    """Raise NotCurrent unless the condition of a change holds for what is current now."""
    condition: Condition = asked.condition
    if condition.snapshot is not None and condition.snapshot != _name(snapshots):
        raise NotCurrent("The data has changed since you read it; read it again, then decide.")
    if condition.absent and isinstance(asked.content, GraphWrite) and exists(store, asked.content.graph):
        raise NotCurrent("There is a graph of that name already.")


def _name(snapshots: Snapshots) -> str | None:
    return None if snapshots.is_empty() else snapshots.current().name


def _faults(graph: rdflib.Graph, quarantine: rdflib.Graph) -> Iterable[object]:
    from loaders.validation import validate  # SHACL takes longer to import than most changes to make

    return validate(graph, quarantine)


class _Body(io.RawIOBase):
    """The frames up to END as one stream; they are sent once they are asked for."""

    def __init__(self, frames: Reader, ask: Callable[[], None]) -> None:
        self._frames = frames
        self._ask = ask
        self._piece = b""
        self._ended = True

    def ask_for(self) -> None:
        """Say that nobody else writes, so that the time of the change begins."""
        self._ended = False
        self._ask()

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]  # no wider buffer is passed
        """Fill a buffer as far as a frame has something; nothing at the end."""
        while not self._piece and not self._ended:
            frame = self._frames.next()
            self._piece, self._ended = frame.payload, frame.kind is Kind.END
        found, self._piece = self._piece[: len(into)], self._piece[len(into) :]
        into[: len(found)] = found
        return len(found)

    def drain(self) -> None:
        """Read what is left."""
        while not self._ended:
            self._ended = self._frames.next().kind is Kind.END
        self._piece = b""
