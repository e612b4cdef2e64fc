"""The page of all that can be downloaded, and the files that come with the project."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Response, render_template

from service.answers import answer, etag, not_modified
from service.description.endpoint import DUMPS
from service.errors import UnknownThing
from service.formats import GRAPHS
from service.lookups import store
from service.messages import marked


@dataclass(frozen=True)
class File:
    """A file of the project as it is served: the bytes are those of the folder `ontology`."""

    name: str
    source: str
    media_type: str
    words: str

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return _content(self.source)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """By which a copy is checked."""
        return hashlib.sha256(self.content).hexdigest()


FILES = (
    File(
        "mappings.sssom.tsv",
        "mappings.sssom.tsv",
        "text/tab-separated-values",
        marked("Matches to other vocabularies, as SSSOM"),
    ),
    File("alignments.ttl", "alignments.ttl", "text/turtle", marked("What the terms of the vocabulary match in others")),
    File("shapes.ttl", "shapes.ttl", "text/turtle", marked("What a graph has to hold to, as SHACL shapes")),
)
_VOCABULARY = File("ontology.ttl", "etiograph.ttl", "text/turtle", "")


def render() -> str:
    """The page."""
    return render_template(
        "downloads.html",
        dumps=DUMPS,
        files=FILES,
        vocabulary=_VOCABULARY,
        forms=[each.suffix for each in GRAPHS],
        snapshot=store().snapshot,
    )


def serve(name: str) -> Response:
    """One of the files. Raises UnknownThing."""
    found = next((each for each in FILES if each.name == name), None)
    if found is None:
        raise UnknownThing("There is no such download; /downloads lists them.")
    tag = etag(found.sha256)
    return not_modified(tag) or answer(found.content, found.media_type, tag)


@cache
def _content(name: str) -> bytes:
    return (files("ontology") / name).read_bytes()
