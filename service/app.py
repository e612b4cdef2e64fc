"""The web application: its parts, the headers every answer carries, and errors in the form that is asked for."""

from pathlib import Path

import flask
from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider

from etiograph import __version__
from service import (
    api,
    descriptions,
    explanations_api,
    messages,
    pages,
    policy,
    search_api,
    sparql,
    things,
    vocabulary,
)
from service.answers import prefers_page
from service.compression import compressed
from service.current import current_settings
from service.editor import api as editor_api
from service.editor.links import Links
from service.errors import Problem, ServiceError, StoreError, problem
from service.interpretation import DISCLAIMER
from service.openapi import pages as openapi
from service.operations import probes
from service.operations.answers import Answers
from service.operations.clients import networks
from service.operations.kept import ROUTES, Kept
from service.operations.limits import (
    Rates,
    rates,
    refuse_too_many,
    refuse_unreadable_address,
    refuse_without_host,
    with_end_of_chunked,
    with_standing,
)
from service.operations.metrics import Metrics
from service.operations.record import record
from service.operations.watch import Application, Watch
from service.pages.compiled import Compiled
from service.pages.telling import told
from service.search.shelf import Shelf
from service.settings import Settings, read_settings
from service.store.local import LocalStore
from service.store.snapshots import Snapshots
from service.workers.pool import Capacity, Pool
from service.writing import graph_store, update
from service.writing.authority import refuse_strangers, writing_is_on
from service.writing.writer import Writer

LICENSE = "https://www.apache.org/licenses/LICENSE-2.0"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Link": f'</about>; rel="terms-of-service"; title="General information, not medical advice", '
    f'<{LICENSE}>; rel="license"',
    # Nothing here depends on who asks, so every page of the web may read it.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Allow, ETag, Link, Location, RateLimit-Limit, RateLimit-Remaining, "
    "RateLimit-Reset, Retry-After, WWW-Authenticate, X-Request-Id",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Encoding, Content-Type, If-Match, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


_NOT_CRAWLED = (
    "/sparql?",
    "/sparql/examples/",
    "/q/",
    "/search",
    "/browse?",
    "/changes?",
    "/queries/",
    "/cite",
    "/*?family=",
    "/*?rule=",
)


class _JSON(DefaultJSONProvider):
    """Members stay in the order in which they are written."""

    sort_keys = False


def create_app(settings: Settings | None = None, figures: Path | None = None) -> Flask:
    """The application over the data directory of some settings, which may still be empty.

    `figures` is where several processes put their metrics together.
    """
    settings = settings or read_settings()
    app = Flask("service", static_folder=None, template_folder=None)
    app.jinja_options = {"bytecode_cache": Compiled()}
    app.url_map.strict_slashes = False
    app.json = _JSON(app)
    app.config.update(
        SETTINGS=settings,
        BASE=settings.base,
        MAX_CONTENT_LENGTH=settings.request_bytes,
        MAX_FORM_MEMORY_SIZE=settings.request_bytes,
    )
    app.extensions["etiograph"] = store = LocalStore(Snapshots(settings.data))
    app.extensions["etiograph.search"] = Shelf(store, settings.data, settings.base)
    app.extensions["etiograph.metrics"] = metrics = Metrics(__version__, figures)
    app.extensions["etiograph.workers"] = Pool(
        Capacity(settings.workers, settings.query_memory_bytes, settings.waiting_per_client, settings.waiting),
        metrics.query,
    )
    app.extensions["etiograph.links"] = Links(
        settings.data / "links", settings.links, settings.link_characters, settings.links_per_minute
    )
    messages.install(app)
    policy.install(app)
    app.extensions["etiograph-writer"] = writer = Writer(settings)
    if writing_is_on(settings):
        writer.prepare()
    read = (pages, sparql, vocabulary, things, descriptions, explanations_api, search_api, api, editor_api, openapi)
    for part in (*read, update, graph_store, probes):
        app.register_blueprint(part.blueprint)
    app.add_url_rule("/robots.txt", view_func=robots)
    app.before_request(_note_route)
    app.before_request(_preflight)
    app.before_request(refuse_without_host)
    app.before_request(refuse_unreadable_address)
    app.before_request(_refuse_long_addresses)
    app.before_request(refuse_too_many)
    app.before_request(refuse_strangers)
    app.after_request(compressed)
    app.after_request(_with_headers)
    app.after_request(with_standing)
    app.after_request(with_end_of_chunked)
    app.register_error_handler(Exception, _shown)
    _watch(app, settings, metrics)
    return app


def _watch(app: Flask, settings: Settings, metrics: Metrics) -> None:
    app.extensions["etiograph.rates"] = known = rates(settings)
    app.extensions["etiograph.watch"] = watch = Watch(_kept(app, settings, known), networks(settings.trusted_proxies))
    watch.observers.append(metrics.request)
    app.wsgi_app = watch  # type: ignore[method-assign]  # as Flask documents it


def _kept(app: Flask, settings: Settings, known: Rates) -> Application:
    """The application, whose answers are kept if the settings give room."""
    if not settings.cache_bytes:
        return app.wsgi_app
    store: LocalStore = app.extensions["etiograph"]

    def snapshot() -> str:
        try:
            return store.snapshot.name
        except (StoreError, OSError):  # its directory may go at this moment
            return ""

    app.extensions["etiograph.answers"] = answers = Answers(settings.cache_bytes)
    return Kept(app.wsgi_app, answers, snapshot, known.let_in)


def robots() -> Response:
    """Pages may be found; queries, searches and lists narrowed down are not to be crawled."""
    rules = "".join(f"Disallow: {each}\n" for each in _NOT_CRAWLED)
    return Response(f"User-agent: *\n{rules}", content_type="text/plain; charset=utf-8")


def _note_route() -> None:
    record().route = route = request.url_rule.rule if request.url_rule else "none"
    record().keep = route in ROUTES


def _preflight() -> Response | None:
    """The answer to a browser that asks whether a page may ask: before all else, since it carries no credentials."""
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    return Response(status=204) if asks else None


def _refuse_long_addresses() -> None:
    settings = current_settings()
    if len(request.environ.get("QUERY_STRING", "")) + len(request.path) > settings.address_bytes:
        flask.abort(414, f"An address may have {settings.address_bytes:,} characters; send a long query by POST.")


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy.header())
    response.vary.add("Accept")
    if request.method == "OPTIONS":
        response.headers.update(PREFLIGHT)
    return response


def _shown(error: Exception) -> Response:
    """An error as a page for a browser, as problem+json for everything else."""
    found = problem(error)
    record().outcome = type(error).__name__
    if prefers_page() and (page := _page(found)):
        response = Response(page, found.status, content_type="text/html; charset=utf-8")
    else:
        disclaimer = {"disclaimer": DISCLAIMER} if request.path.startswith(f"{api.blueprint.url_prefix}/") else {}
        body = flask.json.dumps({**found.document(), **_in_words(found), **disclaimer})
        response = messages.translated(Response(body, found.status, content_type="application/problem+json"))
    response.headers.update(found.headers)
    return response


def _in_words(found: Problem) -> dict[str, str]:
    """Title and detail in the reader's language, as RFC 9457 lets them be."""
    return {"title": messages.gettext(found.title), "detail": told(found.detail)}


def _page(found: Problem) -> str | None:
    try:
        at_sparql = request.path.rstrip("/") == "/sparql" or (request.path.startswith("/q/") and found.status != 404)
        return sparql.problem_page(found) if at_sparql else pages.render_problem(found)
    except ServiceError:  # the page asks the store for names, which may be what has failed
        return None
