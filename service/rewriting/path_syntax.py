"""Property paths as far as they have to be understood: alternatives, sequences, inverses, and what is repeated.

path     := sequence ('|' sequence)*
sequence := step ('/' step)*
step     := '^'? primary ('*' | '+' | '?')?
primary  := IRI | 'a' | '!' negated set | '(' path ')'
"""

from dataclasses import dataclass
from itertools import product

from service.tokens import Token

_MOST = 64
"""Alternatives a path is taken apart into; beyond them it stays as it is."""


class NotUnderstood(Exception):
    """This is not written as expected, so it is left as it is."""


@dataclass(frozen=True)
class Link:
    """An IRI, or a negated set as it is written."""

    text: str

    def branches(self) -> list[str]:
        """The paths without alternatives that it stands for."""
        return [self.text]


@dataclass(frozen=True)
class Alternative:
    """`a|b`: the solutions of each."""

    paths: tuple["Path", ...]

    def branches(self) -> list[str]:
        """The paths without alternatives that it stands for."""
        return [branch for path in self.paths for branch in path.branches()]


@dataclass(frozen=True)
class Sequence:
    """`a/b`: the join of its steps, over which alternatives distribute."""

    paths: tuple["Path", ...]

    def branches(self) -> list[str]:
        """The paths without alternatives that it stands for. Raises NotUnderstood where they are too many."""
        each = [path.branches() for path in self.paths]
        count = 1
        for branches in each:
            count *= len(branches)
        if count > _MOST:
            raise NotUnderstood
        return ["/".join(f"({branch})" if "/" in branch else branch for branch in steps) for steps in product(*each)]


@dataclass(frozen=True)
class Inverse:
    """`^a`: the same with its ends exchanged."""

    path: "Path"

    def branches(self) -> list[str]:
        """The paths without alternatives that it stands for."""
        return [f"^({branch})" for branch in self.path.branches()]


@dataclass(frozen=True)
class Repeated:
    """`a*`, `a+` or `a?`: a set of solutions, in which alternatives make no duplicates."""

    text: str
    """The path as it is written, with its sign."""

    sign: str

    def branches(self) -> list[str]:
        """The paths without alternatives that it stands for: itself."""
        return [self.text]


Path = Link | Alternative | Sequence | Inverse | Repeated


class Reader:
    """Reads a path from tokens; `place` is the next one. Raises NotUnderstood."""

    def __init__(self, found: list[Token], place: int) -> None:
        self._found = found
        self.place = place

    def path(self) -> Path:
        """A path."""
        paths = [self._sequence()]
        while self._takes("|"):
            paths.append(self._sequence())
        return paths[0] if len(paths) == 1 else Alternative(tuple(paths))

    def _sequence(self) -> Path:
        paths = [self._step()]
        while self._takes("/"):
            paths.append(self._step())
        return paths[0] if len(paths) == 1 else Sequence(tuple(paths))

    def _step(self) -> Path:
        if self._takes("^"):
            return Inverse(self._repeated())
        return self._repeated()

    def _repeated(self) -> Path:
        start = self.place
        primary = self._primary()
        sign = self._text()
        if sign not in ("*", "+", "?"):
            return primary
        self.place += 1
        return Repeated(_written(self._found[start : self.place]), sign)

    def _primary(self) -> Path:
        if self._takes("("):
            path = self.path()
            self._expect(")")
            return path
        if self._takes("!"):
            return self._negated()
        token = self._next()
        if token.kind not in ("iri", "name") and token.text != "a":
            raise NotUnderstood
        return Link(token.text)

    def _negated(self) -> Link:
        start = self.place - 1
        if self._takes("("):
            while not self._takes(")"):
                self._next()
        else:
            self._takes("^")
            self._next()
        return Link(_written(self._found[start : self.place]))

    def _text(self) -> str:
        return self._found[self.place].text if self.place < len(self._found) else ""

    def _takes(self, text: str) -> bool:
        matches = self._text() == text
        self.place += matches
        return matches

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise NotUnderstood

    def _next(self) -> Token:
        if self.place >= len(self._found):
            raise NotUnderstood
        self.place += 1
        return self._found[self.place - 1]


def _written(found: list[Token]) -> str:
    """Tokens as text again; a space keeps those apart that would be read as one."""
    return " ".join(token.text for token in found)
