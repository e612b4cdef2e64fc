"""An ontology file, OBO or OWL in RDF/XML, in; its terms with names, definitions and hierarchy as one graph out.

Terms are classes, as in the OWL releases of these ontologies, and keep their IRIs. What a term is made of (logical
definitions, relations other than `is_a`) is not read: the graph is for finding, browsing and linking.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote
from xml.etree.ElementTree import ParseError

from pronto.ontology import Ontology
from pronto.pv import PropertyValue, ResourcePropertyValue
from pronto.term import Term
from rdflib import DC, DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from loaders.errors import NotAnOntology
from ontology.terms import OBO, OBO_IN_OWL

SUFFIXES = frozenset({".obo", ".owl"})
_LARGEST = 200_000_000
"""Bytes: ten times the largest ontology we know a use for; reading takes ten times the size in memory."""

_SYNONYMS: Mapping[str, URIRef] = MappingProxyType(
    {
        "EXACT": SKOS.altLabel,
        "BROAD": OBO_IN_OWL.hasBroadSynonym,
        "NARROW": OBO_IN_OWL.hasNarrowSynonym,
        "RELATED": OBO_IN_OWL.hasRelatedSynonym,
    }
)
_REPLACED_BY = OBO.IAO_0100001
_SAID: Mapping[URIRef, URIRef] = MappingProxyType(
    {relation: relation for relation in (DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.rights)}
    | {DC.title: DCTERMS.title, DC.description: DCTERMS.description, DC.rights: DCTERMS.rights}
)
"""What is kept of what an ontology says of itself, and by which property."""

_FORMATS = "give an ontology in OBO format or in RDF/XML"
_IRI_SAFE = "/:@!$&'()*+,;=-._~#?%"

Triple = tuple[URIRef, URIRef, Node]


@dataclass(frozen=True)
class OntologyGraph:
    """An ontology as a graph, which is named by the ontology's IRI."""

    name: URIRef
    graph: Graph
    terms: int


def is_ontology(path: Path) -> bool:
    """Whether a file is read as an ontology: its name says so.

    >>> is_ontology(Path("hp.obo")), is_ontology(Path("calf-cramps.txt"))
    (True, False)
    """
    return path.suffix.lower() in SUFFIXES


def read_ontology(path: Path) -> OntologyGraph:
    """Read an ontology. Nothing it imports is fetched. Raises NotAnOntology."""
    source = _parsed(path)
    name = _named(source, path)
    terms = [term for term in source.terms() if term.name]
    if not terms:
        raise NotAnOntology(path.name, None, "no term in it has a name", "give an ontology with [Term] stanzas")
    naming = _Naming(source, name)
    graph = Graph(bind_namespaces="none")
    for triple in _of_ontology(source, name, naming):
        graph.add(triple)
    for term in terms:
        for triple in _of_term(term, name, naming):
            graph.add(triple)
    return OntologyGraph(name, graph, len(terms))


@dataclass(frozen=True)
class _Naming:
    """How identifiers of a file become IRIs."""

    source: Ontology
    ontology: URIRef

    def iri(self, identifier: str) -> URIRef:
        """The IRI of a term, by the rule of the OBO Foundry unless the file declares its prefix."""
        if identifier.startswith(("http://", "https://")):
            return URIRef(quote(identifier, safe=_IRI_SAFE))
        prefix, colon, rest = identifier.partition(":")
        if not colon:
            return URIRef(f"{self.ontology}#{quote(identifier, safe='')}")
        declared = self.source.metadata.idspaces.get(prefix)
        space = declared[0] if declared else f"{OBO}{quote(prefix, safe='')}_"
        return URIRef(f"{space}{quote(rest, safe=_IRI_SAFE)}")


def _parsed(path: Path) -> Ontology:
    _refuse_unreadable(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are about what is not read here: imports and logical definitions
        try:
            return Ontology(path, import_depth=0, encoding="utf-8")
        except ParseError as error:
            raise NotAnOntology(path.name, error.position[0], "this is not well-formed XML", "save it anew") from None
        except SyntaxError as error:
            raise NotAnOntology(path.name, error.lineno, _said_of(error), "correct the line") from None
        except KeyError as error:
            raise _dangling(path, str(error.args[0])) from None
        except (ValueError, TypeError, OSError) as error:
            said = str(error).replace(str(path), path.name)
            raise NotAnOntology(path.name, None, f"it cannot be read ({said})", _FORMATS) from None


def _refuse_unreadable(path: Path) -> None:
    """What would be opened as an address of the web, guessed at, or read for ever."""
    try:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST else None
    except OSError as error:
        raise NotAnOntology(
            path.name, None, f"it cannot be read ({error.strerror})", "check the name and the permission to read it"
        ) from None
    if content is None:
        raise NotAnOntology(path.name, None, "it is larger than 200 MB", "give a smaller part of the ontology")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotAnOntology(path.name, line, "a character is not UTF-8", "save the file as UTF-8") from None
    if b"\0" in content or not content.strip():
        raise NotAnOntology(path.name, None, "there is no text in it", _FORMATS)


def _said_of(error: SyntaxError) -> str:
    """What the parser expected, and what stands there."""
    found = (error.text or "").strip()[:80]
    return f"{error.msg}, found {found!r}" if found else str(error.msg)


def _dangling(path: Path, missing: str) -> NotAnOntology:
    """A parent without a stanza of its own; the file says where it is named."""
    lines = path.read_text("utf-8").splitlines()
    mention = re.compile(rf"(?:is_a|subClassOf).*{re.escape(missing)}(?!\w)")
    place = next((number for number, line in enumerate(lines, 1) if mention.search(line)), None)
    return NotAnOntology(
        path.name, place, f"{missing} is named as a parent and not in the file", "give a release that holds all parents"
    )


def _named(source: Ontology, path: Path) -> URIRef:
    """The IRI of an ontology; the OBO format only writes its short name."""
    written = (source.metadata.ontology or "").strip()
    if not written:
        raise NotAnOntology(
            path.name, None, "it does not say which ontology it is", "add a line such as `ontology: hp` to its head"
        )
    if written.startswith(("http://", "https://")):
        return URIRef(quote(written, safe=_IRI_SAFE))
    return OBO[f"{quote(written.removesuffix('.obo').removesuffix('.owl'))}.owl"]


def _of_ontology(source: Ontology, name: URIRef, naming: _Naming) -> Iterator[Triple]:
    yield name, RDF.type, OWL.Ontology
    if source.metadata.data_version:
        yield name, OWL.versionInfo, Literal(source.metadata.data_version)
    for annotation in source.metadata.annotations:
        if relation := _SAID.get(naming.iri(annotation.property)):
            yield name, relation, _value(annotation, naming)


def _value(annotation: PropertyValue, naming: _Naming) -> Node:
    if isinstance(annotation, ResourcePropertyValue):
        return naming.iri(annotation.resource)
    return Literal(getattr(annotation, "literal", ""))


def _of_term(term: Term, ontology: URIRef, naming: _Naming) -> Iterator[Triple]:
    iri = naming.iri(term.id)
    yield iri, RDF.type, OWL.Class
    yield iri, RDFS.isDefinedBy, ontology
    yield iri, RDFS.label, Literal(term.name)
    yield iri, OBO_IN_OWL.id, Literal(term.id)
    if term.definition:
        yield iri, SKOS.definition, Literal(str(term.definition))
    for synonym in term.synonyms:
        yield iri, _SYNONYMS[synonym.scope or "RELATED"], Literal(synonym.description)
    for parent in term.superclasses(distance=1, with_self=False).to_set().ids:
        yield iri, RDFS.subClassOf, naming.iri(parent)
    for reference in term.xrefs:
        yield iri, OBO_IN_OWL.hasDbXref, Literal(reference.id)
    for identifier in term.alternate_ids:
        yield iri, OBO_IN_OWL.hasAlternativeId, Literal(identifier)
    if term.obsolete:
        yield from _of_obsolete(term, iri, naming)


def _of_obsolete(term: Term, iri: URIRef, naming: _Naming) -> Iterator[Triple]:
    yield iri, OWL.deprecated, Literal(True, datatype=XSD.boolean)
    for other in term.replaced_by.ids:
        yield iri, DCTERMS.isReplacedBy, naming.iri(other)
        yield iri, _REPLACED_BY, naming.iri(other)
    for other in term.consider.ids:
        yield iri, OBO_IN_OWL.consider, naming.iri(other)
