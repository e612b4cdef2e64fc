"""The SPARQL page: a form, questions to load into it, the answer as a table with names, or the error at its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import render_template
from rdflib import URIRef

from ontology.terms import PREFIXES
from service.addresses import address, compact
from service.errors import Problem
from service.formats import GRAPHS, TABLES
from service.pages.examples import examples
from service.pages.vocabulary import label_of
from service.search import labels
from service.tokens import FORMS, tokens

_SHOWN = 500
_START = """PREFIX eg: <https://w3id.org/etiograph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?cause ?symptom WHERE {
  ?cause eg:causes ?symptom .
}
"""


@dataclass(frozen=True)
class Cell:
    """A value of an answer as the table shows it."""

    text: str
    href: str | None = None
    note: str = ""
    number: bool = False


@dataclass(frozen=True)
class Table:
    """An answer for reading; `total` counts the rows that are not shown as well, and `more` says it is not all."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    more: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the query that failed; the marked one is where it failed."""

    number: int
    text: str
    marked: bool


def render(query: str | None, answer: Mapping[str, Any] | None, problem: Problem | None) -> str:
    """The page for a query, with its answer or the problem it met."""
    return render_template(
        "sparql.html",
        query=query if query is not None else _START,
        asked=query is not None,
        verdict=answer.get("boolean") if answer else None,
        table=table(answer) if answer and "results" in answer else None,
        problem=problem,
        lines=lines(query, problem) if query and problem else (),
        downloads=downloads(query) if query and answer else (),
        examples=examples(),
        prefixes=PREFIXES,
    )


def table(answer: Mapping[str, Any]) -> Table:
    """A SPARQL JSON answer with a name and a link for every thing that has one."""
    columns = tuple(answer["head"].get("vars", ()))
    solutions = answer["results"]["bindings"]
    shown = solutions[:_SHOWN]
    known = labels(value["value"] for row in shown for value in row.values() if value["type"] == "uri")
    rows = tuple(tuple(cell(row.get(column), known) for column in columns) for row in shown)
    return Table(columns, rows, len(solutions), bool(answer.get("more")))


def cell(value: Mapping[str, str] | None, known: Mapping[str, str]) -> Cell:
    """One value: an IRI by its name, a literal with its language or type.

    >>> cell({"type": "literal", "value": "calf", "xml:lang": "en"}, {})
    Cell(text='calf', href=None, note='en', number=False)
    """
    if value is None:
        return Cell("")
    if value["type"] == "uri":
        iri = URIRef(value["value"])
        name = known.get(value["value"]) or label_of(iri)
        return Cell(name or compact(iri), address(iri), compact(iri) if name else "")
    if value["type"] == "bnode":
        return Cell(f"_:{value['value']}")
    kind = compact(URIRef(value.get("datatype", "")))
    number = kind in ("xsd:integer", "xsd:decimal", "xsd:double", "xsd:float")
    return Cell(str(value["value"]), None, value.get("xml:lang", "" if number else kind), number)


def lines(query: str, problem: Problem) -> tuple[Line, ...]:
    r"""The lines around the one that is wrong.

    >>> [line.number for line in lines("a\nb\nc\nd\ne", Problem(400, "", "", {"line": 5})) if not line.marked]
    [3, 4]
    """
    wrong = problem.place.get("line")
    if not isinstance(wrong, int):
        return ()
    near = [(number, text) for number, text in enumerate(query.split("\n"), 1) if abs(number - wrong) <= 2]
    return tuple(Line(number, text.rstrip("\r"), number == wrong) for number, text in near)


def downloads(query: str) -> tuple[tuple[str, str], ...]:
    """The other forms of an answer and where they are; which there are depends on the form of the query."""
    form = next((token.text.upper() for token in tokens(query) if token.text.upper() in FORMS), "SELECT")
    formats = GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else TABLES
    return tuple((each.name, f"/sparql?{urlencode({'query': query, 'format': each.suffix})}") for each in formats)
