"""Where a page links to: things of this graph by their local path, the rest of the web by http and https only."""

import re
from urllib.parse import quote, urlsplit

from flask import current_app, has_app_context
from rdflib import Literal, URIRef
from rdflib.term import Node

from ontology.terms import BASE, OBO, OBO_IN_OWL, ONTOLOGY, PREFIXES

_FORMATS = ("ttl", "jsonld", "nt", "rdf", "trig", "nq")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_OBO = re.compile(r"([A-Za-z]+)_(\d{3,})")
_PATH = "/:@!$&'()*+,;=-._~"


def base() -> str:
    """The base under which this deployment's things live."""
    return str(current_app.config.get("BASE", BASE)) if has_app_context() else BASE


def address(node: Node | None) -> str | None:
    """The address a page may link to, or nothing: a `javascript:` IRI never becomes a link."""
    if not isinstance(node, URIRef):
        return None
    if local := local_path(node, base()):
        return local
    parts = _parts(node)
    return str(node) if parts and parts[0] in ("http", "https") and parts[1] else None


def local_path(iri: URIRef, of_base: str = BASE) -> str | None:
    """The path on this host that answers for an IRI.

    >>> local_path(URIRef("https://w3id.org/etiograph/id/cold exposure"))
    '/id/cold%20exposure'
    >>> local_path(URIRef("https://w3id.org/etiograph/ontology#causes"))
    '/ontology#causes'
    >>> local_path(URIRef("https://example.org/id/x")) is None
    True
    """
    if iri.startswith(f"{of_base}id/"):
        return f"/id/{quote(iri.removeprefix(f'{of_base}id/'), safe=_PATH)}"
    if iri == ONTOLOGY or iri.startswith(f"{ONTOLOGY}#"):
        return f"/ontology{quote(iri.removeprefix(ONTOLOGY), safe=_PATH + '#')}"
    return None


def term_address(term: str) -> str:
    """The address of the page about a term of an ontology that was loaded, by its IRI or CURIE.

    >>> term_address("HP:0002901")
    '/term?iri=HP:0002901'
    """
    return f"/term?iri={quote(term, safe=':/')}"


def anchor(iri: Node) -> str:
    """The anchor of a thing on a page that shows many: the end of its IRI, with what kind of thing it is.

    >>> anchor(URIRef("https://w3id.org/etiograph/id/assertion/3f2a"))
    'assertion-3f2a'
    """
    kind, _, name = str(iri).rpartition("/")
    return f"{kind.rpartition('/')[2]}-{name}"


def key(node: Node | None) -> str:
    """What a parameter calls a thing: the end of its IRI where that is a plain word of this graph, else the IRI.

    >>> key(URIRef("https://w3id.org/etiograph/id/cold-exposure"))
    'cold-exposure'
    """
    whole = str(node or "")
    name = whole.removeprefix(f"{base()}id/")
    return name if _WORD.fullmatch(name) else whole


def downloads(iri: Node) -> list[tuple[str, str]]:
    """Each form a thing can be downloaded in, with its address."""
    path = address(iri)
    return [(form, f"{path}.{form}") for form in _FORMATS] if path and path.startswith("/id/") else []


def compact(node: Node | None) -> str:
    """A node for a reader: a literal as its text, an IRI by its prefix.

    >>> compact(URIRef("https://w3id.org/etiograph/ontology#causes"))
    'eg:causes'
    >>> compact(URIRef("http://purl.obolibrary.org/obo/HP_0002901"))
    'HP:0002901'
    """
    if node is None or isinstance(node, Literal):
        return str(node or "")
    text = str(node)
    if text.startswith(OBO) and (term := _OBO.fullmatch(text.removeprefix(OBO))):
        return f"{term[1]}:{term[2]}"
    for prefix, namespace in {**PREFIXES, "oboInOwl": str(OBO_IN_OWL)}.items():
        if text.startswith(namespace):
            return f"{prefix}:{text.removeprefix(namespace)}"
    return text


def _parts(iri: URIRef) -> tuple[str, str] | None:
    try:
        split = urlsplit(iri)
    except ValueError:
        return None
    return split.scheme.lower(), split.netloc
