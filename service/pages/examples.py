"""The questions of `queries/` as pages offer them: a name, a sentence and an address that runs it."""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from queries.question import questions


@dataclass(frozen=True)
class Example:
    """A question to load into the form, and to run."""

    name: str
    summary: str
    text: str

    @property
    def address(self) -> str:
        """Where it runs."""
        return f"/sparql?{urlencode({'query': self.text})}"


@cache
def examples() -> tuple[Example, ...]:
    """All questions, in the order of their files."""
    return tuple(Example(question.name, question.summary, question.text) for question in questions())
