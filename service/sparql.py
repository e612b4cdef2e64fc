"""`/sparql`: queries by GET and POST as the SPARQL 1.1 Protocol describes, answered in the form that is accepted."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, Response, current_app, request
from rdflib import Graph
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from service.answers import Choice, answer, chosen, etag, not_modified
from service.current import current_settings, current_store, public_address
from service.descriptions import described
from service.editor.links import Links
from service.errors import NotAcceptable, Problem, RefusedQuery, UnsupportedType, WrongRequest
from service.evaluated import Allowance, Client, Evaluated, evaluated
from service.excerpt import beginning, whole_lines, whole_rows
from service.federation.rewriting import answered, federation_rules
from service.formats import GRAPHS, JSON, N_TRIPLES, TABLES, Format
from service.forms import FORM, decoded, form, refuse_other_charsets
from service.operations.record import record
from service.pages import render_sparql
from service.store.local import Dataset, Opened
from service.store.terms import to_json
from service.tokens import Limits, Query, admitted
from service.workers.pool import Pool

blueprint = Blueprint("sparql", __name__)

_READING = ("GET", "HEAD")
_PARAMETERS = {"query", "update", "default-graph-uri", "named-graph-uri"}
_BODY = "application/sparql-query"
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_VOLATILE = re.compile(r"(?:now|rand|uuid)\b|\\u", re.IGNORECASE)
"""What may stand for a function whose value is another one each time, be it written with escapes."""

_MOST = 2_000_000
"""Bytes, and rows, of what is asked here only to ask others for less."""

_PARTS = "multipart/form-data"


@dataclass(frozen=True)
class Asked:
    """What one request asks."""

    query: str
    dataset: Dataset
    parameters: MultiDict[str, str]


@dataclass(frozen=True)
class Place:
    """Where the queries of one request are evaluated: over one snapshot, on one dataset."""

    held: Opened
    dataset: Dataset
    allowance: Allowance

    def evaluated(self, query: Query, format_: Format, allowance: Allowance | None = None) -> Evaluated:
        """A query has been begun, by default with what the request allows for."""
        return evaluated(_pool(), self.held, query, format_, self.dataset, allowance or self.allowance, _client())


@blueprint.route("/q/<link>")
@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql(link: str | None = None) -> Response | str:
    """Answer a query; without one, a browser gets the form and everybody else the description of the service."""
    without = not link and request.method in _READING and not request.args.keys() & _PARAMETERS
    if without and (choice := _of_description()):
        return described(choice.format, choice.media_type) if choice.format else render_sparql(None, None, None)
    asked = _asked()
    record().query = asked.query
    query = _admitted(asked.query, may_call=bool(current_settings().federation))
    choice = chosen(TABLES if query.form in ("SELECT", "ASK", None) else GRAPHS)
    place = Place(current_store().held(), asked.dataset, _allowance(asked.parameters))
    query = _federated(query, place)
    return _answered(query, asked, choice, place) if choice.format else _page(query, asked, place)


def _admitted(text: str, may_call: bool = False) -> Query:
    query = admitted(text, _limits(), may_call)
    return replace(query, base=f"{public_address()}/sparql", rewrites=current_settings().rewrites)


def _federated(query: Query, place: Place) -> Query:
    """The query as the engine may see it: what other services are to say is asked first and stands in it."""
    rules = federation_rules(current_settings())
    if not rules.addresses:
        return query

    def ask(text: str, seconds: float) -> bytes:
        allowance = replace(place.allowance, rows=_MOST, bytes=_MOST)
        allowance = replace(allowance, seconds=max(0.01, min(seconds, allowance.seconds)))
        return b"".join(place.evaluated(_admitted(text), JSON, allowance))

    return replace(query, text=answered(query.text, rules, ask))


def _of_description() -> Choice | None:
    """The form of the description that is accepted; who accepts only tables has forgotten the query."""
    try:
        return chosen(GRAPHS)
    except NotAcceptable:
        return None


def problem_page(problem: Problem) -> str:
    """The form with the query as it came and what is wrong with it."""
    try:
        query = _asked().query
    except (WrongRequest, RefusedQuery, UnsupportedType):
        query = None
    return render_sparql(query, None, problem)


def _answered(query: Query, asked: Asked, choice: Choice, place: Place) -> Response:
    snapshot = place.held.snapshot
    record().snapshot = snapshot.number
    is_volatile = bool(_VOLATILE.search(query.text))
    record().keep = query.text == asked.query and not is_volatile
    tag = "" if is_volatile else etag(snapshot.name, query.text, asked.dataset, choice.media_type)
    if tag and (unchanged := not_modified(tag)):
        return unchanged
    found = place.evaluated(query, choice.format or JSON)
    return answer(found if found.whole is None else found.whole, choice.media_type, tag)


def _page(query: Query, asked: Asked, place: Place) -> str:
    """The form with the answer below it; a graph is shown as a table of its triples."""
    is_graph = query.form in ("CONSTRUCT", "DESCRIBE")
    found = place.evaluated(query, N_TRIPLES if is_graph else JSON)
    try:
        body, more = beginning(found)
    finally:
        found.close()
    if is_graph:
        return render_sparql(asked.query, _as_table(whole_lines(body)) | {"more": more}, None)
    shown = current_app.json.loads(whole_rows(body) if more else body)
    return render_sparql(asked.query, shown | {"more": more}, None)


def _as_table(n_triples: bytes) -> dict[str, object]:
    names = ("subject", "predicate", "object")
    triples = sorted(Graph().parse(data=n_triples, format="nt"))
    rows = [dict(zip(names, map(to_json, triple), strict=True)) for triple in triples]
    return {"head": {"vars": names}, "results": {"bindings": rows}}


def _asked() -> Asked:
    """The query of this request and its dataset. Raises WrongRequest, UnsupportedType, RefusedQuery, UnknownThing."""
    if link := (request.view_args or {}).get("link"):
        links: Links = current_app.extensions["etiograph.links"]
        return Asked(links.text(link), _dataset(request.args), request.args)
    if request.method in _READING:
        return _of_parameters(request.args)
    if "query" in request.args:
        raise WrongRequest("A posted query stands in the body of the request, so its address holds none.")
    if request.headers.get("Content-Encoding", "identity").strip().casefold() != "identity":
        raise UnsupportedType("A query is sent as it is, without a Content-Encoding.")
    if request.mimetype in (FORM, _PARTS):
        refuse_other_charsets("a query")
        return _of_parameters(form(request.get_data()) if request.mimetype == FORM else request.form, request.args)
    if request.mimetype == _BODY:
        refuse_other_charsets("a query")
        return Asked(decoded(request.get_data(), "query"), _dataset(request.args), request.args)
    if request.mimetype == "application/sparql-update":
        raise RefusedQuery("This address answers queries only; it takes no updates, which go to /update.")
    raise UnsupportedType(f"A query comes as {_BODY}, or as the parameter query of {FORM}.")


def _of_parameters(parameters: MultiDict[str, str], others: MultiDict[str, str] | None = None) -> Asked:
    queries = parameters.getlist("query")
    if "update" in parameters:
        raise RefusedQuery("This address answers queries only; it takes no updates, which go to /update.")
    if len(queries) != 1:
        raise WrongRequest(f"There must be exactly one parameter query; there are {len(queries)}.")
    others = others or MultiDict()
    return Asked(queries[0], _dataset(parameters, others), CombinedMultiDict([parameters, others]))


def _dataset(*parameters: MultiDict[str, str]) -> Dataset:
    default = tuple(iri for each in parameters for iri in each.getlist("default-graph-uri"))
    named = tuple(iri for each in parameters for iri in each.getlist("named-graph-uri"))
    return Dataset(default, named).checked() if default or named else Dataset()


def _allowance(parameters: MultiDict[str, str]) -> Allowance:
    """What this query may take: what the settings allow, or less where the request says so."""
    settings = current_settings()
    return Allowance(
        _at_most(parameters, "timeout", settings.query_seconds),
        int(_at_most(parameters, "max-rows", settings.answer_rows)),
        int(_at_most(parameters, "max-bytes", settings.answer_bytes)),
    )


def _at_most(parameters: MultiDict[str, str], name: str, most: float) -> float:
    if not (written := parameters.get(name)):
        return most
    if not _NUMBER.fullmatch(written) or float(written) == 0:
        raise WrongRequest(f"{name} is a number above 0, not {written[:40]}; the most there is is {most:,g}.")
    return min(float(written), most)


def _client() -> Client:
    is_gone: Callable[[], bool] = request.environ.get("etiograph.is_gone", lambda: False)
    return Client(request.remote_addr or "", is_gone)


def _limits() -> Limits:
    settings = current_settings()
    return Limits(settings.query_characters, settings.query_nesting, settings.query_operators)


def _pool() -> Pool:
    pool: Pool = current_app.extensions["etiograph.workers"]
    return pool
