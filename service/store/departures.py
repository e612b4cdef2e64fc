"""Statements by which the default graph departs from the union of the graphs it follows, kept in parts.

Each change adds a small part that says what came and what went, so a change never reads or writes those of before.
Parts of like size become one, so that a million changes leave some twenty parts.
"""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from service.store.manifest import Part, Source
from service.store.sources import Sources, statements_of

Keep = Callable[[Iterable[ox.Triple]], Source]
"""Keeps statements as a source."""


class Step(NamedTuple):
    """What came and what went; nothing is in both."""

    added: Set[ox.Triple]
    removed: Set[ox.Triple]

    @property
    def size(self) -> int:
        """How many statements it takes to write it down."""
        return len(self.added) + len(self.removed)

    def then(self, later: "Step") -> "Step":
        """Both in one.

        >>> a, b = (ox.Triple(ox.NamedNode(f"urn:{name}"), *[ox.NamedNode("urn:p")] * 2) for name in "ab")
        >>> Step({a}, {b}).then(Step({b}, {a}))
        Step(added=set(), removed=set())
        """
        added = (self.added - later.removed) | (later.added - self.removed)
        return Step(added, (self.removed - later.added) | (later.removed - self.added))


@dataclass(frozen=True)
class Departures:
    """What is kept in some parts."""

    sources: Sources
    parts: tuple[Part, ...] = ()

    @property
    def statements(self) -> set[ox.Triple]:
        """All that is said after the last part."""
        said = set[ox.Triple]()
        for part in self.parts:
            added, removed = self._read(part)
            said = (said - removed) | added
        return said

    def mentioned(self, besides: Iterable[Part]) -> set[ox.Triple]:
        """Whatever its parts speak of, without some parts."""
        known = set(besides)
        steps = (self._read(part) for part in self.parts if part not in known)
        return {statement for step in steps for statement in step.added | step.removed}

    def followed_by(self, step: Step, keep: Keep) -> tuple[Part, ...]:
        """The parts with one more, which swallows those before it that are not much larger."""
        if not step.size:
            return self.parts
        parts = list(self.parts)
        while parts and parts[-1].statements <= 2 * step.size:
            step = self._read(parts.pop()).then(step)
        if step.size:
            parts.append(Part(*(keep(each) if each else None for each in step)))
        return tuple(parts)

    def _read(self, part: Part) -> Step:
        return Step(*(set(statements_of(self.sources.read(each.sha256))) if each else set() for each in part))
