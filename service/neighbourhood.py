"""What stands around a thing as JSON, for a picture that grows as one asks for more."""

from typing import Any

from rdflib import URIRef
from rdflib.term import Node

from service.addresses import address
from service.interpretation import DISCLAIMER
from service.lookups import ask
from service.messages import gettext
from service.pages.neighbourhood import style
from service.pages.phrases import phrase
from service.pages.statements import Name, Statement, statements
from service.pages.things import thing

MOST = 200
"""As many relations as one answer names; `neighbours.rq` stops behind it."""


def neighbourhood(of: URIRef) -> dict[str, Any] | None:
    """A thing, its neighbours and the relations between; None where the graph does not know it."""
    found = thing(of)
    if found is None:
        return None
    told = statements(ask("neighbours", thing=of))
    nodes: dict[Node | None, Name] = {of: Name(of, found.label)}
    for said in told[:MOST]:
        for end in (said.subject, said.object):
            nodes.setdefault(end.node, end)
    return {
        "iri": of,
        "things": [_thing(each) for each in nodes.values()],
        "relations": [_relation(said) for said in told[:MOST]],
        "isCut": len(told) > MOST,
        "disclaimer": DISCLAIMER,
    }


def _thing(name: Name) -> dict[str, str | None]:
    return {"iri": str(name.node), "label": name.label[:200], "page": address(name.node)}


def _relation(said: Statement) -> dict[str, str | None]:
    return {
        "statement": said.iri,
        "page": address(said.iri),
        "subject": str(said.subject.node),
        "object": str(said.object.node),
        "words": gettext(phrase(said.predicate).verb),
        "style": style(said),
        "family": said.family.name,
    }
