"""The index of one snapshot, read only: words in, hits out, the best first.

Whole names come before names that begin with the words, before names that hold them, before definitions and sentences;
what is obsolete comes last, unless it is called exactly that.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import URIRef

from service.names import expanded
from service.search.connections import Connections
from service.search.entries import NAMES, Role
from service.search.folding import LONGEST, fold, key
from service.search.hits import EXACT, Found, Hit, Kind, Rank
from service.search.spelling import closest, trigrams
from service.search.writing import SHORTEST

_MOST_WORDS = 16
"""Words of a search that are looked at."""

_MOST = 10_000
"""Texts that are looked through: more are found only by a letter or two, and nobody pages that far."""

_CANDIDATES = 30
"""Words that are compared with a mistyped one."""

_EXACT = """
SELECT text.id, thing.id, role, folded, obsolete, kinds, key = :key, words = :words
FROM text JOIN thing ON thing.id = text.thing WHERE name AND key = :key
UNION
SELECT text.id, thing.id, role, folded, obsolete, kinds, key = :key, words = :words
FROM text JOIN thing ON thing.id = text.thing WHERE name AND folded = :folded AND :folded <> ''
"""
_HOLDING = """
SELECT text.id, thing.id, role, folded, obsolete, kinds
FROM fulltext CROSS JOIN text ON text.id = fulltext.rowid JOIN thing ON thing.id = text.thing
WHERE fulltext MATCH :match AND fulltext.rowid BETWEEN :first AND :last ORDER BY fulltext.rowid LIMIT :most
"""
_HOLDING_SIGNS = """
SELECT text.id, thing.id, role, folded, obsolete, kinds FROM text JOIN thing ON thing.id = text.thing
WHERE name AND instr(key, :signs) ORDER BY text.id LIMIT :most
"""
_SHOWN = """
SELECT iri, label, kinds, obsolete, instead, article, role, words
FROM text JOIN thing ON thing.id = text.thing WHERE text.id = ?
"""
_LIVING_NAMES = "SELECT count(*) FROM text JOIN thing ON thing.id = thing WHERE name AND NOT obsolete"
_BY_IRI = """
SELECT text.id, thing.id, role, folded, obsolete, kinds
FROM thing JOIN text ON thing.id = text.thing WHERE iri = ? ORDER BY role LIMIT 1
"""
_LIKE = """
SELECT word.word FROM letters JOIN word ON word.id = letters.word WHERE three IN ({})
GROUP BY word.id ORDER BY count(*) DESC, abs(length(word.word) - ?) LIMIT ?
"""
_Span = tuple[int, int]
"""The first and the last place of texts to look at."""

_ALL: _Span = (1, 2**62)
_Row = tuple[int, int, int, str, int, str]


@dataclass(frozen=True)
class _Match:
    """A text that matches."""

    rank: Rank
    text: int
    thing: int
    kinds: str


class Index:
    """An open index. Whatever is searched for is data, never part of a query."""

    def __init__(self, snapshot: str, path: Path, base: str) -> None:
        self.snapshot = snapshot
        self._base = base
        self._databases = Connections(path)
        with self._databases.one() as database:
            self._kinds = {iri: Kind(URIRef(iri), name) for iri, name in database.execute("SELECT * FROM kind")}
            (self._living,) = database.execute(_LIVING_NAMES).fetchone()

    def search(self, words: str, kind: str | None = None, offset: int = 0, limit: int = 20) -> Found:
        """The things and sentences that hold some words, each once; of one kind if one is named."""
        with self._databases.one() as database:
            matches, cut = self._matches(database, words)
            counted = Counter(name for match in matches for name in match.kinds.split())
            kinds = tuple((self._kind(iri), number) for iri, number in counted.most_common())
            if kind is not None:
                wanted = {str(known.iri) for known, _ in kinds if known.name == kind}
                matches = [match for match in matches if wanted.intersection(match.kinds.split())]
            return Found(len(matches), kinds, tuple(self._hits(database, matches[offset : offset + limit])), cut)

    def complete(self, words: str, limit: int = 8) -> tuple[Hit, ...]:
        """Names that begin with some words, or hold words that do; for a slip, those that were meant."""
        with self._databases.one() as database:
            matches = self._completions(database, words, limit)
            if not matches and (meant := self._corrected(database, words)):
                matches = self._completions(database, meant, limit)
            return tuple(self._hits(database, matches))

    def meant(self, words: str) -> str | None:
        """The words without slips, where there are any and the words so written are found."""
        with self._databases.one() as database:
            corrected = self._corrected(database, words)
            return corrected if corrected and self._completions(database, corrected, 1) else None

    def labels(self, iris: Iterable[str]) -> dict[str, str]:
        """The labels of those that have one."""
        with self._databases.one() as database:
            query = "SELECT iri, label FROM thing WHERE iri = ?"
            return dict(row for iri in set(iris) for row in database.execute(query, (iri,)))

    def identified(self, written: str) -> Hit | None:
        """The thing of an IRI or CURIE."""
        with self._databases.one() as database:
            return next(iter(self._hits(database, self._by_iri(database, written))), None)

    def has_kind(self, name: str) -> bool:
        """Whether things can be of a kind."""
        return any(kind.name == name for kind in self._kinds.values())

    def close(self) -> None:
        """Let go of the file."""
        self._databases.close()

    def _matches(self, database: sqlite3.Connection, words: str) -> tuple[list[_Match], bool]:
        """What matches, each thing once, the best first; and whether there is more than was looked through."""
        wanted = fold(words[:LONGEST])
        held = [(bool(row[4]), _match(row, wanted)) for row in self._holding(database, words, _every(wanted))]
        held.sort(key=lambda each: (each[0], each[1].rank, each[1].text))
        return _once([*self._whole(database, words), *(match for _, match in held)]), len(held) == _MOST

    def _completions(self, database: sqlite3.Connection, words: str, limit: int) -> list[_Match]:
        """A few names that match, without looking at all: they are read in the order in which they are shown."""
        wanted = fold(words[:LONGEST])
        found = _once(self._whole(database, words))
        living, rest = (1, self._living), (self._living + 1, _ALL[1])
        for match, between in ((_start(wanted), living), (_every(wanted), living), (_every(wanted), rest)):
            if len(found) >= limit or (between == rest and found):
                break
            rows = self._holding(database, words, match, between, limit * 4)
            found = _once([*found, *(_match(row, wanted) for row in rows if row[2] <= NAMES)])
        return found[:limit]

    def _whole(self, database: sqlite3.Connection, words: str) -> list[_Match]:
        """The things of an IRI or CURIE, and those called exactly that: the closer to the letter, the better."""
        typed = " ".join(words.split())
        given = {"key": key(words), "words": typed, "folded": fold(words[:LONGEST])}
        rows = database.execute(_EXACT, given).fetchall() if given["key"] else []
        rows.sort(key=lambda row: (EXACT[Role(row[2])], not row[7], not row[6], row[4], row[0]))
        return [*self._by_iri(database, typed), *(_Match(EXACT[Role(row[2])], row[0], row[1], row[5]) for row in rows)]

    def _by_iri(self, database: sqlite3.Connection, written: str) -> list[_Match]:
        iri = expanded(written, self._base)
        rows = database.execute(_BY_IRI, (str(iri),)).fetchall() if iri else []
        return [_Match(Rank.LABEL, row[0], row[1], row[5]) for row in rows]

    def _holding(
        self, database: sqlite3.Connection, words: str, match: str, between: _Span = _ALL, most: int = _MOST
    ) -> list[_Row]:
        """The texts a full-text query finds; where there is no word to ask for, those with the same signs."""
        if match:
            given = {"match": match, "first": between[0], "last": between[1], "most": most}
            return database.execute(_HOLDING, given).fetchall()
        signs = key(words)
        return database.execute(_HOLDING_SIGNS, {"signs": signs, "most": most}).fetchall() if signs else []

    def _corrected(self, database: sqlite3.Connection, words: str) -> str | None:
        """The words with each one that no text has put right; None if none needs it, or for one it cannot be done."""
        typed = fold(words[:LONGEST]).split()[:_MOST_WORDS]
        right = [self._right(database, word) for word in typed]
        if None in right or right == typed:
            return None
        return " ".join(word for word in right if word)

    def _right(self, database: sqlite3.Connection, word: str) -> str | None:
        if len(word) < SHORTEST or self._holding(database, word, _every(word), most=1):
            return word
        letters = trigrams(word)
        like = _LIKE.format(", ".join("?" * len(letters)))
        return closest(word, (found for (found,) in database.execute(like, (*letters, len(word), _CANDIDATES))))

    def _hits(self, database: sqlite3.Connection, matches: Iterable[_Match]) -> Iterator[Hit]:
        for match in matches:
            (row,) = database.execute(_SHOWN, (match.text,))
            iri, label, kinds, obsolete, instead, article, role, words = row
            yield Hit(
                URIRef(iri),
                label,
                tuple(self._kind(kind) for kind in kinds.split()),
                match.rank,
                Role(role),
                words,
                bool(obsolete),
                URIRef(instead) if instead else None,
                URIRef(article) if article else None,
            )

    def _kind(self, iri: str) -> Kind:
        return self._kinds.get(iri) or Kind(URIRef(iri), Kind(URIRef(iri), "").name)


def _once(matches: Iterable[_Match]) -> list[_Match]:
    """Each thing by its best match."""
    best: dict[int, _Match] = {}
    for match in matches:
        best.setdefault(match.thing, match)
    return list(best.values())


def _match(row: _Row, wanted: str) -> _Match:
    text, thing, role, folded, _, kinds = row
    if role <= NAMES:
        rank = Rank.BEGINNING if folded.startswith(wanted) else Rank.WORD
    else:
        rank = Rank.DEFINITION if role == Role.DEFINITION else Rank.SENTENCE
    return _Match(rank, text, thing, kinds)


def _every(wanted: str) -> str:
    """The full-text query for texts with words that begin with each of some; words hold letters and digits only.

    >>> _every("calf cr")
    '"calf"* AND "cr"*'
    """
    return " AND ".join(f'"{word}"*' for word in list(dict.fromkeys(wanted.split()))[:_MOST_WORDS])


def _start(wanted: str) -> str:
    """The full-text query for texts that begin with some words.

    >>> _start("calf cr")
    '^"calf cr"*'
    """
    return f'^"{wanted}"*' if wanted else ""
