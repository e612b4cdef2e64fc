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
from service.evaluated import Allowance, Client, evaluated
from service.excerpt import beginning, whole_lines, whole_rows
from service.federation.rewriting import answered, federation_rules
from service.formats import GRAPHS, JSON, N_TRIPLES, TABLES
from service.forms import FORM, form, refuse_other_charsets
from service.operations.record import record
from service.pages import render_sparql
from service.store.local import Dataset
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

_PARTS = "multipart/form-data"


@dataclass(frozen=True)
class Asked:
    """What one request asks."""

    query: str
    dataset: Dataset
    parameters: MultiDict[str, str]


@blueprint.route("/q/<link>")
@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql(link: str | None = None) -> Response | str:
    """Answer a query; without one, a browser gets the form and everybody else the description of the service."""
    without = not link and request.method in _READING and not request.args.keys() & _PARAMETERS
    if without and (choice := _of_description()):
        return described(choice.format, choice.media_type) if choice.format else render_sparql(None, None, None)
    asked = _asked()
    record().query = asked.query
    query = _federated(asked.query)
    formats = TABLES if query.form in ("SELECT", "ASK", None) else GRAPHS
    choice = chosen(formats)
    return _answered(query, asked, choice) if choice.format else _page(query, asked)


def _federated(text: str) -> Query:
    """The query as the engine may see it: what other services are to say is asked first and stands in it."""
    rules = federation_rules(current_settings())
    query = admitted(text, _limits(), may_call=bool(rules.addresses))
    text = answered(text, rules) if rules.addresses else text
    return replace(query, text=text, base=f"{public_address()}/sparql", rewrites=current_settings().rewrites)


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


def _answered(query: Query, asked: Asked, choice: Choice) -> Response:
    format_ = choice.format or JSON
    allowance = _allowance(asked.parameters)
    held = current_store().held()
    record().snapshot = held.snapshot.number
    is_volatile = bool(_VOLATILE.search(query.text))
    record().keep = query.text == asked.query and not is_volatile
    tag = "" if is_volatile else etag(held.snapshot.name, query.text, asked.dataset, choice.media_type)
    if tag and (unchanged := not_modified(tag)):
        return unchanged
    found = evaluated(_pool(), held, query, format_, asked.dataset, allowance, _client())
    return answer(found if found.whole is None else found.whole, choice.media_type, tag)


def _page(query: Query, asked: Asked) -> str:
    """The form with the answer below it; a graph is shown as a table of its triples."""
    is_graph = query.form in ("CONSTRUCT", "DESCRIBE")
    format_ = N_TRIPLES if is_graph else JSON
    allowance = _allowance(asked.parameters)
    found = evaluated(_pool(), current_store().held(), query, format_, asked.dataset, allowance, _client())
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
        return Asked(_text_of_body(), _dataset(request.args), request.args)
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


def _text_of_body() -> str:
    refuse_other_charsets("a query")
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongRequest(f"The query is not UTF-8: byte {error.start} cannot be read.") from None


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
