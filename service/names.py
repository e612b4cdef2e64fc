"""What a person may write for a thing: an IRI, a CURIE, a slug or, where there is a graph to look in, a label."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from rdflib import URIRef

from ontology.iris import Iris
from ontology.mappings import mapping_set
from ontology.terms import OBO, PREFIXES
from service.store.terms import is_name

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_OBO = re.compile(r"[A-Za-z][A-Za-z0-9_]*:\d{3,}")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


def prefixes(base: str) -> dict[str, str]:
    """The prefixes of this project, `id:` being that of a deployment.

    >>> prefixes("https://example.org/")["id"]
    'https://example.org/id/'
    """
    return {**PREFIXES, "id": str(Iris(base).thing(""))}


def written_iri(name: str, base: str) -> URIRef | None:
    """The IRI that a name is or abbreviates; a bare word is a slug. None if it can be neither.

    >>> written_iri("eg:causes", "https://example.org/")
    rdflib.term.URIRef('https://w3id.org/etiograph/ontology#causes')
    >>> written_iri("cold-exposure", "https://example.org/")
    rdflib.term.URIRef('https://example.org/id/cold-exposure')
    >>> written_iri("a calf cramp", "https://example.org/") is None
    True
    """
    text = name.strip().removeprefix("<").removesuffix(">")
    prefix, colon, rest = text.partition(":")
    namespace = prefixes(base).get(prefix) if colon and not rest.startswith("//") else None
    text = f"{namespace}{rest}" if namespace else text
    if is_iri(text):
        return URIRef(text)
    return Iris(base).thing(text) if _SLUG.fullmatch(text) else None


def expanded(name: str, base: str) -> URIRef | None:
    """The IRI that a name is, or abbreviates by a prefix of ours, one of the mappings, or the rule of the OBO Foundry.

    >>> expanded("hp:0002901", "https://example.org/")
    rdflib.term.URIRef('http://purl.obolibrary.org/obo/HP_0002901')
    >>> expanded("XAO:0000003", "https://example.org/")
    rdflib.term.URIRef('http://purl.obolibrary.org/obo/XAO_0000003')
    >>> expanded("hypocalcemia", "https://example.org/") is None
    True
    """
    text = name.strip().removeprefix("<").removesuffix(">")
    prefix, colon, rest = text.partition(":")
    if not colon:
        return None
    if namespace := _namespaces(base).get(prefix.casefold()) if not rest.startswith("//") else None:
        text = f"{namespace}{rest}"
    elif _OBO.fullmatch(text):
        text = f"{OBO}{prefix}_{rest}"
    return URIRef(text) if is_iri(text) else None


@cache
def _namespaces(base: str) -> dict[str, str]:
    """The namespace of each prefix, which is written in any case."""
    return {name.casefold(): space for name, space in {**mapping_set().prefixes, **prefixes(base)}.items()}


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI that the store can hold.

    >>> [is_iri(each) for each in ("https://example.org/a", "https://example.org/a b", "http://[")]
    [True, False, False]
    """
    return _IRI.fullmatch(text) is not None and is_name(text)


def labelled(name: str, labels: Mapping[str, frozenset[URIRef]]) -> frozenset[URIRef]:
    """The things of a label, whatever its case and spacing; `labels` has the form of `folded`."""
    return labels.get(folded(name), frozenset())


def folded(label: str) -> str:
    """A label as it is compared.

    >>> folded(" Calf  CRAMP ")
    'calf cramp'
    """
    return " ".join(label.casefold().split())


def similar(name: str, labels: Mapping[str, frozenset[URIRef]]) -> list[str]:
    """Labels that somebody may have meant.

    >>> similar("hipocalcemia", {"hypocalcemia": frozenset()})
    ['hypocalcemia']
    """
    return get_close_matches(folded(name), labels, n=3, cutoff=0.6)
