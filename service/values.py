"""What a person writes for the parameter of a question, found in the graph and turned into a term."""

from collections import defaultdict
from collections.abc import Mapping

from rdflib import SKOS, Literal, URIRef
from rdflib.term import Identifier, Node
from rdflib.util import from_n3

from queries.question import Parameter
from service.errors import UnknownThing
from service.lookups import text_of
from service.names import folded, labelled, similar, written_iri
from service.store.local import LocalStore

ANY = "any"
"""What is written to leave a parameter open."""

Labels = Mapping[str, frozenset[URIRef]]


def term(written: str, parameter: Parameter, store: LocalStore, base: str) -> Identifier | None:
    """The term for a parameter, None for any. Raises UnknownThing, naming what may have been meant.

    A text or number where the example is one; otherwise a thing, by label, slug, CURIE or IRI.
    """
    if written == ANY:
        return None
    if like := literal_like(written, parameter.example):
        return like
    return thing(written, store, base)


def literal_like(written: str, example: str) -> Literal | None:
    """A literal of the kind of an example, where that is one.

    >>> literal_like("7", "2.0")
    rdflib.term.Literal('7', datatype=rdflib.term.URIRef('http://www.w3.org/2001/XMLSchema#decimal'))
    >>> literal_like("cold", "id:hypocalcemia") is None
    True
    """
    if example[:1] not in "\"'0123456789+-" or not example:
        return None
    sample = from_n3(example)
    if not isinstance(sample, Literal):
        return None
    return Literal(written, datatype=sample.datatype, lang=sample.language)


def thing(written: str, store: LocalStore, base: str) -> URIRef:
    """The thing that somebody means. Raises UnknownThing where there is none, or more than one."""
    exact = written_iri(written, base)
    if exact and (":" in written or _is_known(exact, store)):
        return exact
    preferred, all_labels = _labels(store)
    found = labelled(written, preferred) or labelled(written, all_labels)
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise UnknownThing(f"{written} is the name of several things: write one of {', '.join(sorted(found))}")
    close = similar(written, all_labels)
    hint = (
        f"did you mean {' or '.join(close)}?" if close else "give a label, a CURIE such as id:hypocalcemia, or an IRI"
    )
    raise UnknownThing(f"the graph knows nothing called {written}; {hint}")


def _is_known(iri: URIRef, store: LocalStore) -> bool:
    return bool(store.rows("SELECT ?thing ?property WHERE { ?thing ?property ?value } LIMIT 1", thing=iri))


def _labels(store: LocalStore) -> tuple[Labels, Labels]:
    """The preferred labels, and all labels."""
    preferred: dict[str, set[Node]] = defaultdict(set)
    every: dict[str, set[Node]] = defaultdict(set)
    for row in store.rows(text_of("names")):
        if row["property"] == SKOS.definition:
            continue
        label = folded(str(row["text"]))
        every[label].add(row["thing"])
        if row["property"] == SKOS.prefLabel:
            preferred[label].add(row["thing"])
    return _frozen(preferred), _frozen(every)


def _frozen(labels: Mapping[str, set[Node]]) -> Labels:
    return {label: frozenset(URIRef(str(thing)) for thing in things) for label, things in labels.items()}
