"""The forms an answer can take: their names, media types and file endings, best first."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A serialisation. The first media type is its own, the others are older or general names it answers to."""

    name: str
    media_types: tuple[str, ...]
    suffix: str
    aliases: tuple[str, ...] = ()
    """What `format=` and `output=` may call it besides its suffix."""

    @property
    def media_type(self) -> str:
        """The media type that belongs to it."""
        return self.media_types[0]


JSON = Format("SPARQL JSON", ("application/sparql-results+json", "application/json"), "json", ("srj", "sparql-json"))
XML = Format("SPARQL XML", ("application/sparql-results+xml", "application/xml", "text/xml"), "xml", ("srx",))
CSV = Format("CSV", ("text/csv",), "csv")
TSV = Format("TSV", ("text/tab-separated-values",), "tsv")

TURTLE = Format("Turtle", ("text/turtle", "application/x-turtle"), "ttl", ("turtle",))
N_TRIPLES = Format("N-Triples", ("application/n-triples", "text/plain"), "nt", ("ntriples", "n-triples"))
RDF_XML = Format("RDF/XML", ("application/rdf+xml", "application/xml", "text/xml"), "rdf", ("rdf+xml", "rdfxml", "xml"))
JSON_LD = Format("JSON-LD", ("application/ld+json", "application/json"), "jsonld", ("json-ld", "json", "ld+json"))
TRIG = Format("TriG", ("application/trig",), "trig")
N_QUADS = Format("N-Quads", ("application/n-quads",), "nq", ("nquads", "n-quads"))

TABLES = (JSON, XML, CSV, TSV)
"""For SELECT and ASK."""

GRAPHS = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, TRIG, N_QUADS)
"""For CONSTRUCT, DESCRIBE and the things of the graph."""

_WITH_CHARSET = ("text/", "application/xml")


def media_types(formats: Iterable[Format]) -> list[str]:
    """Every media type of some formats, each format's own before any other name.

    >>> media_types([CSV, JSON])
    ['text/csv', 'application/sparql-results+json', 'application/json']
    """
    formats = tuple(formats)
    own = [format_.media_type for format_ in formats]
    return [*own, *(name for format_ in formats for name in format_.media_types[1:])]


def by_media_type(media_type: str, formats: Iterable[Format]) -> Format | None:
    """The first format that goes by a media type."""
    return next((format_ for format_ in formats if media_type in format_.media_types), None)


def by_name(name: str, formats: Iterable[Format]) -> Format | None:
    """The format a file ending, an alias or a media type names; None for a name that is not known.

    >>> by_name("Turtle", GRAPHS).suffix
    'ttl'
    """
    wanted = name.strip().casefold()
    return next((each for each in formats if wanted in (each.suffix, *each.aliases, *each.media_types)), None)


def content_type(media_type: str) -> str:
    """The Content-Type header of an answer; every one is UTF-8, and text says so.

    >>> content_type("text/csv"), content_type("application/json")
    ('text/csv; charset=utf-8', 'application/json')
    """
    return f"{media_type}; charset=utf-8" if media_type.startswith(_WITH_CHARSET) else media_type
