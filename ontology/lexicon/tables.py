"""Tab-separated tables of this folder as rows; a table that does not fit its columns is named with its line."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from ontology.errors import OntologyError


class LexiconError(OntologyError):
    """A table of the lexicon is wrong; says which line and what is expected there."""


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """All rows of ``ontology/lexicon/<name>.tsv``. A line that begins with ``#`` is a comment.

    >>> table("headings")[0]["section"]
    'introduction'
    """
    text = files("ontology.lexicon").joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    return tuple(_rows(name, text.splitlines()))


def _rows(name: str, lines: list[str]) -> Iterator[dict[str, str]]:
    columns = lines[0].split("\t")
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) > len(columns):
            raise LexiconError(
                f"{name}.tsv, line {number}: {len(cells)} cells for {len(columns)} columns; remove the surplus tab"
            )
        yield dict(zip(columns, (cell.strip() for cell in cells + [""] * (len(columns) - len(cells))), strict=True))


def alternatives(cell: str) -> tuple[str, ...]:
    """The parts of a cell separated by ``|``.

    >>> alternatives("EMG| electromyogram")
    ('EMG', 'electromyogram')
    """
    return tuple(part.strip() for part in cell.split("|") if part.strip())
