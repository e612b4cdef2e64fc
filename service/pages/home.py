"""The first page: what this is, where to start, what causes the symptom, what there is; and the list of articles."""

from collections import defaultdict
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import render_template
from rdflib import URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.addresses import compact
from service.lookups import Row, ask, iri, store, text, whole
from service.messages import gettext, marked_plural
from service.pages.examples import examples
from service.pages.statements import Name, name

_COUNTED = (
    (EG.Article, *marked_plural("article", "articles")),
    (EG.Assertion, *marked_plural("statement", "statements")),
    (EG.Condition, *marked_plural("condition", "conditions")),
    (EG.CausalProcess, *marked_plural("causal process", "causal processes")),
    (EG.DiagnosticTest, *marked_plural("test", "tests")),
    (EG.Threshold, *marked_plural("threshold", "thresholds")),
    (EG.RiskGroup, *marked_plural("risk group", "risk groups")),
    (EG.Correction, *marked_plural("correction", "corrections")),
)
_FIRST = frozenset({"causes-of-a-symptom", "causes-without-a-test", "tests-that-reveal-a-cause"})
"""The questions to begin with."""

_LIST = """PREFIX eg: <https://w3id.org/etiograph/ontology#>

SELECT ?thing WHERE {{
  ?thing a {kind} .
}}
ORDER BY ?thing
"""


@dataclass(frozen=True)
class Answer:
    """A cause of a symptom and how many tests can reveal it."""

    cause: Name
    tests: int


@dataclass(frozen=True)
class Symptom:
    """A symptom an article is about, with its causes."""

    name: Name
    causes: tuple[Answer, ...]


@dataclass(frozen=True)
class Count:
    """How many things of a class there are."""

    kind: URIRef
    word: str
    words: str
    number: int

    @property
    def address(self) -> str:
        """The list of them."""
        if self.kind == EG.Article:
            return "/articles"
        query = _LIST.format(kind=compact(self.kind))
        return f"/sparql?{urlencode({'query': query})}"


@dataclass(frozen=True)
class Edition:
    """An article in the graph."""

    article: Name
    about: Name
    statements: int
    hash: str


def render() -> str:
    """The first page, in two queries."""
    known = {iri(row, "class"): whole(row, "count") or 0 for row in ask("counts")}
    counts = [Count(kind, word, words, known[kind]) for kind, word, words in _COUNTED if known.get(kind)]
    asked = [replace(each, summary=gettext(each.summary)) for each in examples() if each.name in _FIRST]
    return render_template("home.html", symptoms=symptoms(), counts=counts, examples=asked, snapshot=store().snapshot)


def render_articles() -> str:
    """The list of articles."""
    found = [
        Edition(
            Name(row["article"], text(row, "title")),
            name(row, "about"),
            whole(row, "statements") or 0,
            text(row, "hash"),
        )
        for row in ask("articles")
    ]
    return render_template("articles.html", articles=found)


def symptoms() -> tuple[Symptom, ...]:
    """The symptoms articles are about, by name, each with its causes."""
    by_symptom: dict[Node, list[Row]] = defaultdict(list)
    for row in ask("answers"):
        by_symptom[row["symptom"]].append(row)
    return tuple(
        Symptom(
            name(rows[0], "symptom"),
            tuple(Answer(name(row, "cause"), whole(row, "tests") or 0) for row in rows if "cause" in row),
        )
        for rows in by_symptom.values()
    )
