"""What a worker is asked, and what it says when it cannot answer; both travel as JSON."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

Reason = Literal["syntax", "form", "rows", "bytes", "xml", "terms", "memory", "generation", "engine"]
"""Why there is no answer: the text is wrong; it asks for the other kind of answer; the answer has too many rows or
bytes, a character XML cannot carry, or triple terms the format cannot; memory ran out; the generation cannot be opened;
the engine failed."""


@dataclass(frozen=True)
class Task:
    """A query for a worker."""

    generation: str
    """The path of the database."""

    text: str
    media_type: str
    is_graph: bool
    """Whether the media type is one for graphs, so that only CONSTRUCT and DESCRIBE can be answered."""

    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    """What relative IRIs are resolved against."""

    original: str | None = None
    """The text before it was rewritten, for the case that the engine cannot read the other."""

    rewrites: tuple[str, ...] = ()
    """What is mended; see `service.rewriting`."""

    star: int | None = None
    """The place of `*` in the text, where it is to become columns in the order of the query."""

    columns: tuple[str, ...] = ()
    """Variables in that order."""

    seconds: float = 60.0
    """How long it may compute before the kernel ends it, should nobody else."""

    rows: int = 1_000_000_000
    size: int = 1_000_000_000_000
    """The most bytes the answer may have."""

    def encoded(self) -> bytes:
        """The task as it travels."""
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def decoded(payload: bytes) -> "Task":
        """The task that travelled.

        >>> Task.decoded(Task("gen-1", "ASK {}", "text/csv", False, ("urn:a",)).encoded()).default_graphs
        ('urn:a',)
        """
        members = json.loads(payload)
        members["rewrites"], members["columns"] = tuple(members["rewrites"]), tuple(members["columns"])
        for name in ("default_graphs", "named_graphs"):
            members[name] = None if members[name] is None else tuple(members[name])
        return Task(**members)


@dataclass(frozen=True)
class Failure:
    """Why a worker did not answer, or did not finish its answer."""

    reason: Reason
    message: str = ""
    """What the engine said. It may name places of the server, so it is no text for clients."""

    def encoded(self) -> bytes:
        """The failure as it travels."""
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def decoded(payload: bytes) -> "Failure":
        """The failure that travelled."""
        return Failure(**json.loads(payload))
