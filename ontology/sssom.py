"""SSSOM/TSV as cells: the commented header, the columns and the rows of a mapping file, and faults of its shape.

What the cells mean is read by ``ontology.mappings``. Of YAML, the header needs keys, one level below them, and no more.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_BUILT_IN = MappingProxyType(
    {
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "semapv": "https://w3id.org/semapv/vocab/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "sssom": "https://w3id.org/sssom/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Prefixes every SSSOM file may use without declaring them, and may not declare as anything else."""

_KEY = re.compile(r" ?([A-Za-z_]\w*):(?:\s+(.*))?")
_PREFIX = re.compile(r"\s+([A-Za-z][\w.-]*):\s+(\S+)")
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+')


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong, where, and what puts it right.

    >>> print(Fault("x.sssom.tsv", 31, "object_id", "unknown prefix HPO", "declare it in curie_map, or write another"))
    x.sssom.tsv, line 31, column object_id: unknown prefix HPO; declare it in curie_map, or write another
    """

    name: str
    line: int
    column: str
    found: str
    cure: str

    def __str__(self) -> str:
        return f"{self.name}, line {self.line}, column {self.column}: {self.found}; {self.cure}"


@dataclass(frozen=True)
class Row:
    """The cells of one line by column, trimmed; an empty cell is an empty string."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A mapping file as it is written. ``header`` has its plain values, ``prefixes`` its ``curie_map``."""

    name: str
    header: Mapping[str, str]
    prefixes: Mapping[str, str]
    columns: tuple[str, ...]
    columns_line: int
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def sheet(text: str, name: str) -> Sheet:
    r"""Take a file apart; faults of its shape are listed, not raised.

    >>> found = sheet("# curie_map:\n#   HP: http://x.org/HP_\nsubject_id\tobject_id\nHP:1\tHP:2\n", "x.tsv")
    >>> found.prefixes["HP"], found.columns, dict(found.rows[0].cells)
    ('http://x.org/HP_', ('subject_id', 'object_id'), {'subject_id': 'HP:1', 'object_id': 'HP:2'})
    """
    lines = list(enumerate((line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n")), 1))
    start = next((place for place, (_, line) in enumerate(lines) if not line.startswith("#")), len(lines))
    header = _header(lines[:start], name)
    table = [(number, line.split("\t")) for number, line in lines[start:] if line.strip()]
    number, first = table[0] if table else (start + 1, [""])
    columns = tuple(cell.strip() for cell in first)
    return Sheet(
        name,
        MappingProxyType(header.values),
        MappingProxyType({**_BUILT_IN, **header.prefixes}),
        columns,
        number,
        tuple(_row(line, columns, cells) for line, cells in table[1:]),
        (*header.faults, *_of_columns(name, number, columns), *_of_widths(name, len(columns), table[1:])),
    )


def _row(line: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    padded = [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]
    return Row(line, MappingProxyType({column: cell.strip() for column, cell in zip(columns, padded, strict=True)}))


def _of_columns(name: str, line: int, columns: tuple[str, ...]) -> Iterator[Fault]:
    for place, column in enumerate(columns, 1):
        if not column:
            yield Fault(name, line, str(place), "a column without a name", "name it, or remove it")
        elif column in columns[: place - 1]:
            yield Fault(name, line, column, "the column stands twice", "remove one of the two")


def _of_widths(name: str, width: int, table: list[tuple[int, list[str]]]) -> Iterator[Fault]:
    for line, cells in table:
        if len(cells) > width:
            yield Fault(name, line, str(width + 1), f"{len(cells)} cells for {width} columns", "remove the surplus tab")


@dataclass
class _Header:
    values: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def _header(lines: list[tuple[int, str]], name: str) -> _Header:
    header = _Header()
    key = ""
    for number, line in lines:
        body = line[1:].rstrip()
        if found := _KEY.fullmatch(body):
            key = found[1]
            header.values[key] = (found[2] or "").strip("\"' ")
        elif key == "curie_map" and body.strip():
            header.faults.extend(_declared(header.prefixes, body, name, number))
        elif key and body.strip():
            header.values[key] = f"{header.values[key]} {body.strip()}".strip()
    return header


def _declared(prefixes: dict[str, str], body: str, name: str, line: int) -> Iterator[Fault]:
    """Add the prefix a line of ``curie_map`` declares."""
    found = _PREFIX.fullmatch(body)
    if found is None:
        yield Fault(name, line, "curie_map", f"no prefix in {body.strip()!r}", "write PREFIX: http://…, indented")
        return
    prefix, iri = found[1], found[2].strip("\"'")
    if not _IRI.fullmatch(iri):
        yield Fault(name, line, "curie_map", f"{iri} is no IRI", "write one such as http://purl.obolibrary.org/obo/HP_")
    if prefix in prefixes:
        yield Fault(name, line, "curie_map", f"prefix {prefix} is declared twice", "keep one of the two lines")
    if prefix in _BUILT_IN and iri != _BUILT_IN[prefix]:
        yield Fault(name, line, "curie_map", f"{prefix} is not {iri}", f"SSSOM fixes it to {_BUILT_IN[prefix]}")
    prefixes[prefix] = iri
