"""What can be wrong with a file.

LoaderError
├── Refused        the file is not an article of the template; carries a reason code
└── Invalid        the graph made of a file is not what the shapes demand; carries every fault
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the tree of errors is read by those who do without SHACL
    from loaders.validation import Fault

Reason = Literal["missing", "empty", "binary", "html", "too-large", "undecodable", "not-template", "nothing-found"]

REMEDIES: dict[Reason, str] = {
    "missing": "check the name and the permission to read it",
    "empty": "give a file with text in it",
    "binary": "save the article as plain text",
    "html": "save the text of the page, without markup",
    "too-large": "split it: an article has at most 1 MB",
    "undecodable": "save it as UTF-8",
    "not-template": "an article has a title and at least one heading on a line of its own, such as Cause or Examine",
    "nothing-found": "no statement could be read; compare it with ontology/articles for the expected shape",
}


class LoaderError(Exception):
    """Anything a loader refuses."""


@dataclass
class Refused(LoaderError):
    """A file that is not loaded, why, and what to do about it.

    >>> print(Refused("notes.txt", "empty", "no character but white space"))
    notes.txt: refused (empty): no character but white space; give a file with text in it
    """

    name: str
    reason: Reason
    found: str

    def __str__(self) -> str:
        return f"{self.name}: refused ({self.reason}): {self.found}; {REMEDIES[self.reason]}"


@dataclass
class Invalid(LoaderError):
    """A graph that is not loaded because ``loaders.validation.validate`` found faults in it."""

    name: str
    faults: "tuple[Fault, ...]"

    def __str__(self) -> str:
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return "\n".join((f"{self.name}: {count} in its graph, nothing is loaded", *map(str, self.faults)))
