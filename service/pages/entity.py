"""The page of an entity: names, meaning, facts in both directions with their sentences; a symptom's page shows more."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from flask import Response, render_template, request
from rdflib import DCTERMS, OWL, SKOS, URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.addresses import base
from service.citation import Citation
from service.errors import UnknownThing, WrongRequest
from service.lookups import ask, iri, store, text, whole
from service.names import written_iri
from service.pages import diagnostics, symptom
from service.pages.article import Correction, correction
from service.pages.facts import groups
from service.pages.neighbourhood import picture, style
from service.pages.phrases import PHRASES, phrase
from service.pages.statements import Name, Statement, in_order, statements
from service.pages.things import Thing
from service.pages.things import thing as described

MANY = 300
"""As many statements as one page shows; `statements-about.rq` stops behind it."""

_MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
_LIST = """SELECT ?{end} WHERE {{
  {subject} {predicate} {object} .
}}
"""

_SHOWN_BY_SYMPTOM = frozenset(
    {
        PHRASES[EG.causes].incoming,
        PHRASES[EG.leadsTo].incoming,
        PHRASES[EG.atRiskOf].incoming,
        PHRASES[EG.investigates].incoming,
        PHRASES[EG.differentialOf].incoming,
        PHRASES[EG.hasDifferential].outgoing,
    }
)
_FORMS = {
    "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
    "csl": ("application/vnd.citationstyles.csl+json", "json"),
}
_LIMITED = (EG.DiagnosticTest, EG.Finding, EG.Threshold)
_DRAWN = frozenset({EG.comparator, EG.limit, EG.upperLimit, EG.unit, EG.limitIn, EG.printedForm})
"""What the picture of a limit says of it."""

_NO_FACTS = frozenset({SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition, *_MATCHES})
_EXPLAINED_BY = frozenset({EG.causes, EG.investigates, EG.differentialOf})


@dataclass(frozen=True)
class Match:
    """A term of another vocabulary; it has a page here where its ontology was loaded."""

    name: Name
    is_here: bool


@dataclass(frozen=True)
class Share:
    """How many things stand in one relation to a busy thing, and where all of them can be had."""

    heading: str
    things: int
    address: str


def render(thing: Thing) -> str:
    """The page of any entity: at most six queries with the one that described it."""
    rows = ask("statements-about", thing=thing.iri)
    about, crowded = in_order(statements(rows[:MANY])), len(rows) > MANY
    corrections = [correction(row) for row in ask("corrections-of", thing=thing.iri)]
    around = () if crowded else symptom.around_causes(thing.iri)
    # What only a symptom's page shows would be without end for one with thousands of causes.
    is_symptom = not crowded and any(
        said.predicate in _EXPLAINED_BY and said.object.node == thing.iri for said in about
    )
    chains = () if is_symptom else symptom.mechanisms(around)
    told = {step.iri for chain in chains for step in chain.statements}
    rest = [said for said in about if said.iri not in told]
    return render_template(
        "symptom.html" if is_symptom else "entity.html",
        thing=thing,
        groups=groups(thing.iri, rest, without=_SHOWN_BY_SYMPTOM if is_symptom else ()),
        corrections=corrections,
        uncorrected=_uncorrected(thing, corrections),
        articles=_articles(about),
        chains=chains,
        shares=_shares(store().snapshot.name, thing.iri) if crowded else (),
        shown=MANY,
        matches=_matches(thing),
        limits=_limits(thing),
        picture=picture(thing, about, around),
        style=style,
        citation=cited(thing),
        replacements=thing.values.get(DCTERMS.isReplacedBy, ()),
        details=thing.details(frozenset(_covered(thing, about))),
        **(_symptom(thing.iri, about, around) if is_symptom else {}),
    )


def render_citation() -> Response:
    """How to cite a thing: `?iri=…&form=bibtex`, or `csl` for CSL-JSON."""
    wanted, form = request.args.get("iri", ""), request.args.get("form", "bibtex")
    name = written_iri(wanted, base())
    found = described(name) if name else None
    if found is None:
        raise UnknownThing("The graph says nothing about this, so there is nothing to cite.")
    if form not in _FORMS:
        raise WrongRequest(f"A citation has the form {' or '.join(_FORMS)}; say which one with form=.")
    media_type, suffix = _FORMS[form]
    citation = cited(found)
    response = Response(citation.bibtex if form == "bibtex" else citation.csl, content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename=citation.{suffix}"
    return response


def cited(thing: Thing) -> Citation:
    """How to cite a thing as it is now."""
    snapshot = store().snapshot
    return Citation(thing.label, thing.iri, snapshot.number, snapshot.made)


def _matches(thing: Thing) -> list[tuple[str, tuple[Match, ...]]]:
    """What a thing is called in other vocabularies, by how near the match is, in words."""
    return [
        (phrase(relation).outgoing, tuple(Match(name, name.node in thing.terms) for name in thing.values[relation]))
        for relation in _MATCHES
        if relation in thing.values
    ]


def _limits(thing: Thing) -> tuple[diagnostics.Limit, ...]:
    """The limits a value can be compared with, where the thing is one, has some, or is what they define."""
    return diagnostics.limits(thing.iri) if any(map(thing.a, _LIMITED)) else ()


@lru_cache(maxsize=64)
def _shares(_snapshot: str, of: URIRef) -> tuple[Share, ...]:
    """The relations of a busy thing, those with most things first; counted once for each snapshot."""
    counted = (
        _share(of, iri(row, "predicate"), whole(row, "things") or 0, incoming=text(row, "isIncoming") == "true")
        for row in ask("crowd", thing=of)
        if row["predicate"] in PHRASES and row["predicate"] not in _NO_FACTS
    )
    return tuple(sorted(counted, key=lambda share: (-share.things, share.heading)))


def _share(of: URIRef, predicate: URIRef, things: int, *, incoming: bool) -> Share:
    words = phrase(predicate)
    subject, object_ = ("?thing", of.n3()) if incoming else (of.n3(), "?thing")
    query = _LIST.format(end="thing", subject=subject, predicate=predicate.n3(), object=object_)
    heading = words.incoming if incoming else words.outgoing
    return Share(heading, things, f"/sparql?{urlencode({'query': query})}")


def _symptom(of: URIRef, about: Iterable[Statement], around: Iterable[Statement]) -> dict[str, object]:
    about, tests = tuple(about), diagnostics.tests(of)
    causes = symptom.causes(of, about, around, tests)
    return {
        "causes": causes,
        "tests": tests,
        "revealing": [test for test in tests if any(test in cause.tests for cause in causes)],
        "risks": symptom.risks(about, around),
        "differentials": symptom.differentials(of),
        "mistaken": [said for said in about if said.predicate == EG.differentialOf and said.object.node == of],
        "examined": {said.subject.node: said for said in about if said.predicate == EG.investigates},
    }


def _uncorrected(thing: Thing, corrections: Iterable[Correction]) -> list[str]:
    """The forms a source writes that no correction explains."""
    explained = {found.as_written for found in corrections}
    return [form for form in thing.as_written if form not in explained]


def _articles(about: Iterable[Statement]) -> list[tuple[Node, str]]:
    """The articles that speak of a thing."""
    found = {said.article.node: said.article.label for said in about if said.article.node}
    return list(found.items())


def _covered(thing: Thing, about: Iterable[Statement]) -> Iterable[Node]:
    """The relations whose values stand among the facts, so that the details need not repeat them."""
    yield from (SKOS.inScheme, SKOS.narrower, EG.hasDifferential, OWL.deprecated, DCTERMS.isReplacedBy, *_MATCHES)
    yield from _DRAWN if thing.a(EG.Threshold) else ()
    yield from (said.predicate for said in about if said.subject.node == thing.iri)
