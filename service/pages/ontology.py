"""The page of the vocabulary: what it is, its diagrams, and every term with example, use and history."""

from collections.abc import Mapping
from functools import cache, lru_cache
from urllib.parse import urlencode

from flask import render_template, request
from rdflib import DCTERMS, OWL, RDFS, SKOS, Graph, URIRef

from ontology.examples import prologue
from ontology.terms import ONTOLOGY, VERSION
from ontology.versions import turtle_of
from service.addresses import base, compact
from service.lookups import ask, iri, store, whole
from service.pages.diagram import diagrams
from service.pages.terms import Term, Vocabulary

_PREFIX = f"PREFIX eg: <{ONTOLOGY}#>\n\n"
_HEADER = {
    "title": DCTERMS.title,
    "description": DCTERMS.description,
    "note": RDFS.comment,
    "licence": DCTERMS.license,
    "creator": DCTERMS.creator,
    "created": DCTERMS.created,
    "modified": DCTERMS.modified,
    "citation": DCTERMS.bibliographicCitation,
    "version": OWL.versionInfo,
    "version_iri": OWL.versionIRI,
    "prior": OWL.priorVersion,
}


def render(version: str = VERSION) -> str:
    """A version that there is, every term at the anchor of its name; made once for each snapshot."""
    return _rendered(version, store().snapshot.name, base(), request.path)


@lru_cache(maxsize=16)
def _rendered(version: str, snapshot: str, base: str, path: str) -> str:  # the template reads base and path itself
    vocabulary = _vocabulary(version)
    header = {name: vocabulary.text(ONTOLOGY, relation) for name, relation in _HEADER.items()}
    return render_template(
        "ontology.html",
        **header,
        iri=ONTOLOGY,
        path="/ontology" if version == VERSION else f"/ontology/{version}",
        is_current=version == VERSION,
        current=VERSION,
        groups=vocabulary.groups(),
        diagrams=diagrams(vocabulary),
        prologue=prologue(),
        usage=_usage(),
    )


def render_definitions(module: Graph) -> str:
    """The classes defined by thresholds and risk groups, in words."""
    classes = sorted(
        (str(label), class_, module.value(class_, SKOS.definition), module.value(class_, RDFS.seeAlso))
        for class_, label in module.subject_objects(RDFS.label)
        if (class_, RDFS.seeAlso, None) in module
    )
    return render_template("definitions.html", classes=classes)


def query_address(term: Term) -> str:
    """Where the uses of a term are listed."""
    name = compact(term.iri)
    if term.is_class:
        query = f"SELECT ?thing WHERE {{\n  ?thing a {name} .\n}}\nORDER BY ?thing\nLIMIT 100\n"
    elif term.name[0].isupper():
        query = f"SELECT ?thing ?relation WHERE {{\n  ?thing ?relation {name} .\n}}\nORDER BY ?thing\nLIMIT 100\n"
    else:
        query = f"SELECT ?subject ?object WHERE {{\n  ?subject {name} ?object .\n}}\nORDER BY ?subject\nLIMIT 100\n"
    return f"/sparql?{urlencode({'query': _PREFIX + query})}"


@cache
def _vocabulary(version: str) -> Vocabulary:
    return Vocabulary(Graph().parse(data=turtle_of(version), format="turtle"))


def _usage() -> Mapping[URIRef, int]:
    return {iri(row, "term"): whole(row, "count") or 0 for row in ask("usage")}
