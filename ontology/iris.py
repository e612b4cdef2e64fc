"""IRIs of things: readable slugs where a name is stable, hashes of the statement where it is not."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Node

from ontology.terms import BASE

_LONGEST_SLUG = 80


def slug(label: str) -> str:
    """Turn a label into the last part of an IRI.

    >>> slug("Blood-flow factors (veins)")
    'blood-flow-factors-veins'
    >>> slug("Ménière’s disease")
    'menieres-disease'

    A label without a Latin letter or digit, and the tail of a very long one, become a hash, so that two labels
    never share a slug by accident.

    >>> slug("偏头痛")
    'x-95c1512a'
    """
    folded = unicodedata.normalize("NFKD", label.casefold().replace("’", "").replace("'", ""))
    ascii_only = "".join(char for char in folded if not unicodedata.combining(char))
    text = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    if not text:
        return f"x-{_digest(label)[:8]}"
    if len(text) > _LONGEST_SLUG:
        return f"{text[: _LONGEST_SLUG - 9].rstrip('-')}-{_digest(label)[:8]}"
    return text


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Iris:
    """Mints the IRIs of one deployment.

    >>> Iris().entity("hypocalcemia")
    rdflib.term.URIRef('https://w3id.org/etiograph/id/hypocalcemia')
    """

    base: str = BASE

    def thing(self, path: str) -> URIRef:
        """Whatever the graph speaks of, by its path below ``id/``."""
        return URIRef(f"{self.base}id/{path}")

    def entity(self, slug: str) -> URIRef:
        """A thing with a name of its own: a symptom, a test, a finding."""
        return self.thing(slug)

    def class_of(self, thing: URIRef) -> URIRef:
        """The class defined beside a thing: the measurements that show a finding, the people of a group.

        >>> Iris().class_of(Iris().entity("low-serum-calcium"))
        rdflib.term.URIRef('https://w3id.org/etiograph/id/class/low-serum-calcium')
        """
        return self.thing(f"class/{thing.removeprefix(self.thing(''))}")

    def article(self, title: str, sha256: str) -> URIRef:
        """One IRI per edition: the same title with another text is another article."""
        return self.thing(f"article/{slug(title)}-{sha256[:8]}")

    def graph(self, article: URIRef) -> URIRef:
        """The named graph of what the article says."""
        return URIRef(f"{article}/graph")

    def quarantine(self, article: URIRef) -> URIRef:
        """The named graph of what in the article could not be read."""
        return URIRef(f"{article}/quarantine")

    def passage(self, article: URIRef, number: int) -> URIRef:
        """A sentence of the article, counted from 1."""
        return URIRef(f"{article}/passage/{number}")

    def reading(self, article: URIRef) -> URIRef:
        """The activity that read the article: who and when."""
        return URIRef(f"{article}/reading")

    def assertion(self, article: URIRef, subject: Node, predicate: URIRef, object_: Node, start: int) -> URIRef:
        """Deterministic: hash of article, subject, predicate, object, start."""
        shown = object_.n3() if isinstance(object_, Literal) else str(object_)
        return self.thing(f"assertion/{_digest(article, str(subject), predicate, shown, str(start))[:20]}")

    def evidence(self, owner: URIRef, start: int, end: int) -> URIRef:
        """A quote behind an assertion or correction: hash of its owner and its offsets in code points."""
        return self.thing(f"evidence/{_digest(owner, str(start), str(end))[:20]}")

    def correction(self, article: URIRef, as_written: str, start: int) -> URIRef:
        """One place at which an expression is read as another: hash of article, expression and start."""
        return self.thing(f"correction/{_digest(article, as_written, str(start))[:20]}")
