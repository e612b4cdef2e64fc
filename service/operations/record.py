"""What is known of one request while it is answered; the log and the metrics are made from it."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import flask

KEY = "etiograph.record"
"""Where the environment of a request (PEP 3333) holds its record."""


@dataclass(eq=False)
class Record:
    """One request, filled in on its way."""

    id: str = ""
    method: str = ""
    path: str = ""
    """Without what follows a question mark: that may hold secrets, and the query has its own place."""

    client: str = ""
    route: str = ""
    """The rule of the address that matched, such as `/id/<path:name>`."""

    status: int = 0
    bytes: int = 0
    first_seconds: float = 0.0
    """Until the first piece of the answer was there."""

    seconds: float = 0.0
    """Until its last piece was taken."""

    outcome: str = ""
    """`answered`, `not modified`, the name of the error that is shown instead, or how the answer was cut short."""

    query: str | None = None
    snapshot: int | None = None
    keep: bool = False
    """Whether the same request has the same answer as long as the snapshot is current."""

    cache: str = ""
    """`hit` where the answer had been kept, `miss` where it was made and is kept from now on."""

    arrived: datetime = field(default_factory=lambda: datetime.now(UTC))
    begun: float = field(default_factory=time.monotonic)

    @property
    def query_hash(self) -> str | None:
        """What is the same for the same text; it finds the runs of a query in the log."""
        return None if self.query is None else hashlib.sha256(self.query.encode("utf-8", "replace")).hexdigest()[:16]


def record() -> Record:
    """The record of the request that is being answered."""
    environ: dict[str, Any] = flask.request.environ
    found: Record = environ.setdefault(KEY, Record())
    return found
