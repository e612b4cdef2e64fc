"""The shapes of the API's answers; those of `/api/interpret` are its own frozen values."""

from typing import NotRequired, TypedDict


class Problem(TypedDict):
    """What is wrong, where, and what puts it right (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    disclaimer: str


class Term(TypedDict):
    """A thing or relation and what it is called."""

    iri: str
    label: str


class Kind(TypedDict):
    """A class that things of the answer are of."""

    type: str
    iri: str
    label: str


class CountedKind(Kind):
    """A class with how many hits are of it."""

    count: int


Matched = TypedDict("Matched", {"in": str, "text": str})
"""The text that was found: what it is to the thing, and its words."""


class Hit(TypedDict):
    """A thing or sentence that was found; `marked` are the pieces of the snippet that match."""

    iri: str
    curie: str | None
    label: str
    types: list[Kind]
    page: str
    rank: str
    matched: Matched
    snippet: str
    marked: list[str]
    obsolete: bool
    replacedBy: str | None


class SearchResult(TypedDict):
    """Hits, the best first, and of which classes all of them are; `more` says that more match than were counted."""

    q: str
    total: int
    more: bool
    offset: int
    types: list[CountedKind]
    hits: list[Hit]
    didYouMean: str | None
    disclaimer: str


class CompletedName(TypedDict):
    """A name for what was typed; `matched` is another name that fits."""

    label: str
    page: str
    type: str
    matched: NotRequired[str]
    obsolete: NotRequired[bool]


class Completion(TypedDict):
    """Names that begin with what was typed, or hold it."""

    q: str
    hits: list[CompletedName]


class StatementBehind(TypedDict):
    """An assertion with the sentence it rests on; offsets are Unicode code points."""

    assertion: str
    status: str
    basis: str
    rule: str
    confidence: str
    reason: str
    quote: str
    start: int
    end: int
    article: str
    title: str


class Premise(TypedDict):
    """A triple that a rule read, and the statements behind it."""

    subject: Term
    predicate: Term
    object: Term
    statements: list[StatementBehind]


class Inference(TypedDict):
    """A rule that gives the triple, and what it read."""

    rule: str
    summary: str
    premises: list[Premise]


class MappingRow(TypedDict):
    """The row of the mapping file behind a match, or behind its denial."""

    code: str
    label: str
    predicate: str
    holds: bool
    confidence: str
    comment: str
    author: str
    justification: str
    source: str
    version: str


class ExplanationOfTriple(TypedDict):
    """Why a triple is in the graph, or is not."""

    subject: Term
    predicate: Term
    object: Term
    standing: str
    inGraph: bool
    statements: list[StatementBehind]
    inferences: list[Inference]
    mappings: list[MappingRow]
    disclaimer: str


class Neighbour(TypedDict):
    """A thing of a picture."""

    iri: str
    label: str
    page: str | None


class Relation(TypedDict):
    """An arrow of a picture, with the statement that says it."""

    statement: str
    page: str | None
    subject: str
    object: str
    words: str
    style: str
    family: str


class Neighbourhood(TypedDict):
    """A thing, what stands around it, and the relations between; `isCut` where there are more."""

    iri: str
    things: list[Neighbour]
    relations: list[Relation]
    isCut: bool
    disclaimer: str


class Child(TypedDict):
    """A branch of a tree."""

    iri: str
    label: str
    href: str
    hasChildren: bool
    isObsolete: bool
    count: int | None


class Children(TypedDict):
    """What stands directly below something; `more` are not in the list, `rest` leads to all."""

    iri: str
    children: list[Child]
    more: int
    rest: str | None


class VocabularyWord(TypedDict):
    """A class or property in use."""

    iri: str
    name: str
    label: str
    note: str
    count: int


class Vocabulary(TypedDict):
    """Prefixes, and the classes and properties in use, the most frequent first."""

    prefixes: dict[str, str]
    classes: list[VocabularyWord]
    properties: list[VocabularyWord]


class NamedEntity(TypedDict):
    """A thing as a query writes it."""

    iri: str
    name: str
    label: str
    kind: str


class WantedLabels(TypedDict):
    """IRIs, of which there may be 1,000."""

    iris: list[str]


class KnownName(TypedDict):
    """What a thing is called, where its page is, and its name by prefix."""

    label: str | None
    href: str | None
    name: str


class QueryForm(TypedDict):
    """A query as a form sends it."""

    query: str


class ShortAddress(TypedDict):
    """The short address of a query."""

    id: str
    address: str
