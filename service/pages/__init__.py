"""The HTML pages: every thing of the graph, the vocabulary, search, the SPARQL form, and what went wrong."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, render_template, request
from rdflib import RDF, Graph, URIRef

from ontology.iris import Iris
from ontology.mappings import mapping_set
from ontology.terms import EG
from service.addresses import address, anchor, base, compact, downloads, key, term_address
from service.description.endpoint import Deployment
from service.errors import Problem
from service.pages import (
    article,
    browse,
    comparison,
    crossing,
    distributions,
    entity,
    finding,
    home,
    measured,
    questions,
    records,
    sparql,
    spreadsheet,
    state,
    term,
    void,
)
from service.pages.assets import asset, asset_if_there
from service.pages.ontology import query_address, render_definitions
from service.pages.ontology import render as render_ontology
from service.pages.phrases import family, verb
from service.pages.telling import told
from service.pages.things import thing
from service.pages.vocabulary import definition, label_of
from service.search import suggestions

__all__ = [
    "blueprint",
    "render_definitions",
    "render_ontology",
    "render_problem",
    "render_sparql",
    "render_term",
    "render_thing",
    "render_void",
]

blueprint = Blueprint(
    "pages", __name__, template_folder="../templates", static_folder="../static", static_url_path="/static"
)
blueprint.add_url_rule("/", "home", home.render)
blueprint.add_url_rule("/articles", "articles", home.render_articles)
blueprint.add_url_rule("/matrix", "matrix", crossing.render)
blueprint.add_url_rule("/matrix.csv", "matrix_csv", spreadsheet.render)
blueprint.add_url_rule("/compare", "compare", comparison.render)
blueprint.add_url_rule("/check", "check", measured.render)
blueprint.add_url_rule("/search", "search", finding.render)
blueprint.add_url_rule("/browse", "browse", browse.render)
blueprint.add_url_rule("/queries", "queries", questions.render)
blueprint.add_url_rule("/queries/<name>", "query", questions.run)
blueprint.add_url_rule("/downloads", "downloads", distributions.render)
blueprint.add_url_rule("/downloads/<name>", "download", distributions.serve)
blueprint.add_url_rule("/status", "status", state.render_status)
blueprint.add_url_rule("/changes", "changes", state.render_changes)
blueprint.add_url_rule("/cite", "cite", entity.render_citation)
blueprint.add_app_template_global(asset)
blueprint.add_app_template_global(asset_if_there)
blueprint.add_app_template_global(EG, "EG")
blueprint.add_app_template_global(RDF, "RDF")
blueprint.add_app_template_filter(address)
blueprint.add_app_template_filter(anchor)
blueprint.add_app_template_filter(compact)
blueprint.add_app_template_filter(downloads)
blueprint.add_app_template_filter(key)
blueprint.add_app_template_filter(term_address)
blueprint.add_app_template_filter(label_of)
blueprint.add_app_template_filter(definition)
blueprint.add_app_template_filter(family)
blueprint.add_app_template_filter(query_address)
blueprint.add_app_template_filter(told)
blueprint.add_app_template_filter(verb)
blueprint.add_app_template_filter(URIRef, "iri")

_PAGES = {
    EG.Article: article.render,
    EG.Assertion: records.statement,
    EG.EvidenceItem: records.evidence,
    EG.Passage: records.passage,
    EG.Correction: records.corrected,
}


def render_thing(iri: URIRef) -> str:
    """The page of an entity, article, statement, quote, passage or correction; 404 for what the graph does not know."""
    found = thing(iri)
    if found is None:
        abort(404, "The graph says nothing about this.")
    for kind, render in _PAGES.items():
        if found.a(kind):
            return render(found)
    return entity.render(found) if found.a(EG.Entity) else records.record(found)


def render_term(iri: URIRef) -> str:
    """The page of a term of an ontology that was loaded. Raises UnknownThing."""
    return term.render(term.term(iri))


def render_sparql(query: str | None, answer: Mapping[str, Any] | None, problem: Problem | None) -> str:
    """The SPARQL form, with an answer or a problem where there is one."""
    return sparql.render(query, answer, problem)


def render_void(described: Graph, iris: Iris, of: Deployment) -> str:
    """What the dataset holds and where to have it."""
    return void.render(described, iris, of)


def render_problem(problem: Problem) -> str:
    """What went wrong, in words, with somewhere to go next."""
    name = request.path.rpartition("/")[2].replace("-", " ")
    return render_template(
        "problem.html", problem=problem, suggestions=suggestions(name) if problem.status == 404 else ()
    )


@blueprint.route("/about")
def about() -> str:
    """What this is, how it is made, what it cannot do."""
    return render_template("about.html", base=base(), mappings=mapping_set())
