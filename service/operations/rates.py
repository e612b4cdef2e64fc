"""How much a client may ask a minute: a bucket for each, which fills steadily and from which every request takes."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

_CLIENTS = 20_000
"""How many clients are remembered; those who have not asked for longest are forgotten."""


@dataclass(frozen=True)
class Standing:
    """Where a client stands after it has asked."""

    limit: int
    """How much it may ask a minute, and at once."""

    remaining: int
    reset_seconds: int
    """When it may ask as much as ever again."""

    retry_seconds: int
    """When it may ask again; 0 where it was let in."""

    def headers(self) -> dict[str, str]:
        """What the client is told of it.

        >>> Standing(60, 59, 1, 0).headers()
        {'RateLimit-Limit': '60', 'RateLimit-Remaining': '59', 'RateLimit-Reset': '1'}
        """
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class Rate:
    """The buckets of all clients for one kind of request, in this process."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # how full each was, and when
        self._changing = threading.Lock()

    def take(self, client: str, now: float | None = None) -> Standing:
        """Ask once more.

        >>> rate = Rate(2)
        >>> [rate.take("192.0.2.7", now).retry_seconds for now in (0, 0, 0, 30)]
        [0, 0, 30, 0]
        """
        now = time.monotonic() if now is None else now
        with self._changing:
            held, since = self._buckets.pop(client, (float(self._per_minute), now))
            held = min(self._per_minute, held + (now - since) * self._per_minute / 60)
            is_let_in = held >= 1
            self._buckets[client] = (held - is_let_in, now)
            if len(self._buckets) > _CLIENTS:
                self._buckets.popitem(last=False)
        held -= is_let_in
        missing = self._per_minute - held
        return Standing(
            self._per_minute, int(held), self._seconds(missing), 0 if is_let_in else max(1, self._seconds(1 - held))
        )

    def _seconds(self, requests: float) -> int:
        return ceil(requests * 60 / self._per_minute)
