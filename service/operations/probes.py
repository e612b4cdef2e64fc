"""What machines ask of the service: whether it lives, whether it is ready, and its figures."""

import hmac
from contextlib import suppress

import flask
from flask import Blueprint, Response, current_app, request

from etiograph import __version__
from service.current import current_settings, current_store
from service.errors import NotOffered, StoreError, UnknownThing, problem
from service.operations.answers import Answers
from service.operations.metrics import CONTENT_TYPE, Metrics, Moment
from service.operations.watch import LOCAL
from service.store.local import LocalStore
from service.workers.pool import Pool

blueprint = Blueprint("probes", __name__)


@blueprint.after_request
def _not_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/health")
def health() -> Response:
    """That the process lives, and what it serves; with no data it lives too."""
    served: dict[str, int | None] = {"snapshot": None, "triples": None}
    with suppress(StoreError):
        served = {"snapshot": current_store().snapshot.number, "triples": current_store().triples()}
    return flask.jsonify(status="ok", **served, version=__version__)


@blueprint.get("/ready")
def ready() -> Response:
    """Whether queries can be answered; if not, 503 with the reasons."""
    reasons = _in_the_way()
    response = flask.jsonify(status="not ready" if reasons else "ready", reasons=reasons)
    if reasons:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """The figures, for Prometheus; whoever may not read them learns nothing of them."""
    if not _may_read_metrics():
        raise UnknownThing("There is nothing here for you.")
    found: Metrics = current_app.extensions["etiograph.metrics"]
    found.sample(moment(current_app))
    return Response(found.exposed(), content_type=CONTENT_TYPE)


@blueprint.route("/sparql/explain", methods=["GET", "POST"])
def explain() -> Response:
    """The plan of a query, which the engine does not tell."""
    raise NotOffered("The engine does not tell how it evaluates a query. The log names slow queries and their times.")


def moment(app: flask.Flask) -> Moment:
    """How things stand."""
    store: LocalStore = app.extensions["etiograph"]
    try:
        number = store.snapshot.number
    except StoreError:
        number = 0
    pool: Pool = app.extensions["etiograph.workers"]
    load = pool.load()
    answers: Answers | None = app.extensions.get("etiograph.answers")
    idle = max(0, pool.alive() - load.running)
    return Moment(number, load.waiting, load.running, idle, answers.bytes if answers else 0)


def _in_the_way() -> list[str]:
    reasons = []
    try:
        current_store().rows("SELECT (1 AS ?one) {}")
    except StoreError as error:
        reasons.append(problem(error).detail)
    pool: Pool = current_app.extensions["etiograph.workers"]
    if not pool.alive():
        reasons.append("No query worker is running.")
    return reasons


def _may_read_metrics() -> bool:
    settings = current_settings()
    if settings.metrics != "off" and (token := settings.metrics_token):
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return True
    return settings.metrics == "all" or (settings.metrics == "local" and bool(request.environ.get(LOCAL)))
