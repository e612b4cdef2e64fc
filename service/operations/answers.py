"""The answers that were made from one snapshot, within so many bytes; those not asked for longest go first."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

Key = tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """An answer of status 200."""

    headers: tuple[tuple[str, str], ...]
    """Those that are the same for every client."""

    body: bytes
    about: tuple[str, str | None, int | None]
    """What the log says of it: its route, the query and the number of the snapshot."""

    def header(self, name: str) -> str:
        """The value of a header, by its name in small letters; nothing where there is none."""
        return next((value for known, value in self.headers if known.lower() == name), "")


class Answers:
    """Shared by the threads of a process."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._snapshot = ""
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._changing = threading.Lock()

    def get(self, snapshot: str, key: Key) -> Answer | None:
        """What was answered from a snapshot; what was answered from another one is forgotten.

        >>> answers = Answers(10_000)
        >>> answers.get("1", ("/",))
        >>> answers.put("1", ("/",), Answer((), b"one", ("/", None, 1)))
        >>> answers.get("1", ("/",)).body, answers.get("2", ("/",))
        (b'one', None)
        """
        with self._changing:
            if snapshot != self._snapshot:
                self._snapshot, self.bytes = snapshot, 0
                self._answers.clear()
            if found := self._answers.get(key):
                self._answers.move_to_end(key)
            return found

    def put(self, snapshot: str, key: Key, answer: Answer) -> None:
        """Keep an answer, unless its snapshot has been followed by another one meanwhile."""
        with self._changing:
            if snapshot != self._snapshot:
                return
            if former := self._answers.pop(key, None):
                self.bytes -= _size(key, former)
            self._answers[key] = answer
            self.bytes += _size(key, answer)
            while self.bytes > self.most_bytes:
                self.bytes -= _size(*self._answers.popitem(last=False))


_OF_AN_OBJECT = 1000
"""About what Python needs besides the texts."""


def _size(key: Key, answer: Answer) -> int:
    """About how many bytes an answer takes; clients choose the key, so it counts too."""
    texts = (*key, answer.about[1] or "", *(text for header in answer.headers for text in header))
    return len(answer.body) + sum(map(len, texts)) + _OF_AN_OBJECT
