"""A thing by its name, where there are too many names to read them all."""

from rdflib import Literal, URIRef

from service.lookups import ask, iri


def called(words: str) -> URIRef | None:
    """What is called exactly so, or so in small letters."""
    for written in dict.fromkeys((words, words.lower())):
        for row in ask("called", label=Literal(written)):
            return iri(row, "thing")
    return None
