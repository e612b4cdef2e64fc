"""The page about the dataset: how much there is of what, in which graphs, and where to have it."""

import json
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup
from rdflib import OWL, SDO, VOID, Graph, URIRef
from rdflib.term import Node

from ontology.iris import Iris
from ontology.terms import SD
from service.description.dataset import LICENSE, SUMMARY, TITLE, dataset, default_graph
from service.description.endpoint import DUMPS, Deployment
from service.formats import GRAPHS
from service.pages.vocabulary import definition, label_of

_SHOWN = 60


@dataclass(frozen=True)
class Kind:
    """A class and how many things of it there are."""

    iri: URIRef
    label: str
    definition: str
    number: int


@dataclass(frozen=True)
class Held:
    """A named graph and how many triples it holds."""

    iri: URIRef
    triples: int

    @property
    def page(self) -> URIRef:
        """What can be read about it: what an article says is on the page of the article."""
        article = self.iri.removesuffix("/graph").removesuffix("/quarantine")
        return URIRef(article) if "/article/" in article else self.iri


def render(described: Graph, iris: Iris, of: Deployment) -> str:
    """The page for a description."""
    whole = dataset(iris)
    return render_template(
        "void.html",
        totals={name: number(described, whole, VOID[name]) for name in ("triples", "classes", "properties")},
        kinds=kinds(described, iris),
        graphs=graphs(described)[:_SHOWN],
        total_graphs=len(graphs(described)),
        version=described.value(whole, OWL.versionInfo),
        changed=of.changed,
        summary=SUMMARY,
        endpoint=of.endpoint,
        dumps=[f"etiograph.{each.suffix}.gz" for each in DUMPS],
        forms=[each.suffix for each in GRAPHS],
        structured=structured(described, whole),
    )


def kinds(described: Graph, iris: Iris) -> list[Kind]:
    """The classes of the vocabulary that have things, most first."""
    parts = described.objects(default_graph(iris), VOID.classPartition)
    found = [(described.value(part, VOID["class"]), number(described, part, VOID.entities)) for part in parts]
    named = [
        Kind(iri, label, definition(iri), entities)
        for iri, entities in found
        if isinstance(iri, URIRef) and (label := label_of(iri))
    ]
    return sorted(named, key=lambda kind: (-kind.number, kind.label))


def graphs(described: Graph) -> list[Held]:
    """The named graphs, largest first."""
    found = [
        Held(URIRef(str(name)), number(described, described.value(named, SD.graph), VOID.triples))
        for named, name in described.subject_objects(SD.name)
    ]
    return sorted(found, key=lambda held: (-held.triples, held.iri))


def number(described: Graph, subject: Node | None, relation: URIRef) -> int:
    """A count of the description; 0 where there is none."""
    return int(str(described.value(subject, relation) or 0))


def structured(described: Graph, whole: URIRef) -> Markup:
    """The schema.org Dataset that search engines read in a page; `<` is escaped, so no text ends the element."""
    downloads = [
        {
            "@type": "DataDownload",
            "contentUrl": str(each),
            "encodingFormat": str(described.value(each, SDO.encodingFormat)),
        }
        for each in sorted(described.objects(whole, SDO.distribution), key=str)
    ]
    document = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": str(whole),
        "name": TITLE,
        "description": SUMMARY,
        "url": str(described.value(whole, SDO.url)),
        "license": str(LICENSE),
        "version": str(described.value(whole, SDO.version)),
        "dateModified": str(described.value(whole, SDO.dateModified)),
        "keywords": sorted(str(word) for word in described.objects(whole, SDO.keywords)),
        "isAccessibleForFree": True,
        "distribution": downloads,
    }
    return Markup(json.dumps(document, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 -- escaped above
