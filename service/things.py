"""Linked Data: every IRI of this graph answers as a page or as RDF; `/resolve` finds the address."""

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, request
from rdflib import URIRef
from werkzeug.wrappers import Response as BaseResponse

from service.addresses import base, compact, local_path, term_address
from service.answers import SUFFIXES, chosen, etag, graph_answer, not_modified
from service.current import current_store
from service.errors import AnswerTooLarge, UnknownThing, WrongRequest
from service.formats import GRAPHS, Format
from service.lookups import Row, ask, iri
from service.names import expanded, is_iri, prefixes, written_iri
from service.pages import render_term, render_thing
from service.store.dataset import is_believed
from service.store.quads import Statement, serialized

MOST = 20_000
"""Triples of one description; `description.rq` and `graph.rq` stop behind it."""

blueprint = Blueprint("things", __name__)


@blueprint.route("/id/<path:name>")
def thing(name: str) -> BaseResponse | str:
    """The page or the description of a thing; `.ttl` and the like ask for one format."""
    if not is_iri(_local(name)):
        raise UnknownThing("The graph says nothing about this.")
    stem, _, suffix = name.rpartition(".")
    if format_ := SUFFIXES.get(suffix) if stem else None:
        return _described(_local(stem), format_, format_.media_type)
    choice = chosen(GRAPHS)
    if choice.format:
        return _described(_local(name), choice.format, choice.media_type)
    if _names_a_graph(name):
        return redirect(f"/id/{name.rpartition('/')[0]}", 303)
    return render_thing(_local(name))


@blueprint.route("/resolve")
def resolve() -> BaseResponse:
    """Lead from an IRI or CURIE to where it is answered, which is always on this host."""
    wanted = request.args.get("iri", "")
    if not wanted.strip():
        raise WrongRequest("Say which one: /resolve?iri=id:hypocalcemia, or a whole IRI.")
    found = expanded(wanted, base()) or written_iri(wanted, base())
    path = local_path(found, base()) if found else None
    if found and path is None and ask("term", term=found):
        path = term_address(found)
    if path is None:
        raise UnknownThing("That is no IRI of this graph, of its vocabulary, or of an ontology that was loaded.")
    return redirect(path, 303)


@blueprint.route("/term")
def term() -> BaseResponse | str:
    """The page or the description of a term of an ontology that was loaded, by its IRI or CURIE."""
    wanted = request.args.get("iri", "").strip()
    if not wanted:
        raise WrongRequest("Say which one: /term?iri=HP:0002901, or a whole IRI.")
    of = expanded(wanted, base())
    if of is None:
        raise UnknownThing("That is neither an IRI nor an identifier such as HP:0002901.")
    if path := local_path(of, base()):
        return redirect(path, 303)
    if not ask("term", term=of):
        raise UnknownThing(f"{compact(of)[:200]} is no term of an ontology that was loaded here.")
    choice = chosen(GRAPHS)
    return _described(of, choice.format, choice.media_type) if choice.format else render_term(of)


def description(of: URIRef) -> list[Statement]:
    """What describes a thing; what is only quarantined does not describe anything that is known otherwise.

    The name of a graph is described by what the graph says. Raises UnknownThing, and AnswerTooLarge for what is
    better asked of the engine.
    """
    found = _bounded(ask("description", thing=of))
    trusted = [statement for statement in found if is_believed(str(statement.graph))]
    known = any(of in (statement.subject, statement.object) for statement in trusted)
    found = trusted if known else found or _bounded(ask("graph", graph=of))
    if not found:
        raise UnknownThing("The graph says nothing about this.")
    return found


def _bounded(rows: Sequence[Row]) -> list[Statement]:
    if len(rows) > MOST:
        raise AnswerTooLarge(
            f"More than {MOST:,} triples describe this. Ask /sparql for a part of them,"
            " or take a whole graph from /graphs?graph= with its IRI."
        )
    return [Statement(row["subject"], iri(row, "predicate"), row["object"], iri(row, "graph")) for row in rows]


def _described(of: URIRef, format_: Format, media_type: str) -> Response:
    tag = etag(current_store().snapshot.name, of, media_type)
    if unchanged := not_modified(tag):
        return unchanged
    body = serialized(description(of), format_, prefixes(base()))
    return graph_answer(body, format_, media_type, tag)


def _names_a_graph(name: str) -> bool:
    return name.startswith("article/") and name.endswith(("/graph", "/quarantine"))


def _local(name: str) -> URIRef:
    return URIRef(f"{base()}id/{name}")
