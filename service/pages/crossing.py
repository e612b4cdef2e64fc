"""`/matrix`: the matrix of causes and tests as it is asked for, a page of it at a time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlencode

from flask import render_template, request
from rdflib import URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.addresses import base, key
from service.errors import UnknownThing
from service.messages import gettext
from service.messages import marked as _
from service.names import folded, written_iri
from service.pages import portion
from service.pages.called import called
from service.pages.matrix import KINDS, Matrix, distinct
from service.pages.portion import Narrowing
from service.pages.reading import Reading, read
from service.pages.statements import Name

ROWS, COLUMNS, OPENED = 200, 100, 300
"""As many rows and columns as one page shows, and as many cells whose evidence stands on it."""

NAMED = 200
"""As many causes, and as many tests, as are named for being empty."""

ORDERS = {"tests": _("most tests first"), "gaps": _("fewest tests first"), "name": _("by name")}
SHOWN = {"": _("all"), "revealed": _("what a test reveals"), "gaps": _("only the gaps")}
BASES: Mapping[str, URIRef] = MappingProxyType({"stated": EG.StatedInText, "inferred": EG.CuratorInference})
_PARAMETERS = ("symptom", "kind", "group", "article", "basis", "show", "sort", "cause", "test", "part", "page")
_UNKNOWN = URIRef("urn:none")
"""What is written so that it can be no IRI; it may be a name."""

_NARROWING = ("group", "article", "cause", "test")


@dataclass(frozen=True)
class Asked:
    """The parameters of this request, as they were written."""

    values: Mapping[str, str]

    def __getitem__(self, parameter: str) -> str:
        return self.values[parameter]

    @property
    def narrow(self) -> bool:
        """Whether tests or statements are left out, so that an empty row may not be empty elsewhere."""
        return any(self.values[each] for each in ("kind", "article", "basis", "test"))

    @property
    def page(self) -> int:
        """Which page of rows, from 1."""
        return _number(self.values["page"])

    @property
    def part(self) -> int:
        """Which part of very many causes, from 1."""
        return _number(self.values["part"])

    def address(self, path: str = "/matrix", **changed: object) -> str:
        """Where the same is shown but for what changes."""
        values = {**self.values, "page": "", **{name: str(value) for name, value in changed.items()}}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path


def render() -> str:
    """The page, in two queries."""
    asked = asked_now()
    reading, matrix = found(asked)
    shown = _page(matrix, asked.page)
    opened = {place: f"cell-{number}" for number, place in enumerate(_opened(shown), 1)}
    return render_template(
        "matrix.html",
        asked=asked,
        reading=reading,
        size=reading.size,
        whole=reading.matrix,
        matrix=matrix,
        shown=shown,
        opened=opened,
        symptom=_chosen(asked["symptom"], reading.symptoms),
        pages=-(-len(matrix.causes) // ROWS),
        near_parts=tuple(_near(reading.part, reading.size.parts)),
        options=_options(reading),
        orders=ORDERS,
        showing=SHOWN,
        named=NAMED,
        idle=portion.IDLE,
    )


def asked_now() -> Asked:
    """What this request asks for."""
    return Asked({name: request.args.get(name, "").strip()[:500] for name in _PARAMETERS})


def found(asked: Asked, *, has_all_idle: bool = False) -> tuple[Reading, Matrix]:
    """The whole matrix, or a part of very many causes, and what is asked for of it. Raises UnknownThing."""
    narrowing = replace(_narrowing(asked), has_all_idle=has_all_idle)
    reading = _read(narrowing)
    if narrowing.symptom and not reading.matrix.causes and not reading.matrix.tests:
        named = _symptom_called(asked["symptom"], reading)
        if named != narrowing.symptom:
            narrowing = replace(narrowing, symptom=named)
            reading = _read(narrowing)
    if reading.size.is_parted and (not reading.size.fitting or narrowing.test == _UNKNOWN):
        reading = _read(_called(asked, narrowing))
    return reading, _filtered(reading.matrix, asked)


def _read(narrowing: Narrowing) -> Reading:
    """A part, the last one where there are fewer than was asked for."""
    reading = read(narrowing)
    last = reading.size.parts
    return read(replace(narrowing, part=last)) if narrowing.part > last and reading.size.is_parted else reading


def _narrowing(asked: Asked) -> Narrowing:
    """What is asked for, where it is written as an IRI, CURIE or key."""
    symptom, group, article, cause, test = (
        (written_iri(asked[each], base()) or _UNKNOWN) if asked[each] else None for each in ("symptom", *_NARROWING)
    )
    return Narrowing(symptom, group, article, cause, test, "" if asked.narrow else asked["show"], asked.part)


def _called(asked: Asked, narrowing: Narrowing) -> Narrowing:
    """The same with what is written as a name: of very many, only those that are asked for are read."""
    group, article, cause, test = (called(asked[each]) if asked[each] else None for each in _NARROWING)
    return replace(
        narrowing,
        group=group or narrowing.group,
        article=article or narrowing.article,
        cause=cause or narrowing.cause,
        test=test or narrowing.test,
    )


def _symptom_called(written: str, reading: Reading) -> URIRef:
    """The symptom of a name. Raises UnknownThing."""
    if not reading.has_all_symptoms and (node := called(written)):
        return node
    return URIRef(str(_chosen(written, reading.symptoms).node))


def _number(written: str) -> int:
    """A number of pages or parts, from 1.

    >>> [_number(each) for each in ("7", "0", "-1", "x", "99999999999")]
    [7, 1, 1, 1, 999999]
    """
    return max(1, int(written[:6])) if written.isascii() and written.isdecimal() else 1


def _near(number: int, last: int) -> Iterator[int | None]:
    """The numbers to go to from one of many: the first, the last and its neighbours; None where some are left out.

    >>> list(_near(50, 101))
    [1, None, 48, 49, 50, 51, 52, None, 101]
    """
    before = 0
    for each in sorted({1, last, *range(max(1, number - 2), min(last, number + 2) + 1)}):
        if each > before + 1:
            yield None
        yield each
        before = each


def _filtered(whole: Matrix, asked: Asked) -> Matrix:
    options = _choices(whole)
    group, article, cause, test = (
        _chosen(asked[each], options[each]).node if asked[each] else None
        for each in ("group", "article", "cause", "test")
    )
    basis = BASES.get(asked["basis"])
    left = whole.of(
        [
            row
            for row in whole.causes
            if (not group or group in _nodes(row.groups))
            and (not article or article in _nodes(row.articles))
            and cause in (None, row.name.node)
        ],
        [
            column
            for column in whole.tests
            if asked["kind"] in ("", column.kind or "none")
            and (not article or article in {each.article.node for each in column.named})
            and test in (None, column.name.node)
        ],
        filter(None, (cell.said(basis, article) for cell in whole.cells.values())),
    )
    return _showing(left, asked["show"]).sorted(asked["sort"])


def _showing(matrix: Matrix, what: str) -> Matrix:
    if what == "revealed":
        return matrix.of(
            [row for row in matrix.causes if row.name.node in matrix.by_cause],
            [column for column in matrix.tests if column.name.node in matrix.by_test],
            matrix.cells.values(),
        )
    return matrix.of(matrix.unrevealed, matrix.idle, ()) if what == "gaps" else matrix


def _page(matrix: Matrix, number: int) -> Matrix:
    """The rows of one page and as many columns as it can show."""
    rows = matrix.causes[(number - 1) * ROWS : number * ROWS]
    return matrix.of(rows, matrix.tests[:COLUMNS], matrix.cells.values())


def _opened(shown: Matrix) -> list[tuple[Node | None, Node | None]]:
    """The cells whose evidence stands on the page, row by row."""
    places = ((row.name.node, column.name.node) for row in shown.causes for column in shown.tests)
    return [place for place in places if place in shown.cells][:OPENED]


def _choices(whole: Matrix) -> dict[str, tuple[Name, ...]]:
    """What the parameters may name."""
    return {
        "group": distinct(name for row in whole.causes for name in row.groups),
        "article": distinct(
            name
            for names in (
                *(row.articles for row in whole.causes),
                *([each.article for each in column.named] for column in whole.tests),
            )
            for name in names
        ),
        "cause": tuple(row.name for row in whole.causes),
        "test": tuple(column.name for column in whole.tests),
    }


def _options(reading: Reading) -> dict[str, list[tuple[str, str]]]:
    """What the form offers: the value of each option and its words."""
    names = {**_choices(reading.matrix), "symptom": reading.symptoms}
    found = {
        each: [(key(name.node), name.label) for name in names[each]]
        for each in ("symptom", "group", "article", "cause")
    }
    present = {test.kind for test in reading.matrix.tests}
    return {**found, "kind": [(kind or "none", gettext(words)) for kind, words in KINDS.items() if kind in present]}


def _chosen(written: str, options: Iterable[Name]) -> Name:
    """The option that is meant: by its key, IRI, CURIE or label. Raises UnknownThing."""
    if not written:
        return Name(None, "")
    options, exact = tuple(options), written_iri(written, base())
    for option in options:
        if exact == option.node or written == key(option.node):
            return option
    for option in options:
        if folded(option.label) == folded(written):
            return option
    raise UnknownThing(gettext("The matrix knows nothing called “%(name)s”.") % {"name": written[:80]})


def _nodes(names: Iterable[Name]) -> set[Node | None]:
    return {name.node for name in names}
