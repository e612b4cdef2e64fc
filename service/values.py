"""What a person writes for the parameter of a question, found in the graph and turned into a term."""

from collections import defaultdict
from collections.abc import Mapping

from rdflib import SKOS, Literal, URIRef
from rdflib.term import Identifier, Node
from rdflib.util import from_n3

from ontology.terms import EG, PREFIXES
from queries.question import Parameter
from service.codes import coded
from service.codes import hint as code_hint
from service.errors import UnknownThing
from service.lookups import text, text_of
from service.names import expanded, folded, labelled, similar, written_iri
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
        return expanded(written, base) or exact
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


def relation(written: str, store: LocalStore, base: str) -> URIRef:
    """The relation that somebody means; a bare word such as `causes` is of the vocabulary. Raises UnknownThing."""
    name = written.strip()
    return URIRef(f"{PREFIXES['eg']}{name}") if name in EG.__annotations__ else thing(name, store, base)


def thing_of(kind: URIRef, noun: str, written: str, store: LocalStore, base: str) -> URIRef:
    """The thing of one class that somebody means; `noun` is what messages call the class. Raises UnknownThing."""
    exact = written_iri(written, base)
    if exact and store.rows(_OF_KIND, thing=exact, kind=kind):
        return exact
    if mapped := coded(written, kind, store):
        return mapped
    preferred, all_labels = _labels(store, kind)
    found = labelled(written, preferred) or labelled(written, all_labels) or in_short(written, all_labels)
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise UnknownThing(f"{written} is the name of several: write one of {', '.join(sorted(found))}")
    close = similar(written, all_labels) or containing(written, all_labels)
    hint = (
        code_hint(written, kind, store, base)
        or _other_kind(written, exact, store)
        or (f"did you mean {' or '.join(close)}?" if close else "give a label, a CURIE or an IRI")
    )
    raise UnknownThing(f'the graph knows no {noun} called "{_shown(written)}"; {hint}')


def _other_kind(written: str, exact: URIRef | None, store: LocalStore) -> str:
    """What a thing of another class is, and for a finding the test that looks for it; nothing if there is no such."""
    preferred, all_labels = _labels(store)
    named = labelled(written, preferred) or labelled(written, all_labels)
    for thing in sorted(named) or ([exact] if exact else []):
        if rows := store.rows(text_of("kind"), thing=thing):
            tests = ", ".join(dict.fromkeys(text(row, "testName") for row in rows if "testName" in row))
            kind = text(rows[0], "kindName")
            article = "an" if kind[0] in "aeiou" else "a"
            return f"it is {article} {kind}" + (f" that is looked for by: {tests}" if tests else "")
    return ""


_OF_KIND = "SELECT ?thing ?kind WHERE { ?thing a ?kind } LIMIT 1"
_COMPANIONS = frozenset({"serum", "blood", "plasma", "level", "concentration", "test"})
_LONGEST = 80


def in_short(name: str, labels: Labels) -> frozenset[URIRef]:
    """The things with a label that only adds where or how it is measured: "calcium" is short for "serum calcium".

    >>> in_short("calcium", {"serum calcium test": frozenset({URIRef("x:ca")}), "urine calcium": frozenset()})
    frozenset({rdflib.term.URIRef('x:ca')})
    """
    words = set(folded(name).split())
    if not words - _COMPANIONS:
        return frozenset()
    return frozenset(
        thing
        for label, things in labels.items()
        if words <= (whole := set(label.split())) and whole - words <= _COMPANIONS
        for thing in things
    )


def containing(name: str, labels: Labels) -> list[str]:
    """Up to three labels that contain a name.

    >>> containing("pregnant women", {"calcium-deficient pregnant women": frozenset()})
    ['calcium-deficient pregnant women']
    """
    wanted = folded(name)
    return sorted(label for label in labels if wanted and wanted in label)[:3]


def _shown(written: str) -> str:
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]}…"


def _is_known(iri: URIRef, store: LocalStore) -> bool:
    return bool(store.rows("SELECT ?thing ?property WHERE { ?thing ?property ?value } LIMIT 1", thing=iri))


def _labels(store: LocalStore, kind: URIRef | None = None) -> tuple[Labels, Labels]:
    """The preferred labels, and all labels, of the things of one class or of all."""
    bindings: dict[str, Node] = {"class": kind} if kind else {}
    preferred: dict[str, set[Node]] = defaultdict(set)
    every: dict[str, set[Node]] = defaultdict(set)
    for row in store.rows(text_of("names"), **bindings):
        if row["property"] == SKOS.definition:
            continue
        label = folded(str(row["text"]))
        every[label].add(row["thing"])
        if row["property"] == SKOS.prefLabel:
            preferred[label].add(row["thing"])
    return _frozen(preferred), _frozen(every)


def _frozen(labels: Mapping[str, set[Node]]) -> Labels:
    return {label: frozenset(URIRef(str(thing)) for thing in things) for label, things in labels.items()}
