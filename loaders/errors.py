"""What can be wrong with a file, with the graph made of it, or with what a reasoner makes of that.

LoaderError
├── Refused        the file is not an article of the template; carries a reason code
├── Invalid        the graph made of a file is not what the shapes demand; carries every fault
├── NotAnOntology  the file is not an ontology that can be read; knows the line where there is one
└── ReasoningError
    ├── IllTyped          values that must not reach the reasoner; carries every one
    ├── Inconsistent      axioms that contradict each other; carries the smallest explanation found
    ├── ReasonerMissing   no Java, or no HermiT
    └── ReasonerFailed    it stopped, or gave no answer in time
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


@dataclass
class NotAnOntology(LoaderError):
    """An ontology file that is not loaded, where it is wrong, and what to do about it.

    >>> print(NotAnOntology("hp.obo", 7, "expected a clause", "correct the line"))
    hp.obo, line 7: expected a clause; correct the line
    """

    name: str
    line: int | None
    found: str
    remedy: str

    def __str__(self) -> str:
        place = f", line {self.line}" if self.line else ""
        return f"{self.name}{place}: {self.found}; {self.remedy}"


class ReasoningError(LoaderError):
    """Why a description-logic reasoner gave no answer."""


@dataclass
class IllTyped(ReasoningError):
    """Values of the wrong datatype, or numbers that are none: a single one would make everything inconsistent."""

    faults: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(("values of the wrong datatype, nothing was reasoned; write them as demanded", *self.faults))


@dataclass
class Inconsistent(ReasoningError):
    """Axioms that contradict each other, each as a line of Turtle; ``smallest`` if none of them can be left out."""

    axioms: tuple[str, ...]
    smallest: bool

    def __str__(self) -> str:
        head = "these contradict each other, change one" if self.smallest else "the contradiction is among these"
        return "\n".join((f"the ontology is inconsistent: {head}", *self.axioms))


class ReasonerMissing(ReasoningError):
    """No Java on the PATH, or no HermiT beside Python."""


class ReasonerFailed(ReasoningError):
    """HermiT stopped without an answer."""
