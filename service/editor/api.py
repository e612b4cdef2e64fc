"""What the scripts of the SPARQL page ask for, all of which any program may ask as well."""

from flask import Blueprint, Response, abort, current_app, json, jsonify, redirect, request, url_for
from rdflib.term import Identifier

from ontology.iris import Iris
from queries.errors import QuestionError
from queries.question import Question, question
from service.addresses import base
from service.answers import answer, etag, not_modified, prefers_page
from service.current import current_settings, current_store
from service.descriptions import deployment, whole_description
from service.editor.formatting import formatted
from service.editor.links import Links
from service.editor.snippets import snippets
from service.editor.words import short, vocabulary
from service.errors import QueryTooLong, WrongRequest
from service.names import prefixes
from service.pages import render_sparql
from service.pages.sparql import named
from service.pages.vocabulary import label_of
from service.search import index
from service.values import term

blueprint = Blueprint("editor", __name__)

_MOST_NAMES = 1000
_OFFERED = 20


@blueprint.route("/api/vocabulary")
def words() -> Response:
    """Prefixes, classes and properties of the graph, with labels, definitions and how often each occurs."""
    store = current_store()
    tag = etag(store.snapshot.name, "vocabulary", base())
    if unchanged := not_modified(tag):
        return unchanged
    found = vocabulary(whole_description(store, deployment(), in_parts=False), Iris(base()), prefixes(base()))
    return answer(json.dumps(found).encode(), "application/json", tag)


@blueprint.route("/api/entities")
def entities() -> Response:
    """The things whose names hold some words, the best first: `?q=calf`."""
    found, known = index(), prefixes(base())
    hits = found.complete(request.args.get("q", "")[:200], _OFFERED) if found else ()
    return jsonify(
        [
            {
                "iri": hit.iri,
                "name": short(hit.iri, known),
                "label": hit.label,
                "kind": ", ".join(label_of(kind.iri, kind.label) for kind in hit.kinds),
            }
            for hit in hits
        ]
    )


@blueprint.route("/api/labels", methods=["POST"])
def names() -> Response:
    """The label and page of each of up to 1,000 things: `{"iris": […]}`."""
    iris = _members().get("iris")
    if not isinstance(iris, list) or len(iris) > _MOST_NAMES or not all(isinstance(each, str) for each in iris):
        raise WrongRequest(f'Send {{"iris": [...]}} with at most {_MOST_NAMES:,} IRIs.')
    return jsonify(named(iris))


@blueprint.route("/api/links", methods=["POST"])
def link() -> Response:
    """A short address for a query, the same one each time."""
    links: Links = current_app.extensions["etiograph.links"]
    name = links.keep(_query())
    path = f"/q/{name}"
    response = jsonify(id=name, address=str(deployment().at(path)))
    response.headers["Location"] = path
    return response


@blueprint.route("/sparql/format", methods=["POST"])
def layout() -> Response | str:
    """A query laid out: as the page with it, or as text."""
    text = formatted(_query())
    if prefers_page():
        return render_sparql(text, None, None)
    return Response(text, content_type="application/sparql-query; charset=utf-8")


@blueprint.route("/sparql/code", methods=["POST"])
def code() -> Response:
    """Code that asks a query, in several languages."""
    return jsonify([vars(each) for each in snippets(_query(), str(deployment().endpoint))])


@blueprint.route("/sparql/examples/<name>")
def example(name: str) -> Response:
    """A question of `queries/`, about other things where parameters say so: run for a browser, as text otherwise."""
    try:
        asked = question(name)
        text = asked.bound(**_terms(asked))
    except QuestionError as error:
        abort(404, str(error))
    if prefers_page():
        response: Response = redirect(url_for("sparql.sparql", query=text))  # type: ignore[assignment]
        return response
    return Response(text, content_type="application/sparql-query; charset=utf-8")


def _terms(asked: Question) -> dict[str, Identifier | None]:
    known = {parameter.name: parameter for parameter in asked.parameters}
    given = {name: value.strip() for name, value in request.args.items() if name in known and value.strip()}
    return {name: term(value, known[name], current_store(), base()) for name, value in given.items()}


def _members() -> dict[str, object]:
    """The members of a JSON object that was sent; none of anything else."""
    try:
        sent: object = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets, thousands of them
        return {}
    return sent if isinstance(sent, dict) else {}


def _query() -> str:
    """The query of a request, as the SPARQL Protocol sends it by POST. Raises WrongRequest or QueryTooLong."""
    query, most = _sent_query(), current_settings().query_characters
    if len(query) > most:
        raise QueryTooLong(f"The query has {len(query):,} characters; the most that is read is {most:,}.")
    return query


def _sent_query() -> str:
    if request.mimetype == "application/sparql-query":
        return request.get_data().decode("utf-8", "replace")
    queries = request.form.getlist("query")
    if len(queries) != 1:
        raise WrongRequest(f"There must be exactly one parameter query; there are {len(queries)}.")
    return queries[0].replace("\r\n", "\n")
