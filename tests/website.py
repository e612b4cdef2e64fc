"""The website as tests see it: its app over a small graph, a page taken apart, and a server for a browser."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

from flask import Flask
from rdflib import Graph
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from loaders.graph import article_graphs
from loaders.reading import read_article
from ontology.iris import Iris
from ontology.terms import ONTOLOGY
from service.app import create_app
from service.settings import Settings
from service.store.draft import Draft
from service.store.snapshots import Snapshots
from tests import odd

OWN = Path(str(files("ontology") / "articles" / "calf-cramps-while-sleeping.txt"))
HTML = {"Accept": "text/html"}
VOID = frozenset({"meta", "link", "img", "input", "br", "hr"})


def website(data: Path, articles: Sequence[Path], with_odd: bool = False) -> Flask:
    """The app over some articles, and the odd graph where it is wanted; it makes every page anew."""
    Snapshots(data).write(lambda draft: _put(draft, articles, with_odd), "the website of a test")
    return create_app(Settings(data=data, cache_bytes=0))


def _put(draft: Draft, articles: Sequence[Path], with_odd: bool) -> None:
    vocabulary = (files("ontology") / "etiograph.ttl").read_bytes()
    draft.put(ONTOLOGY, Graph().parse(data=vocabulary, format="turtle"))
    for path in articles:
        found = article_graphs(read_article(path), Iris(), datetime.now(UTC))
        draft.put(found.graph_name, found.graph)
        draft.put(found.quarantine_name, found.quarantine)
    if with_odd:
        draft.put(odd.IRIS.graph(odd.ARTICLE), odd.graph())
        draft.put(odd.IRIS.quarantine(odd.ARTICLE), odd.quarantine())


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of a running server for an app."""
    server = make_server("127.0.0.1", 0, partial(_whole, app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _whole(app: Flask, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """An answer read before it is sent: the server of Werkzeug does not close that of a browser that has gone away."""
    with closing(app(environ, start_response)) as pieces:  # type: ignore[type-var]  # every answer of ours can be closed
        return [b"".join(pieces)]


@dataclass(frozen=True)
class Element:
    """A start tag with its attributes and all the text inside it."""

    tag: str
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


class Page(HTMLParser):
    """A page taken apart; ill-nested tags are an error."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(source)
        self.close()
        assert not self._open, f"never closed: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert [element.tag for element in self._open[-1:]] == [tag], f"</{tag}> stands in {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text belongs to every element around it; the number of a note belongs to nothing outside the note."""
        notes = [place for place, element in enumerate(self._open) if element.tag == "sup"]
        for element in self._open[notes[0] if notes else 0 :]:
            element.texts.append(data)

    def all(self, tag: str, name: str = "") -> list[Element]:
        """The elements of a tag, or those of them with a class."""
        return [
            each
            for each in self.elements
            if each.tag == tag and (not name or name in each.attributes.get("class", "").split())
        ]

    def one(self, anchor: str) -> Element:
        """The element of an id."""
        (found,) = [each for each in self.elements if each.attributes.get("id") == anchor]
        return found

    @property
    def ids(self) -> list[str]:
        return [each.attributes["id"] for each in self.elements if "id" in each.attributes]

    @property
    def links(self) -> list[str]:
        return [each.attributes["href"] for each in self.all("a")]

    @property
    def text(self) -> str:
        return self.elements[0].text


def page(response: TestResponse) -> Page:
    return Page(response.get_data(as_text=True))


def local_links(found: Page, at: str) -> set[tuple[str, str]]:
    """The links of a page within the site: path and fragment."""
    return {
        (path or at, fragment) for path, fragment in map(urldefrag, found.links) if path.startswith("/") or not path
    }
