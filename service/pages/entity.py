"""The page of an entity: names, meaning, facts in both directions with their sentences; a symptom's page shows more."""

from collections.abc import Iterable

from flask import render_template
from rdflib import SKOS, URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.lookups import ask
from service.pages import diagnostics, symptom
from service.pages.article import Correction, correction
from service.pages.facts import groups
from service.pages.phrases import PHRASES
from service.pages.statements import Statement, statements
from service.pages.things import Thing

MANY = 1_000
"""As many statements as one page shows; `statements-about.rq` stops there."""

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
_EXPLAINED_BY = frozenset({EG.causes, EG.investigates, EG.differentialOf})


def render(thing: Thing) -> str:
    """The page of any entity: at most six queries with the one that described it."""
    about = statements(ask("statements-about", thing=thing.iri))
    corrections = [correction(row) for row in ask("corrections-of", thing=thing.iri)]
    around = symptom.around_causes(thing.iri)
    is_symptom = any(said.predicate in _EXPLAINED_BY and said.object.node == thing.iri for said in about)
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
        crowded=len(about) >= MANY,
        details=thing.details(frozenset(_covered(thing, about))),
        **(_symptom(thing.iri, about, around) if is_symptom else {}),
    )


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
    yield from (SKOS.inScheme, SKOS.narrower, EG.hasDifferential)
    yield from (said.predicate for said in about if said.subject.node == thing.iri)
