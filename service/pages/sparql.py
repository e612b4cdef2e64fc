"""The SPARQL page: a form, questions to load into it, the answer as a table with names, or the error at its place."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import render_template
from markupsafe import Markup
from rdflib import URIRef

from service.addresses import address, base, compact
from service.current import public_address
from service.editor.snippets import form_of, snippets
from service.errors import Problem
from service.formats import GRAPHS, TABLES
from service.messages import gettext as _
from service.messages import marked
from service.names import is_iri, prefixes
from service.pages.examples import gallery
from service.pages.vocabulary import label_of
from service.search import labels

_SHOWN = 500
_START = """PREFIX eg: <https://w3id.org/etiograph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?cause ?symptom WHERE {
  ?cause eg:causes ?symptom .
}
"""
_WIDEST = 60
_VIEW = re.compile(r"^\s*#\s*defaultView:\s*(Table|Chart|Graph|Matrix)\b", re.IGNORECASE | re.MULTILINE)
_WORDS = {
    "query": marked("Query"),
    "newTab": marked("New query"),
    "closeTab": marked("Close this query"),
    "queries": marked("Queries"),
    "running": marked("Running …"),
    "cancelled": marked("Cancelled."),
    "took": marked("%(rows)s rows in %(seconds)s s"),
    "tookOne": marked("1 row in %(seconds)s s"),
    "tookVerdict": marked("Answered in %(seconds)s s"),
    "failed": marked("The answer did not arrive: %(reason)s"),
    "place": marked("Line %(line)s, column %(column)s"),
    "go": marked("Go to the place"),
    "answer": marked("Answer"),
    "yes": marked("Yes"),
    "no": marked("No"),
    "empty": marked("The query is right and nothing in the graph matches it."),
    "table": marked("Table"),
    "chart": marked("Chart"),
    "matrix": marked("Matrix"),
    "graph": marked("Graph"),
    "view": marked("View"),
    "filter": marked("Filter rows"),
    "rowsOf": marked("%(first)s–%(last)s of %(all)s rows"),
    "noRows": marked("No row holds this."),
    "previous": marked("Previous rows"),
    "next": marked("Next rows"),
    "shownFirst": marked("The first %(shown)s of %(all)s rows."),
    "all": marked("Load all rows"),
    "sortBy": marked("Sort by %(column)s"),
    "download": marked("Download as"),
    "kind": marked("Kind"),
    "bars": marked("Bars"),
    "line": marked("Line"),
    "scatter": marked("Points"),
    "across": marked("Across"),
    "categories": marked("Categories"),
    "values": marked("Values"),
    "larger": marked("Larger"),
    "smaller": marked("Smaller"),
    "down": marked("Down"),
    "inside": marked("Inside"),
    "count": marked("number of rows"),
    "mark": marked("a mark"),
    "noNumbers": marked("No column holds numbers, so the number of rows is drawn."),
    "tooMany": marked("The first %(shown)s of %(all)s are drawn."),
    "drawn": marked("%(up)s by %(across)s"),
    "nodes": marked("%(nodes)s things and %(edges)s relations; the table says the same."),
    "nodesCut": marked("The first %(nodes)s things of %(all)s; the table has all."),
    "formatted": marked("Formatted."),
    "unchanged": marked("The layout is as it should be."),
    "linked": marked("A short address of this query"),
    "linkedLong": marked("No short address could be made (%(reason)s); this one is long."),
    "copy": marked("Copy"),
    "copied": marked("Copied"),
    "forgotten": marked("The history is empty."),
    "rows": marked("%(rows)s rows"),
    "row": marked("1 row"),
    "moreThan": marked("more than %(rows)s rows"),
    "shownMore": marked("The first %(shown)s rows."),
    "noQuestion": marked("No question holds these words."),
    "numbers": marked("The numbers of the picture"),
}


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
class Matrix:
    """The values of one column against those of another."""

    corner: tuple[str, ...]
    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, tuple[tuple[Cell, ...], ...]], ...]


@dataclass(frozen=True)
class Line:
    """A line of the query that failed; the marked one is where it failed."""

    number: int
    text: str
    marked: bool


def render(query: str | None, answer: Mapping[str, Any] | None, problem: Problem | None) -> str:
    """The page for a query, with its answer or the problem it met."""
    shown = table(answer) if answer and "results" in answer else None
    return render_template(
        "sparql.html",
        query=query if query is not None else _START,
        asked=query is not None,
        verdict=answer.get("boolean") if answer else None,
        table=shown,
        matrix=matrix(shown) if shown and view_of(query or "") == "matrix" else None,
        data=data(answer, form_of(query or "")) if answer and "results" in answer else None,
        problem=problem,
        lines=lines(query, problem) if query and problem else (),
        downloads=downloads(query) if query and answer else (),
        snippets=snippets(query, _endpoint()) if query else (),
        gallery=gallery(),
        prefixes=prefixes(base()),
        words=_words(),
    )


def _endpoint() -> str:
    return f"{public_address()}/sparql"


def _words() -> dict[str, str]:
    return {name: _(words) for name, words in _WORDS.items()}


def view_of(query: str) -> str:
    r"""The view a query asks for in a comment, in small letters; a table where it asks for none.

    >>> view_of("#defaultView:Chart\nSELECT * {}"), view_of("SELECT * {}")
    ('chart', 'table')
    """
    found = _VIEW.search(query)
    return found[1].lower() if found else "table"


def data(answer: Mapping[str, Any], form: str) -> Markup:
    """The shown rows as JSON for scripts, with what things are called; `<` is escaped, so no text ends the element."""
    solutions = answer["results"]["bindings"]
    rows = solutions[:_SHOWN]
    iris = {value["value"] for row in rows for value in row.values() if value["type"] == "uri"}
    document = {
        "columns": list(answer["head"].get("vars", ())),
        "rows": rows,
        "total": len(solutions),
        "more": bool(answer.get("more")),
        "form": form,
        "names": named(sorted(iris)),
    }
    return Markup(json.dumps(document, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 -- escaped above


def named(iris: list[str]) -> dict[str, dict[str, str | None]]:
    """What pages call each IRI, where they link to for it, and its name by prefix."""
    asked = [URIRef(iri) for iri in iris if is_iri(iri)]
    known = labels(asked)
    none: dict[str, dict[str, str | None]] = {iri: {"label": None, "href": None, "name": iri} for iri in iris}
    return none | {
        str(iri): {"label": known.get(str(iri)) or label_of(iri) or None, "href": address(iri), "name": compact(iri)}
        for iri in asked
    }


def matrix(shown: Table) -> Matrix | None:
    """A table of three columns or two as a matrix: the first down, the second across, the third (or a mark) inside."""
    if len(shown.columns) < 2:
        return None
    cells: dict[Cell, dict[Cell, list[Cell]]] = {}
    across: dict[Cell, None] = {}
    for row in shown.rows:
        across[row[1]] = None
        cells.setdefault(row[0], {}).setdefault(row[1], []).append(row[2] if len(row) > 2 else Cell("✓"))
    heads = tuple(across)[:_WIDEST]
    rows = tuple(
        (head, tuple(tuple(dict.fromkeys(inside.get(each, ()))) for each in heads)) for head, inside in cells.items()
    )
    return Matrix(shown.columns[:2], heads, rows)


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
    formats = GRAPHS if form_of(query) in ("CONSTRUCT", "DESCRIBE") else TABLES
    return tuple((each.name, f"/sparql?{urlencode({'query': query, 'format': each.suffix})}") for each in formats)
