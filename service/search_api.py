"""`/api/search` and `/api/complete`: hits as JSON, for programs and for the box on every page."""

from typing import Any

from flask import Blueprint, Response, json
from rdflib import URIRef
from werkzeug.exceptions import ServiceUnavailable

from service.addresses import compact
from service.answers import answer, etag, not_modified
from service.errors import WrongRequest
from service.interpretation import DISCLAIMER
from service.messages import language, translated
from service.pages.vocabulary import label_of
from service.parameters import parameter
from service.search import PATIENCE, index
from service.search.entries import curie
from service.search.folding import LONGEST
from service.search.hits import Found, Hit, Kind
from service.search.index import Index
from service.search.snippets import marked

blueprint = Blueprint("search_api", __name__, url_prefix="/api")

_MOST = 100
"""Hits in one answer."""

_AT_ONCE = 0.3
"""Seconds completion waits for an index that is being built: whoever types asks again anyway."""


@blueprint.route("/search")
def search() -> Response:
    """Things and sentences: `?q=calf cramp`, with `type=Symptom`, `limit=20` and `offset=0` if wanted."""
    words, kind = _words(), parameter("type")
    limit, offset = _number("limit", 20, _MOST), _number("offset", 0, 1_000_000)
    known = _known(PATIENCE)
    if kind is not None and not known.has_kind(kind):
        raise WrongRequest(f"There is no type {kind[:80]} here; the answer without a type lists those of its hits.")
    tag = etag("search", known.snapshot, words, kind, limit, offset)
    if unchanged := not_modified(tag):
        return unchanged
    found = known.search(words, kind, offset, limit)
    meant = None if found.kinds else known.meant(words)
    return _json(_document(words, found, meant, offset), tag)


@blueprint.route("/complete")
def complete() -> Response:
    """A few names for what has been typed so far: `?q=calf cr`, with `limit=8` if wanted; types as the reader says."""
    words, limit = _words(), _number("limit", 8, 20)
    known = _known(_AT_ONCE)
    tag = etag("complete", known.snapshot, words, limit, language().tag)
    if unchanged := not_modified(tag):
        return translated(unchanged)
    return translated(_json({"q": words, "hits": [_name(hit) for hit in known.complete(words, limit)]}, tag))


def _document(words: str, found: Found, meant: str | None, offset: int) -> dict[str, Any]:
    return {
        "q": words,
        "total": found.total,
        "more": found.more,
        "offset": offset,
        "types": [_kind(kind) | {"count": number} for kind, number in found.kinds],
        "hits": [_hit(hit, words) for hit in found.hits],
        "didYouMean": meant,
        "disclaimer": DISCLAIMER,
    }


def _hit(hit: Hit, words: str) -> dict[str, Any]:
    pieces = marked(hit.text, words)
    return {
        "iri": hit.iri,
        "curie": curie_of(hit.iri),
        "label": hit.label,
        "types": [_kind(kind) for kind in hit.kinds],
        "page": hit.place,
        "rank": hit.rank.word,
        "matched": {"in": hit.role.name.lower().replace("_", "-"), "text": hit.text},
        "snippet": "".join(piece for piece, _ in pieces),
        "marked": [piece for piece, is_marked in pieces if is_marked],
        "obsolete": hit.obsolete,
        "replacedBy": hit.instead,
    }


def _name(hit: Hit) -> dict[str, Any]:
    """What the box shows: as little as it needs."""
    shown: dict[str, Any] = {"label": hit.label, "page": hit.place, "type": _first(hit.kinds)}
    if hit.text != hit.label:
        shown["matched"] = hit.text
    return shown | ({"obsolete": True} if hit.obsolete else {})


def _first(kinds: tuple[Kind, ...]) -> str:
    return label_of(kinds[0].iri, kinds[0].label) if kinds else ""


def _kind(kind: Kind) -> dict[str, Any]:
    return {"type": kind.name, "iri": kind.iri, "label": kind.label}


def curie_of(iri: URIRef) -> str | None:
    """An IRI by its prefix, where it has one.

    >>> curie_of(URIRef("https://w3id.org/etiograph/ontology#causes"))
    'eg:causes'
    """
    short = compact(iri)
    return short if short != str(iri) else curie(iri) or None


def _known(patience: float) -> Index:
    known = index(patience)
    if known is None:
        raise ServiceUnavailable("The search index is being built. Please try again in a moment.", retry_after=2)
    return known


def _words() -> str:
    words = parameter("q")
    if words is None:
        raise WrongRequest("Say what to look for: ?q=calf cramp.")
    if len(words) > LONGEST:
        raise WrongRequest(f"What is looked for may have {LONGEST} characters; there are {len(words):,}.")
    return words.strip()


def _number(name: str, otherwise: int, most: int) -> int:
    written = parameter(name)
    if written is None:
        return otherwise
    if not (written.isascii() and written.isdecimal() and len(written) < 8 and int(written) <= most):
        raise WrongRequest(f"{name} is a whole number up to {most:,}, not {written[:40]}.")
    return int(written)


def _json(document: dict[str, Any], tag: str) -> Response:
    return answer(json.dumps(document).encode(), "application/json", tag)
