"""Figures for Prometheus, and the only importer of its client.

Several processes that serve write theirs into files of one directory (the client's multiprocess mode), so that each
of them answers with the sum of all, whichever is asked.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    multiprocess,
    values,
)

from service.operations.record import Record
from service.workers.job import End, Outcome

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
_Over = Literal["livesum", "livemax", "livemostrecent"]
"""How what several processes say is put together."""

_WRITES = frozenset({"/update", "/graphs"})


@dataclass(frozen=True)
class Moment:
    """How things stand at a moment."""

    snapshot: int = 0
    waiting: int = 0
    busy: int = 0
    idle: int = 0
    kept: int = 0


class Metrics:
    """The figures of this process, or with a directory, its part of the figures of all."""

    def __init__(self, version: str, directory: Path | None = None) -> None:
        self._directory = directory
        values.ValueClass = _value_class(shared=directory is not None)
        if directory:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)
        disable_created_metrics()  # type: ignore[no-untyped-call]  # no types
        self._registry = registry = CollectorRegistry()

        def counter(name: str, sentence: str, *labels: str) -> Counter:
            return Counter(f"etiograph_{name}", sentence, labels, registry=registry)

        def histogram(name: str, sentence: str, *labels: str) -> Histogram:
            return Histogram(f"etiograph_{name}", sentence, labels, buckets=_SECONDS, registry=registry)

        def gauge(name: str, sentence: str, *labels: str, over: _Over = "livesum") -> Gauge:
            return Gauge(f"etiograph_{name}", sentence, labels, registry=registry, multiprocess_mode=over)

        self._requests = counter("requests", "Requests, by route and status.", "method", "route", "status")
        self._request_seconds = histogram("request_seconds", "Seconds to the last byte of an answer.", "route")
        self._sent = counter("sent_bytes", "Bytes of answers, before they were compressed.", "route")
        self._unchanged = counter("not_modified", "Requests answered with 304, for which nothing was evaluated.")
        self._refused = counter("refused", "Requests refused, by the error that says why.", "reason")
        self._writes = counter("writes", "Updates and Graph Store writes, by outcome.", "outcome")
        self._queries = counter("queries", "Queries of clients, by how they ended.", "outcome")
        self._running = histogram("query_seconds", "Seconds queries ran in a worker.")
        self._waiting = histogram("query_waiting_seconds", "Seconds queries waited for a worker.")
        self._query_bytes = counter("query_bytes", "Bytes of answers to queries.")
        self._query_rows = counter("query_rows", "Rows and triples of whole answers to queries.")
        self._ended = counter("workers_ended", "Workers that were ended, or ended themselves, by reason.", "reason")
        self._hits = counter("cache_hits", "Requests whose answer had been kept.")
        self._misses = counter("cache_misses", "Requests whose answer was made, and is kept from then on.")
        self._kept = gauge("cache_bytes", "Bytes of the answers that are kept.")
        self._lost = counter("log_lines_lost", "Log lines that could not be written.")
        self._snapshot = gauge("snapshot", "Number of the snapshot that is served.", over="livemostrecent")
        self._queue = gauge("queries_waiting", "Queries that wait for a worker.")
        self._workers = gauge("workers", "Query workers, by state.", "state")
        gauge("info", "The version that serves.", "version", over="livemax").labels(version).set(1)
        for end in _ENDINGS:
            self._queries.labels(end)
        for reason in _ENDINGS.values():
            if reason:
                self._ended.labels(reason)

    def request(self, record: Record) -> None:
        """Count a request."""
        method = record.method if record.method in _METHODS else "other"
        self._requests.labels(method, record.route, record.status).inc()
        self._request_seconds.labels(record.route).observe(record.seconds)
        self._sent.labels(record.route).inc(record.bytes)
        if record.cache:
            (self._hits if record.cache == "hit" else self._misses).inc()
        if record.status == 304:
            self._unchanged.inc()
        if record.status >= 400:
            self._refused.labels(record.outcome).inc()
        if record.route in _WRITES and method in ("POST", "PUT", "DELETE"):
            self._writes.labels("done" if record.status < 400 else record.outcome).inc()

    def query(self, outcome: Outcome) -> None:
        """Count a query that has ended."""
        self._queries.labels(outcome.end).inc()
        self._waiting.observe(outcome.seconds_waiting)
        self._query_bytes.inc(outcome.bytes)
        self._query_rows.inc(outcome.rows)
        if outcome.seconds_running:
            self._running.observe(outcome.seconds_running)
            if reason := _ENDINGS[outcome.end]:
                self._ended.labels(reason).inc()

    def line_lost(self) -> None:
        """Count a log line that could not be written."""
        self._lost.inc()

    def sample(self, moment: Moment) -> None:
        """Take down how things stand."""
        self._snapshot.set(moment.snapshot)
        self._kept.set(moment.kept)
        self._queue.set(moment.waiting)
        self._workers.labels("busy").set(moment.busy)
        self._workers.labels("idle").set(moment.idle)

    def exposed(self) -> bytes:
        """All figures in the text format of Prometheus."""
        if not self._directory:
            return generate_latest(self._registry)
        _forget_ended(self._directory)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together, str(self._directory))  # type: ignore[no-untyped-call]  # no types
        return generate_latest(together)


def _value_class(*, shared: bool) -> Any:  # noqa: ANN401 -- the client gives its values no type
    return values.MultiProcessValue() if shared else values.MutexValue  # type: ignore[no-untyped-call]  # no types


_ENDINGS: dict[End, str | None] = {
    "answered": None,
    "refused": None,
    "full": None,
    "slow": "timeout",
    "memory": "memory",
    "crash": "crash",
    "gone": "client",
}
"""How a query ends, and why its worker did where that ended too."""


def _forget_ended(directory: Path) -> None:
    """What processes that are no more counted stays; how they stood does not."""
    for file in directory.glob("gauge_live*_*.db"):
        if not Path(f"/proc/{(pid := file.stem.rpartition('_')[2])}").exists():
            multiprocess.mark_process_dead(int(pid), str(directory))  # type: ignore[no-untyped-call]  # no types
