"""What the entities are called elsewhere: ``mappings.sssom.tsv`` as checked rows, and as SKOS triples for the graph.

A row with the modifier ``Not`` says that a tempting link is wrong, a row to ``sssom:NoTermFound`` that a vocabulary has
no such term. Both are kept as rows and never become triples.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal as Either

from rdflib import SDO, SKOS, Literal, URIRef

from ontology.errors import OntologyError
from ontology.iris import Iris
from ontology.lexicon.units import units
from ontology.sssom import Fault, Row, Sheet, sheet
from ontology.terms import BASE

FILE = "mappings.sssom.tsv"
NO_TERM = "sssom:NoTermFound"
UNLABELLED = frozenset({"SNOMEDCT", "UMLS"})
"""Vocabularies whose licence lets us give identifiers, but not labels."""
UNIT_BOUND = frozenset({"LOINC"})
"""Vocabularies whose codes measure one kind of quantity each, or say that they measure none."""
NO_UNIT = "no-quantity"
"""The kind of unit of a code that stands for a report, such as that of a study."""
PREDICATES: Mapping[str, URIRef] = MappingProxyType(
    {f"skos:{name}": SKOS[name] for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")}
)
JUSTIFICATIONS = frozenset(
    f"semapv:{name}"
    for name in (
        "BackgroundKnowledgeBasedMatching",
        "CompositeMatching",
        "InstanceBasedMatching",
        "LexicalMatching",
        "LexicalSimilarityThresholdMatching",
        "LogicalReasoning",
        "ManualMappingCuration",
        "MappingChaining",
        "MappingInversion",
        "MappingReview",
        "SemanticSimilarityThresholdMatching",
        "StructuralMatching",
        "UnspecifiedMatching",
    )
)
HEADER = ("mapping_set_id", "mapping_set_version", "license", "curie_map")
COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "author_label",
    "object_source",
    "object_source_version",
    "confidence",
    "ext_unit_dimension",
    "comment",
)

_CURIE = re.compile(r'([A-Za-z][\w.-]*):([^\s<>"{}|\\^`]+)')
_CONFIDENCE = re.compile(r"0(\.\d+)?|1(\.0+)?")


class MappingsRefused(OntologyError):
    """A mapping file that is not used, with everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Match:
    """One row: what an entity is, or is not, elsewhere. ``unit_dimension`` is empty, one of units.tsv, or NO_UNIT."""

    subject_id: str
    subject_label: str
    predicate_id: str
    modifier: Either["", "Not"]
    object_id: str
    object_label: str
    justification: str
    author: str
    object_source: str
    object_source_version: str
    confidence: Decimal
    unit_dimension: str
    comment: str
    line: int

    @property
    def holds(self) -> bool:
        """Whether the row says that two terms match."""
        return self.modifier != "Not" and self.object_id != NO_TERM

    @property
    def reason(self) -> str:
        """The remark of the row, without the source of the term."""
        return self.comment.partition("Seen in:")[0].strip()


@dataclass(frozen=True)
class MappingSet:
    """A valid mapping file."""

    id: str
    version: str
    license: str
    prefixes: Mapping[str, str]
    matches: tuple[Match, ...]

    def iri(self, curie: str) -> URIRef:
        """Expand a CURIE of the file.

        >>> mapping_set().iri("HP:0002901")
        rdflib.term.URIRef('http://purl.obolibrary.org/obo/HP_0002901')
        """
        prefix, _, local = curie.partition(":")
        return URIRef(self.prefixes[prefix] + local)

    def subject(self, match: Match, iris: Iris) -> URIRef:
        """What a row is about; a thing of this project gets the IRI of the deployment."""
        found = self.iri(match.subject_id)
        own = f"{BASE}id/"
        return iris.thing(found.removeprefix(own)) if found.startswith(own) else found

    def about(self, things: Container[URIRef], iris: Iris) -> "MappingSet":
        """The rows about some things only."""
        return replace(self, matches=tuple(each for each in self.matches if self.subject(each, iris) in things))


@cache
def mapping_set() -> MappingSet:
    """The mappings this project ships."""
    return read(files("ontology").joinpath(FILE).read_text(encoding="utf-8"), FILE)


@cache
def elsewhere() -> Mapping[URIRef, str]:
    """What to call the terms of other vocabularies: the identifier, and the label where the licence lets us give it.

    >>> elsewhere()[URIRef("http://purl.obolibrary.org/obo/HP_0002901")]
    'HP:0002901 Hypocalcemia'
    """
    known = mapping_set()
    return MappingProxyType(
        {
            known.iri(match.object_id): f"{match.object_id} {match.object_label}".rstrip()
            for match in known.matches
            if match.object_id != NO_TERM
        }
    )


def read(text: str, name: str) -> MappingSet:
    """Read a mapping file in SSSOM/TSV (https://mapping-commons.github.io/sssom/). Raises ``MappingsRefused``."""
    written = sheet(text, name)
    faults = sorted({*written.faults, *_of_header(written), *_of_rows(written)})
    if faults:
        raise MappingsRefused(tuple(faults))
    header = written.header
    return MappingSet(
        header["mapping_set_id"],
        header["mapping_set_version"],
        header["license"],
        written.prefixes,
        tuple(_match(row) for row in written.rows),
    )


def triples(mappings: MappingSet, iris: Iris | None = None) -> Iterator[tuple[URIRef, URIRef, URIRef]]:
    """What the rows that hold say in SKOS; entities of this project get the IRIs of the deployment.

    >>> next(triples(mapping_set(), Iris("https://health.example/")))[0]
    rdflib.term.URIRef('https://health.example/id/24-hour-urine-test')
    """
    here = iris or Iris()
    for match in mappings.matches:
        if match.holds:
            yield mappings.subject(match, here), PREDICATES[match.predicate_id], mappings.iri(match.object_id)


def names(mappings: MappingSet) -> Iterator[tuple[URIRef, URIRef, Literal]]:
    """What the terms of the rows that hold are called: identifier, and the label where the licence lets us give it.

    Not by rdfs:label: the terms are not things of this graph, nor found by their names unless their ontology is loaded.
    """
    for match in mappings.matches:
        if match.holds:
            term = mappings.iri(match.object_id)
            yield term, SKOS.notation, Literal(match.object_id)
            if match.object_label:
                yield term, SDO.name, Literal(match.object_label, lang="en")


def _match(row: Row) -> Match:
    cells = row.cells
    return Match(
        cells["subject_id"],
        cells["subject_label"],
        cells["predicate_id"],
        "Not" if cells["predicate_modifier"] else "",
        cells["object_id"],
        cells["object_label"],
        cells["mapping_justification"],
        cells["author_label"],
        cells["object_source"],
        cells["object_source_version"],
        Decimal(cells["confidence"]),
        cells["ext_unit_dimension"],
        cells["comment"],
        row.line,
    )


def _of_header(written: Sheet) -> Iterator[Fault]:
    for key in HEADER:
        if key not in written.header:
            yield Fault(written.name, 1, key, "missing in the header", f"add a line '# {key}: …' before the columns")
    for column in COLUMNS:
        if column not in written.columns:
            yield Fault(written.name, written.columns_line, column, "missing column", "add it to the line of columns")
    if not written.rows:
        yield Fault(written.name, written.columns_line, COLUMNS[0], "no row", "add a mapping below the columns")


Problem = tuple[str, str]
"""What was found and what cures it."""


def _of_rows(written: Sheet) -> Iterator[Fault]:
    first: dict[tuple[str, ...], int] = {}
    for row in written.rows:
        for column, check in _CELLS.items():
            problem = column in row.cells and check(row.cells[column], written.prefixes)
            if problem:
                yield Fault(written.name, row.line, column, *problem)
        if set(COLUMNS) <= set(written.columns):
            for column, problem in (*_between_cells(row.cells), *_between_rows(row.cells, first, row.line)):
                yield Fault(written.name, row.line, column, *problem)


def _filled(cell: str, _: Mapping[str, str]) -> Problem | None:
    return None if cell else ("empty cell", "every row needs it")


def _curie(cell: str, prefixes: Mapping[str, str]) -> Problem | None:
    found = _CURIE.fullmatch(cell)
    if found is None:
        return f"{cell!r} is not a CURIE", "write PREFIX:identifier"
    if found[1] not in prefixes:
        return f"unknown prefix {found[1]}", "declare it in curie_map, or write a declared one"
    return None


def _predicate(cell: str, _: Mapping[str, str]) -> Problem | None:
    return None if cell in PREDICATES else (f"{cell!r} is no predicate of a mapping", f"use {', '.join(PREDICATES)}")


def _modifier(cell: str, _: Mapping[str, str]) -> Problem | None:
    return None if cell in ("", "Not") else (f"{cell!r} is no modifier", "write Not, or leave the cell empty")


def _justification(cell: str, _: Mapping[str, str]) -> Problem | None:
    if cell in JUSTIFICATIONS:
        return None
    return f"{cell!r} is no justification", "use a matching process of semapv, such as semapv:ManualMappingCuration"


def _confidence(cell: str, _: Mapping[str, str]) -> Problem | None:
    if _CONFIDENCE.fullmatch(cell):
        return None
    return f"{cell!r} is no confidence", "write a decimal number from 0 to 1, such as 0.9"


def _dimension(cell: str, _: Mapping[str, str]) -> Problem | None:
    known = {NO_UNIT, *(unit.dimension for unit in units().values())}
    return (
        None
        if not cell or cell in known
        else (f"{cell!r} is no kind of unit", f"use a dimension of units.tsv, or {NO_UNIT}")
    )


_CELLS: Mapping[str, Callable[[str, Mapping[str, str]], Problem | None]] = MappingProxyType(
    {
        "subject_id": _curie,
        "subject_label": _filled,
        "predicate_id": _predicate,
        "predicate_modifier": _modifier,
        "object_id": _curie,
        "mapping_justification": _justification,
        "author_label": _filled,
        "object_source": _curie,
        "confidence": _confidence,
        "ext_unit_dimension": _dimension,
    }
)


def _between_cells(cells: Mapping[str, str]) -> Iterator[tuple[str, Problem]]:
    """What is wrong with a row though each cell is right."""
    object_id, label, modifier = cells["object_id"], cells["object_label"], cells["predicate_modifier"]
    prefix = object_id.partition(":")[0]
    if prefix in UNLABELLED and label:
        yield "object_label", (f"a label of {prefix}", "empty the cell: its licence allows the identifier alone")
    if prefix not in UNLABELLED and object_id != NO_TERM and not label:
        yield "object_label", (f"no label for {object_id}", "write the label seen with the identifier")
    if object_id == NO_TERM and modifier:
        yield "predicate_modifier", (f"Not {NO_TERM}", "empty the cell, or name the term that was found")
    if object_id == NO_TERM and not cells["object_source_version"]:
        yield "object_source_version", (f"no version for {NO_TERM}", "say in which version the term is missing")
    if (prefix in UNIT_BOUND) != bool(cells["ext_unit_dimension"]):
        yield (
            "ext_unit_dimension",
            (
                f"{cells['ext_unit_dimension'] or 'no kind of unit'} for {object_id}",
                f"every code of {', '.join(sorted(UNIT_BOUND))} has one, and no other",
            ),
        )


def _between_rows(
    cells: Mapping[str, str], first: dict[tuple[str, ...], int], line: int
) -> Iterator[tuple[str, Problem]]:
    """What a row has against an earlier one; ``first`` remembers where a mapping stands first."""
    object_id, predicate, modifier = cells["object_id"], cells["predicate_id"], cells["predicate_modifier"]
    pair = cells["subject_id"], object_id, cells["object_source"] if object_id == NO_TERM else ""
    if before := first.get((*pair, predicate, modifier)):
        yield "object_id", (f"the mapping stands in line {before} already", "remove one of the two")
    elif before := first.get((*pair, predicate, "" if modifier else "Not")):
        yield "predicate_modifier", (f"line {before} says the contrary", "decide, and remove one of the two")
    elif not modifier and (before := first.get(pair)):
        yield "predicate_id", (f"line {before} matches the two in another way", "keep the one that says most")
    first.setdefault((*pair, predicate, modifier), line)
    if not modifier:
        first.setdefault(pair, line)
