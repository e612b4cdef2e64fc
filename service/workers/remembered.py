"""What is remembered of queries that were asked before: a bounded number of them, the least recently met forgotten."""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Remembered(Generic[V]):
    """A value for each of the last keys.

    >>> seen = Remembered[int](2)
    >>> for key in "abc": seen.put(key.encode(), ord(key))
    >>> seen.get(b"a"), seen.get(b"c")
    (None, 99)
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[bytes, V] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, key: bytes, value: V) -> None:
        """Remember something."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)

    def get(self, key: bytes) -> V | None:
        """What is remembered, if anything."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)
