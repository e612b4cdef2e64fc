"""What a process that serves has besides the application: its log, and samples of how things stand for metrics."""

import logging
import sys
import threading
import time

from flask import Flask

from service.operations.journal import Journal
from service.operations.log import Log, Wanted, form
from service.operations.metrics import Metrics
from service.operations.probes import moment
from service.operations.watch import Watch
from service.settings import Settings

_SAMPLE_SECONDS = 2.0


def watched(app: Flask, settings: Settings, *, apart: bool) -> Journal | None:
    """Begin to log and, where other processes answer for this one's figures, to sample how things stand.

    Returns the journal, which is to be closed at the end; None where nothing is logged.
    """
    metrics: Metrics = app.extensions["etiograph.metrics"]
    if apart:
        threading.Thread(target=_sample, args=(app, metrics), name="samples", daemon=True).start()
    return None if settings.log == "off" else _logged(app, settings, settings.log, metrics)


def _logged(app: Flask, settings: Settings, wanted: Wanted, metrics: Metrics) -> Journal:
    journal = Journal(sys.stderr.fileno(), metrics.line_lost)
    log = Log(journal, form(wanted), settings.slow_seconds, queries=settings.log_queries)
    watch: Watch = app.extensions["etiograph.watch"]
    watch.observers.append(log.request)
    logger = logging.getLogger("etiograph")
    logger.addHandler(log.handler())
    logger.propagate = False
    return journal


def _sample(app: Flask, metrics: Metrics) -> None:
    while True:
        metrics.sample(moment(app))
        time.sleep(_SAMPLE_SECONDS)
