"""The page of the vocabulary: what it is, its diagrams, and every term with example, use and history."""

from collections.abc import Mapping
from functools import cache, lru_cache
from urllib.parse import urlencode

from flask import render_template
from markupsafe import Markup
from rdflib import DCTERMS, OWL, RDFS, SKOS, Graph, URIRef

from ontology.examples import prologue
from ontology.terms import ONTOLOGY, VERSION
from ontology.versions import turtle_of
from service.addresses import base, compact
from service.lookups import ask, iri, store, whole
from service.messages import language
from service.pages.diagram import diagrams
from service.pages.terms import Term, Vocabulary

_PREFIX = f"PREFIX eg: <{ONTOLOGY}#>\n\n"
_LISTS = "eg:statementType eg:status eg:basis eg:legibility"
"""What leads from an assertion to a value of a closed list, as `usage.rq` counts it."""
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
    """A version that there is, every term at the anchor of its name."""
    path = "/ontology" if version == VERSION else f"/ontology/{version}"
    return render_template(
        "ontology.html", path=path, body=_body(version, path, base(), store().snapshot.name, language().tag)
    )


@lru_cache(maxsize=16)
def _body(version: str, path: str, base: str, snapshot: str, tag: str) -> Markup:  # the template asks for the rest
    """What the page says, made once for each snapshot and language; nothing else of it depends on who asks."""
    vocabulary = _vocabulary(version)
    header = {name: vocabulary.told(ONTOLOGY, relation) for name, relation in _HEADER.items()}
    return Markup(  # noqa: S704 -- a rendered template
        render_template(
            "ontology_body.html",
            **header,
            iri=ONTOLOGY,
            path=path,
            is_current=version == VERSION,
            current=VERSION,
            groups=vocabulary.groups(),
            diagrams=diagrams(vocabulary),
            prologue=prologue(),
            usage=_usage(),
        )
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
        variables, pattern = "?thing", f"?thing a {name} ."
    elif term.name[0].isupper():
        variables, pattern = "?thing ?relation", f"VALUES ?relation {{ {_LISTS} }}\n  ?thing ?relation {name} ."
    else:
        variables, pattern = "?subject ?object", f"?subject {name} ?object ."
    query = f"SELECT {variables} WHERE {{\n  {pattern}\n}}\nORDER BY {variables}\nLIMIT 100\n"
    return f"/sparql?{urlencode({'query': _PREFIX + query})}"


@cache
def _vocabulary(version: str) -> Vocabulary:
    return Vocabulary(Graph().parse(data=turtle_of(version), format="turtle"))


def _usage() -> Mapping[URIRef, int]:
    return {iri(row, "term"): whole(row, "count") or 0 for row in ask("usage")}
