"""The search page: hits, why each matched, what kinds they are of, and somewhere to go when there are none."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from service.addresses import address, base
from service.errors import WrongRequest
from service.messages import marked as _
from service.names import expanded
from service.pages.home import symptoms
from service.pages.vocabulary import label_of
from service.search import index
from service.search.entries import Role
from service.search.folding import LONGEST
from service.search.hits import Found, Kind
from service.search.index import Index
from service.search.snippets import marked

_PAGE = 20
"""Hits on a page."""

_KINDS = 24
"""Kinds that are offered to narrow a search; those of fewest hits are left out."""

WHY: Mapping[Role, str] = MappingProxyType(
    {
        Role.SYNONYM: _("also called"),
        Role.RELATED: _("broader, narrower or related name"),
        Role.AS_WRITTEN: _("written as"),
        Role.CODE: _("elsewhere"),
        Role.IDENTIFIER: _("identifier"),
        Role.DEFINITION: _("means"),
    }
)
"""Why a thing was found, where its label does not show it."""


@dataclass(frozen=True)
class Search:
    """What was asked for."""

    words: str
    kind: str | None = None
    page: int = 1

    def address(self, **other: str | int | None) -> str:
        """The address of this search, or of one that differs in something."""
        asked = {"q": self.words, "type": self.kind, "page": self.page} | other
        told = {name: value for name, value in asked.items() if value and (name, value) != ("page", 1)}
        return f"/search?{urlencode(told)}"


def render() -> BaseResponse:
    """The page for what was typed into the box; an IRI or CURIE leads to the thing itself."""
    search = Search(request.args.get("q", "").strip()[:LONGEST], request.args.get("type") or None, _page())
    if not search.words:
        return make_response(_shown(search, None, Found(0, (), ())))
    known = index()
    if known is None:
        return Response(_shown(search, None, Found(0, (), ()), waiting=True), 503, headers={"Retry-After": "2"})
    if place := _place(known, search.words):
        return redirect(place, 303)
    found = known.search(search.words, search.kind, (search.page - 1) * _PAGE, _PAGE)
    return make_response(_shown(search, known, found))


def _place(known: Index, words: str) -> str | None:
    """Where the thing, or the term of the vocabulary, of an IRI or CURIE is read."""
    iri = expanded(words, base())
    if iri is None:
        return None
    thing = known.identified(iri)
    return thing.place if thing else address(iri) if label_of(iri) else None


def _shown(search: Search, known: Index | None, found: Found, waiting: bool = False) -> str:
    meant = known.meant(search.words) if known and not found.kinds else None
    return render_template(
        "search.html",
        search=search,
        words=search.words,
        found=found,
        kinds=_offered(search, found),
        pages=-(-found.total // _PAGE),
        first=(search.page - 1) * _PAGE + 1,
        meant=meant,
        suggestions=known.complete(meant, 5) if known and meant else (),
        symptoms=[] if found.hits or waiting else symptoms(),
        waiting=waiting,
        why=WHY,
        marked=marked,
    )


def _offered(search: Search, found: Found) -> tuple[tuple[Kind, int], ...]:
    """The kinds a search can be narrowed to, of which the chosen one is always one."""
    return tuple(each for place, each in enumerate(found.kinds) if place < _KINDS or each[0].name == search.kind)


def _page() -> int:
    written = request.args.get("page", "1")
    if not written.isdecimal() or not 0 < int(written[:6]) <= 10_000:
        raise WrongRequest(f"page is a number from 1 to 10,000, not {written[:40]}.")
    return int(written)
