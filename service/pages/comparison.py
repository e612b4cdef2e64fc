"""`/compare`: two to six symptoms side by side: causes, tests, groups and look-alikes, and which of them they share."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request
from rdflib import URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.addresses import base, key
from service.errors import UnknownThing, WrongRequest
from service.lookups import Row, ask, iri
from service.messages import gettext, marked_plural
from service.messages import marked as _
from service.names import folded, written_iri
from service.pages.statements import Name, name

MOST = 6
"""As many symptoms as stand side by side."""

ROLES = {
    "cause": (_("Causes"), *marked_plural("%(num)s shared cause", "%(num)s shared causes")),
    "test": (_("Tests"), *marked_plural("%(num)s shared test", "%(num)s shared tests")),
    "group": (_("Risk groups"), *marked_plural("%(num)s shared risk group", "%(num)s shared risk groups")),
    "lookalike": (_("Look-alikes"), *marked_plural("%(num)s shared look-alike", "%(num)s shared look-alikes")),
}

_ROLE = {
    EG.causes: "cause",
    EG.investigates: "test",
    EG.supports: "test",
    EG.atRiskOf: "group",
    EG.differentialOf: "lookalike",
}


@dataclass(frozen=True)
class Saying:
    """A statement that gives a symptom something; `via` is the cause it goes through, if it does."""

    statement: URIRef
    basis: URIRef
    via: Name | None


@dataclass(frozen=True)
class Line:
    """A cause, test, group or look-alike, with what is said of it for each symptom, in the order of the symptoms."""

    name: Name
    sayings: tuple[tuple[Saying, ...], ...]

    @property
    def count(self) -> int:
        """How many of the symptoms have it."""
        return sum(map(bool, self.sayings))


@dataclass(frozen=True)
class Part:
    """All lines of one role, what is shared first."""

    role: str
    title: str
    one: str
    many: str
    lines: tuple[Line, ...]

    @property
    def shared(self) -> tuple[Line, ...]:
        """The lines that more than one of the symptoms has."""
        return tuple(line for line in self.lines if line.count > 1)


def render() -> str:
    """The page: a choice, and from two symptoms on a comparison. Raises UnknownThing and WrongRequest."""
    choices = tuple(name(row, "symptom") for row in ask("symptoms"))
    chosen = _chosen(choices)
    parts = _parts([ask("comparison", symptom=iri_of(each)) for each in chosen]) if len(chosen) > 1 else ()
    return render_template(
        "compare.html",
        choices=choices,
        chosen=chosen,
        parts_of=parts,
        most=MOST,
        without={each.node: _address(other for other in chosen if other != each) for each in chosen},
    )


def iri_of(symptom: Name) -> URIRef:
    """The symptom itself."""
    return URIRef(str(symptom.node))


def _chosen(choices: Iterable[Name]) -> tuple[Name, ...]:
    written = [each.strip() for each in request.args.getlist("symptom") if each.strip()]
    found = {one.node: one for one in (_one(each, choices) for each in written)}
    if len(found) > MOST:
        raise WrongRequest(gettext("At most %(most)s symptoms stand side by side.") % {"most": MOST})
    return tuple(found.values())


def _one(written: str, choices: Iterable[Name]) -> Name:
    exact = written_iri(written, base())
    for choice in choices:
        if choice.node == exact or folded(choice.label) == folded(written):
            return choice
    raise UnknownThing(gettext("No article is about a symptom called “%(name)s”.") % {"name": written[:80]})


def _address(symptoms: Iterable[Name]) -> str:
    query = urlencode([("symptom", key(each.node)) for each in symptoms])
    return f"/compare?{query}" if query else "/compare"


def _parts(answers: list[list[dict[str, Node]]]) -> tuple[Part, ...]:
    """What is said of each symptom, by role."""
    return tuple(
        Part(role, *words, _lines([[row for row in rows if _ROLE[iri(row, "predicate")] == role] for rows in answers]))
        for role, words in ROLES.items()
    )


def _lines(answers: list[list[Row]]) -> tuple[Line, ...]:
    names: dict[Node, Name] = {}
    said: dict[Node, list[dict[Node, Saying]]] = defaultdict(lambda: [{} for _answer in answers])
    for place, rows in enumerate(answers):
        for row in rows:
            names.setdefault(row["value"], name(row, "value"))
            said[row["value"]][place].setdefault(row["statement"], _saying(row))
    lines = (Line(names[node], tuple(tuple(each.values()) for each in found)) for node, found in said.items())
    return tuple(sorted(lines, key=lambda line: (-line.count, line.name.label.casefold(), str(line.name.node))))


def _saying(row: Row) -> Saying:
    return Saying(iri(row, "statement"), iri(row, "basis"), name(row, "via") if "via" in row else None)
