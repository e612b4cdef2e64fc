"""Codes of other vocabularies, written for one of our things: which thing is meant, and for which unit the code is.

The mappings say both. A row with the modifier Not says what is not meant, and why; that is worth telling, too.
"""

import re

from rdflib import URIRef

from ontology.iris import Iris
from ontology.lexicon.units import units
from ontology.mappings import PREDICATES, Match, mapping_set
from ontology.terms import BASE
from service.errors import WrongRequest
from service.store.local import LocalStore

_LOCAL = re.compile(r"[\w.-]+")
_OF_KIND = "SELECT ?thing ?kind WHERE { ?thing a ?kind } LIMIT 1"
_OF_CODE = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?code ?kind WHERE {
  ?thing skos:exactMatch|skos:closeMatch|skos:narrowMatch ?code ; a ?kind
}
"""


def code(written: str) -> str | None:
    """The CURIE of a term of another vocabulary, written as such in any case, or as its IRI.

    >>> code("loinc:2000-8"), code("<http://loinc.org/2000-8>"), code("serum calcium")
    ('LOINC:2000-8', 'LOINC:2000-8', None)
    """
    text = written.strip().removeprefix("<").removesuffix(">")
    for prefix, namespace in mapping_set().prefixes.items():
        for start in (f"{prefix}:", namespace, namespace.replace("https:", "http:")):
            if text.casefold().startswith(start.casefold()) and _LOCAL.fullmatch(local := text[len(start) :]):
                return f"{prefix}:{local}"
    return None


def coded(written: str, kind: URIRef, store: LocalStore) -> URIRef | None:
    """The one thing of a class that is, or holds, what a code names, such as LOINC:2000-8."""
    if (curie := code(written)) is None:
        return None
    found = {str(row["thing"]) for row in store.rows(_OF_CODE, code=mapping_set().iri(curie), kind=kind)}
    return URIRef(found.pop()) if len(found) == 1 else None


def hint(written: str, kind: URIRef, store: LocalStore, base: str) -> str:
    """What the mappings have to say of a code that is no thing of a class; nothing if it is none they know."""
    curie, bare = code(written), written.strip()
    for match in mapping_set().matches:
        if match.object_id == curie and match.modifier == "Not" and _is_of(match, kind, store, base):
            return f"{_called(match)} is not {match.subject_label}: {match.reason}"
        if match.holds and match.object_id.partition(":")[2] == bare and _is_of(match, kind, store, base):
            return f"did you mean {_called(match)}?"
    return ""


def rows_of(subject: URIRef, predicate: URIRef, term: URIRef) -> tuple[Match, ...]:
    """The rows of the mapping file that say a match of a thing of ours, or that it is none, in whatever degree."""
    if predicate not in PREDICATES.values():
        return ()
    return tuple(
        match
        for match in mapping_set().matches
        if _is_about(match, subject)
        and mapping_set().iri(match.object_id) == term
        and (match.modifier == "Not" or PREDICATES[match.predicate_id] == predicate)
    )


def check_kind_of_unit(written: str, unit: str, thing: URIRef) -> None:
    """Raise WrongRequest for a unit of another kind than a code of a thing is for; it names the code that is for it."""
    dimension = units()[unit].dimension
    of_thing = [match for match in mapping_set().matches if match.holds and _is_about(match, thing)]
    for match in of_thing:
        if match.object_id == code(written) and match.unit_dimension not in ("", dimension):
            there = next((each for each in of_thing if each.unit_dimension == dimension), None)
            cure = f"the code for {unit} is {_called(there)}" if there else "name the test instead of the code"
            raise WrongRequest(f"{_called(match)} is a {_words(match)}, which is never given in {unit}; {cure}")


def _is_about(match: Match, thing: URIRef) -> bool:
    return thing.rpartition("/id/")[2] == match.subject_id.partition(":")[2]


def _words(match: Match) -> str:
    return match.unit_dimension.replace("-", " ")


def _called(match: Match) -> str:
    return f"{match.object_id} ({match.object_label})" if match.object_label else match.object_id


def _is_of(match: Match, kind: URIRef, store: LocalStore, base: str) -> bool:
    thing = Iris(base).thing(str(mapping_set().iri(match.subject_id)).removeprefix(f"{BASE}id/"))
    return bool(store.rows(_OF_KIND, thing=thing, kind=kind))
