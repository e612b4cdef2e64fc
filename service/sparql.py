"""`/sparql`: queries by GET and POST as the SPARQL 1.1 Protocol describes, answered in the form that is accepted."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, current_app, request
from rdflib import Graph
from werkzeug.datastructures import MultiDict

from service.answers import Choice, answer, chosen, etag, not_modified
from service.descriptions import described
from service.errors import NotAcceptable, Problem, RefusedQuery, UnsupportedType, WrongRequest
from service.federation.rewriting import answered, federation_rules
from service.formats import GRAPHS, JSON, N_TRIPLES, RDF_XML, TABLES, XML, Format
from service.pages import render_sparql
from service.settings import Settings
from service.store.local import Dataset, LocalStore
from service.store.terms import to_json
from service.tokens import Limits, Query, admitted
from service.wellformed import carried_by_xml

blueprint = Blueprint("sparql", __name__)

_READING = ("GET", "HEAD")
_PARAMETERS = {"query", "update", "default-graph-uri", "named-graph-uri"}
_BODY = "application/sparql-query"
_FORM = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Asked:
    """What one request asks."""

    query: str
    dataset: Dataset


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response | str:
    """Answer a query; without one, a browser gets the form and everybody else the description of the service."""
    if request.method in _READING and not request.args.keys() & _PARAMETERS and (choice := _of_description()):
        return described(choice.format, choice.media_type) if choice.format else render_sparql(None, None, None)
    asked = _asked()
    query = _federated(asked.query)
    formats = TABLES if query.form in ("SELECT", "ASK", None) else GRAPHS
    choice = chosen(formats)
    return _answered(query, asked.dataset, choice) if choice.format else _page(asked.query, query, asked.dataset)


def _federated(text: str) -> Query:
    """The query as the engine may see it: what other services are to say is asked first and stands in it."""
    rules = federation_rules(current_app.config["SETTINGS"])
    query = admitted(text, _limits(), may_call=bool(rules.addresses))
    return replace(query, text=answered(text, rules)) if rules.addresses else query


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


def _answered(query: Query, dataset: Dataset, choice: Choice) -> Response:
    tag = etag(_store().snapshot.name, query.text, dataset, choice.media_type)
    if unchanged := not_modified(tag):
        return unchanged
    format_ = choice.format or JSON
    body = _store().query(query.text, format_, dataset)
    return answer(_checked(body, format_), choice.media_type, tag)


def _checked(body: bytes, format_: Format) -> bytes:
    if format_ is XML:
        return carried_by_xml(body, JSON.media_type)
    return carried_by_xml(body, "application/ld+json or text/turtle") if format_ is RDF_XML else body


def _page(written: str, query: Query, dataset: Dataset) -> str:
    """The form with the answer below it; a graph is shown as a table of its triples."""
    if query.form in ("CONSTRUCT", "DESCRIBE"):
        return render_sparql(written, _as_table(_store().query(query.text, N_TRIPLES, dataset)), None)
    found = current_app.json.loads(_store().query(query.text, JSON, dataset))
    return render_sparql(written, found, None)


def _as_table(n_triples: bytes) -> dict[str, object]:
    names = ("subject", "predicate", "object")
    triples = sorted(Graph().parse(data=n_triples, format="nt"))
    rows = [dict(zip(names, map(to_json, triple), strict=True)) for triple in triples]
    return {"head": {"vars": names}, "results": {"bindings": rows}}


def _asked() -> Asked:
    """The query of this request and its dataset. Raises WrongRequest, UnsupportedType, RefusedQuery."""
    if request.method in _READING:
        return _of_parameters(request.args)
    if request.mimetype in _FORM:
        _refuse_other_charsets()
        return _of_parameters(request.form, request.args)
    if request.mimetype == _BODY:
        return Asked(_text_of_body(), _dataset(request.args))
    if request.mimetype == "application/sparql-update":
        raise RefusedQuery("This address answers queries only; it takes no updates, which go to /update.")
    raise UnsupportedType(f"A query comes as {_BODY}, or as the parameter query of {_FORM[0]}.")


def _of_parameters(parameters: MultiDict[str, str], others: MultiDict[str, str] | None = None) -> Asked:
    queries = parameters.getlist("query")
    if "update" in parameters:
        raise RefusedQuery("This address answers queries only; it takes no updates, which go to /update.")
    if len(queries) != 1:
        raise WrongRequest(f"There must be exactly one parameter query; there are {len(queries)}.")
    return Asked(queries[0], _dataset(parameters, others or MultiDict()))


def _text_of_body() -> str:
    _refuse_other_charsets()
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongRequest(f"The query is not UTF-8: byte {error.start} cannot be read.") from None


def _refuse_other_charsets() -> None:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.casefold() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedType(f"The charset of a query is UTF-8, not {charset[:40]}.")


def _dataset(*parameters: MultiDict[str, str]) -> Dataset:
    default = tuple(iri for each in parameters for iri in each.getlist("default-graph-uri"))
    named = tuple(iri for each in parameters for iri in each.getlist("named-graph-uri"))
    return Dataset(default, named) if default or named else Dataset()


def _limits() -> Limits:
    settings: Settings = current_app.config["SETTINGS"]
    return Limits(settings.query_characters, settings.query_nesting, settings.query_operators)


def _store() -> LocalStore:
    store: LocalStore = current_app.extensions["etiograph"]
    return store
