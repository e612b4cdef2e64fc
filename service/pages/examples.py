"""The questions of `queries/` as pages offer them: a sentence, an address, and a form for the parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from urllib.parse import urlencode

from rdflib import URIRef

from queries.question import Parameter, Question, questions
from service.addresses import base
from service.collecting import TAG
from service.errors import NoData
from service.messages import gettext, pgettext
from service.names import written_iri
from service.search import labels
from service.values import ANY


@dataclass(frozen=True)
class Field:
    """A parameter as a form asks for it; the value is the one the file holds, by its label where it has one."""

    name: str
    description: str
    value: str


@dataclass(frozen=True)
class Example:
    """A question to load into the form, and to run."""

    name: str
    summary: str
    text: str
    description: str = ""
    tags: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def address(self) -> str:
        """Where it runs."""
        return f"/sparql?{urlencode({'query': self.text})}"

    @property
    def asking(self) -> str:
        """Where it runs about what a form says."""
        return f"/sparql/examples/{self.name}"


@cache
def examples() -> tuple[Example, ...]:
    """All questions, in the order of their files."""
    return tuple(Example(question.name, question.summary, question.text) for question in questions())


def _known() -> Mapping[str, str]:
    """What the things of the examples are called; nothing is called anything while nothing has been loaded."""
    examples = (parameter.example for question in questions() for parameter in question.parameters)
    try:
        return labels(filter(None, map(_thing, examples)))
    except NoData:
        return {}


def gallery() -> list[tuple[str, list[Example]]]:
    """All questions with their forms, by the first of their tags, in the language of this request."""
    known = _known()
    found = sorted((_example(question, known) for question in questions()), key=lambda each: each.tags[:1])
    by_tag = groupby(found, key=lambda each: each.tags[0] if each.tags else "")
    return [(pgettext(TAG, tag) if tag else "", list(group)) for tag, group in by_tag]


def _example(question: Question, known: Mapping[str, str]) -> Example:
    fields = tuple(_field(parameter, known) for parameter in question.parameters)
    summary, description = gettext(question.summary), gettext(question.description) if question.description else ""
    return Example(question.name, summary, question.text, description, question.tags, fields)


def _field(parameter: Parameter, known: Mapping[str, str]) -> Field:
    written = ANY if parameter.example == "UNDEF" else parameter.example.strip("\"'")
    thing = _thing(parameter.example)
    return Field(parameter.name, gettext(parameter.description), known.get(str(thing), written) if thing else written)


def _thing(example: str) -> URIRef | None:
    """The thing an example is, if it is one and not a text."""
    written = example.strip("\"'")
    return written_iri(written, base()) if ":" in written else None
