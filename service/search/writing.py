"""Entries in, the file of an index out: SQLite, with full text by words, and the words of names by their letters.

Texts are in the order in which they are shown where nothing else decides, so that the best of very many are read first.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from service.search.entries import NAMES, Entry, Role
from service.search.folding import LONGEST, fold, key
from service.search.spelling import trigrams

VERSION = 2
"""Of the form of the file; one of another form is not read but built anew."""

SHORTEST = 3
"""Letters of a word in which a slip is looked for."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE thing (
  id INTEGER PRIMARY KEY, iri TEXT UNIQUE, label TEXT, kinds TEXT, obsolete INTEGER, instead TEXT, article TEXT
);
CREATE TABLE text (
  id INTEGER PRIMARY KEY, thing INTEGER, role INTEGER, name INTEGER, key TEXT, folded TEXT, words TEXT
);
CREATE TABLE kind (iri TEXT PRIMARY KEY, label TEXT);
CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT);
CREATE VIRTUAL TABLE fulltext USING fts5 (
  said, content = '', prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 0'
);
CREATE TABLE letters (three TEXT, word INTEGER, PRIMARY KEY (three, word)) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX text_key ON text (key) WHERE name;
CREATE INDEX text_folded ON text (folded) WHERE name;
CREATE INDEX text_thing ON text (thing);
INSERT INTO fulltext (fulltext) VALUES ('optimize');
"""


@dataclass(frozen=True)
class _Text:
    """A text of a thing, which is known by its number."""

    thing: int
    role: Role
    words: str
    folded: str
    obsolete: bool
    foreign: bool

    @property
    def place(self) -> tuple[object, ...]:
        """Names before definitions before sentences, ours before those of ontologies, short ones before long ones."""
        said = max(self.role, NAMES)
        return self.obsolete, said, self.foreign, len(self.folded), self.role, self.words, self.thing

    @property
    def names(self) -> tuple[str, str]:
        """What a whole name is compared by; as much of it as can be searched for."""
        return (key(self.words), fold(self.words[:LONGEST])) if self.role <= NAMES else ("", "")


def write(path: Path, entries: Iterable[Entry], kinds: Mapping[str, str]) -> None:
    """Write an index; it is at its path only when it is whole."""
    building = path.with_name(f"{path.name}.{os.getpid()}")
    building.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(building)) as database:
            _fill(database, tuple(entries), kinds)
        with building.open("rb") as file:
            os.fsync(file.fileno())
        building.rename(path)
    finally:
        building.unlink(missing_ok=True)


def _fill(database: sqlite3.Connection, entries: tuple[Entry, ...], kinds: Mapping[str, str]) -> None:
    database.executescript(_SCHEMA)
    database.execute("BEGIN")
    things = (
        (number, each.iri, each.label, " ".join(each.kinds), each.obsolete, each.instead, each.article)
        for number, each in enumerate(entries)
    )
    database.executemany("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?)", things)
    database.executemany("INSERT INTO kind VALUES (?, ?)", kinds.items())
    texts = sorted(_texts(entries), key=lambda each: each.place)
    rows = (
        (number, each.thing, each.role, each.role <= NAMES, *each.names, each.words)
        for number, each in enumerate(texts, 1)
    )
    database.executemany("INSERT INTO text VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    database.executemany("INSERT INTO fulltext (rowid, said) VALUES (?, ?)", enumerate((t.folded for t in texts), 1))
    vocabulary = list(enumerate(sorted(_vocabulary(texts)), 1))
    database.executemany("INSERT INTO word VALUES (?, ?)", vocabulary)
    letters = sorted({(three, number) for number, word in vocabulary for three in trigrams(word)})
    database.executemany("INSERT INTO letters VALUES (?, ?)", letters)
    database.commit()
    database.executescript(_INDEXES)
    database.execute(f"PRAGMA user_version = {VERSION}")


def _texts(entries: Iterable[Entry]) -> Iterator[_Text]:
    for number, entry in enumerate(entries):
        for role, words in entry.texts:
            yield _Text(number, role, words, fold(words), entry.obsolete, entry.foreign)


def _vocabulary(texts: Iterable[_Text]) -> set[str]:
    """The words of names; nobody mistypes what is in no dictionary, and numbers have no right form."""
    names = (each.folded for each in texts if each.role <= Role.AS_WRITTEN and each.role != Role.IDENTIFIER)
    return {word for name in names for word in name.split() if SHORTEST <= len(word) <= LONGEST and word.isalpha()}
