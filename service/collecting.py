"""What the catalogue holds besides code and templates: the words of the vocabulary and of the questions.

Babel calls these functions, as `[tool.babel]` in pyproject.toml says; each message is the English text itself.
"""

from collections.abc import Iterator
from typing import IO

from rdflib import DCTERMS, RDFS, SKOS, Graph, Literal, URIRef

from ontology.terms import ONTOLOGY
from queries.question import read

Message = tuple[int, str | None, str | tuple[str, str], list[str]]
"""Line, function, what it is called with, comments for translators."""

TERM = "term"
"""The context of a label of the vocabulary: `cause` as a heading may read otherwise than as a count."""
TAG = "tag"
"""The context of what a question is about."""


def of_vocabulary(file: IO[bytes], _keywords: object, _comments: object, options: object) -> Iterator[Message]:
    """Title and description of the vocabulary, label and definition of each term."""
    graph = Graph().parse(data=file.read(), format="turtle")
    for relation in (DCTERMS.title, DCTERMS.description, RDFS.comment):
        yield from ((1, None, str(words), []) for words in graph.objects(URIRef(ONTOLOGY), relation))
    for label in graph.objects(None, RDFS.label):
        yield 1, "pgettext", (TERM, str(label)), []
    for words in graph.objects(None, SKOS.definition):
        if isinstance(words, Literal):
            yield 1, None, str(words), []


def of_question(file: IO[bytes], _keywords: object, _comments: object, options: object) -> Iterator[Message]:
    """Summary, description and parameters of a question, and what it is about."""
    question = read("", file.read().decode())
    parameters = (parameter.description for parameter in question.parameters)
    yield from ((1, None, words, []) for words in (question.summary, question.description, *parameters) if words)
    yield from ((1, "pgettext", (TAG, tag), []) for tag in question.tags[:1])
