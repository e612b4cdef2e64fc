"""A small vocabulary from elsewhere and a busy thing, put beside the articles as an importer would."""

from pathlib import Path

from flask import Flask
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from ontology.terms import EG
from service.app import create_app
from service.settings import Settings
from service.store.snapshots import Snapshots
from tests import odd
from tests.website import OWN, website

VOCABULARY = URIRef("http://example.org/signs")
BUSY = odd.IRIS.entity("busy")
FORMER = odd.IRIS.entity("former")


def sign(name: str) -> URIRef:
    """A class of the small vocabulary."""
    return URIRef(f"http://example.org/signs/{name}")


TREE = {"all": (), "pain": ("all",), "leg-pain": ("pain",), "calf-pain": ("leg-pain", "cramp"), "cramp": ("all",)}


def loaded(data: Path) -> Flask:
    """The app over the built-in article, the odd graph, a vocabulary, and a thing with 400 statements."""
    website(data, [OWN], with_odd=True)
    Snapshots(data).write(lambda draft: draft.put(VOCABULARY, vocabulary()), "load signs.obo")
    Snapshots(data).write(lambda draft: draft.put(odd.IRIS.graph(odd.ARTICLE), crowded()), "load crowd.txt")
    return create_app(Settings(data=data, cache_bytes=0))


def vocabulary() -> Graph:
    """Classes in an order of their own; one is obsolete and named like markup, one stands in two places."""
    found = Graph()
    found.add((VOCABULARY, DCTERMS.title, Literal("Signs")))
    for name, above in TREE.items():
        found.add((sign(name), RDF.type, OWL.Class))
        found.add((sign(name), RDFS.label, Literal(name.replace("-", " "))))
        for each in above:
            found.add((sign(name), RDFS.subClassOf, sign(each)))
    found.add((sign("old"), RDFS.label, Literal("<b>old</b>")))
    found.add((sign("old"), RDFS.subClassOf, sign("pain")))
    found.add((sign("old"), OWL.deprecated, Literal(True)))
    return found


def crowded() -> Graph:
    """The odd graph, a thing 400 others may cause, and a thing that gave way to another."""
    found = odd.graph()
    for entity in (BUSY, FORMER):
        found.add((entity, RDF.type, EG.Entity))
        found.add((entity, RDF.type, EG.Condition))
        found.add((entity, SKOS.prefLabel, Literal(entity.rpartition("/")[2], lang="en")))
    found.add((FORMER, OWL.deprecated, Literal(True)))
    found.add((FORMER, DCTERMS.isReplacedBy, BUSY))
    found.add((FORMER, SKOS.exactMatch, sign("pain")))
    alike = list(odd.graph().predicate_objects(odd.IRIS.thing("assertion/odd-1")))
    for number in range(400):
        cause, assertion = odd.IRIS.entity(f"crowd-{number}"), odd.IRIS.thing(f"assertion/crowd-{number}")
        found.add((cause, EG.causes, BUSY))
        for part, node in ((RDF.subject, cause), (RDF.predicate, EG.causes), (RDF.object, BUSY)):
            found.add((assertion, part, node))
        for relation, value in alike:
            if relation not in (RDF.subject, RDF.predicate, RDF.object):
                found.add((assertion, relation, value))
    return found
