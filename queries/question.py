"""Reads a question: a `.rq` file with `#+` headers in the manner of grlc, whose parameters are `VALUES` blocks.

A parameter is one block the author placed, holding a speaking example, so that the file runs as it is in any editor:

    #+ parameters:
    #+   cause: what is thought to cause the symptom
    …
    VALUES ?cause { id:hypocalcemia }
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from rdflib import BNode
from rdflib.term import Identifier

from queries.errors import MalformedQuestion, UnknownParameter, UnknownQuestion, UnsuitableValue, suggestion

_BLOCK = re.compile(r"(?P<head>VALUES\s+\?(?P<name>\w+)\s*\{)(?P<terms>[^{}]*)\}", re.IGNORECASE)
_HEADER = re.compile(r"^#\+(?P<indent> *)(?P<key>[\w-]+): ?(?P<value>.*)$")


@dataclass(frozen=True)
class Parameter:
    """Something a question can be asked about, with the terms its file holds as an example."""

    name: str
    description: str
    example: str


@dataclass(frozen=True)
class Question:
    """A query with the words that belong to it."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str

    def bound(self, **terms: Identifier | None) -> str:
        r"""The query about other terms than the example's; None stands for any.

        Raises UnknownParameter, and UnsuitableValue for a term that cannot stand in a query.

        >>> from rdflib import Literal
        >>> asked = read("q", "#+ parameters:\n#+   x: a text\nASK { VALUES ?x { 'a' } ?s ?p ?x }")
        >>> asked.bound(x=Literal('"}')).splitlines()[-1]
        'ASK { VALUES ?x { "\\"}" } ?s ?p ?x }'
        """
        known = {parameter.name for parameter in self.parameters}
        if unknown := terms.keys() - known:
            name = min(unknown)
            raise UnknownParameter(f"{self.name} has no parameter {name}; {suggestion(name, known)}")
        # All in one pass: a value may itself look like a block.
        return _BLOCK.sub(lambda block: _filled(block, terms), self.text)


def read(name: str, text: str) -> Question:
    r"""Read a question from the text of its file. Raises MalformedQuestion.

    >>> read("q", "#+ summary: What?\n#+ tags: [a, b]\nASK {}").tags
    ('a', 'b')
    """
    headers, described = _headers(text)
    parameters = tuple(Parameter(each, words, _example(name, each, text)) for each, words in described.items())
    tags = tuple(filter(None, map(str.strip, headers.get("tags", "").strip("[]").split(","))))
    return Question(name, headers.get("summary", ""), headers.get("description", ""), tags, parameters, text)


def questions() -> tuple[Question, ...]:
    """All questions of this folder, by name."""
    return _folder("")


def checks() -> tuple[Question, ...]:
    """The queries that must come back empty, by name; dropping a file into `checks/` adds it."""
    return _folder("checks")


def rules() -> tuple[Question, ...]:
    """The rules by which triples follow from others, by name, which is what the triples are traced by."""
    return _folder("rules")


def question(name: str) -> Question:
    """The question of a name, with or without `.rq`. Raises UnknownQuestion."""
    known = {each.name: each for each in questions()}
    if found := known.get(name.removesuffix(".rq")):
        return found
    raise UnknownQuestion(f"there is no question {name}; {suggestion(name, known)}")


@cache
def _folder(name: str) -> tuple[Question, ...]:
    found = sorted(_query_files(files("queries") / name), key=lambda file: file.name)
    return tuple(read(file.name.removesuffix(".rq"), file.read_text("utf-8")) for file in found)


def _query_files(folder: Traversable) -> Iterator[Traversable]:
    return (file for file in folder.iterdir() if file.name.endswith(".rq"))


def _headers(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The headers, and apart from them the description of each parameter."""
    headers: dict[str, str] = {}
    parameters: dict[str, str] = {}
    for line in text.splitlines():
        if match := _HEADER.match(line):
            nested = len(match["indent"]) > 1
            (parameters if nested else headers)[match["key"]] = match["value"].strip()
    return headers, parameters


def _filled(block: re.Match[str], terms: Mapping[str, Identifier | None]) -> str:
    name = block["name"]
    return f"{block['head']} {_written(terms[name])} }}" if name in terms else block[0]


def _example(name: str, parameter: str, text: str) -> str:
    blocks = [block["terms"] for block in _BLOCK.finditer(text) if block["name"] == parameter]
    if len(blocks) != 1:
        raise MalformedQuestion(f"{name}: {len(blocks)} blocks VALUES ?{parameter} {{ … }}; write exactly one")
    return blocks[0].strip()


def _written(term: Identifier | None) -> str:
    if term is None:
        return "UNDEF"
    if isinstance(term, BNode):
        raise UnsuitableValue("a blank node has no name outside its graph and cannot stand in a query; give an IRI")
    try:
        return term.n3()
    except Exception as error:  # rdflib raises bare Exception for an IRI it cannot write
        raise UnsuitableValue(f"{term} cannot be written as an IRI; leave out spaces and quotes") from error
