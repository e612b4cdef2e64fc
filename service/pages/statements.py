"""Rows of the statement queries in, statements with their sentences out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rdflib import Literal, URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.addresses import address, anchor, compact
from service.lookups import Row, iri, text, whole
from service.messages import gettext
from service.messages import marked as _
from service.pages.phrases import Family, family, phrase
from service.pages.vocabulary import definition, label_of


@dataclass(frozen=True)
class Name:
    """A node and the name a page calls it by."""

    node: Node | None
    label: str

    @property
    def literal(self) -> bool:
        """Whether it is words or a number, not a thing."""
        return isinstance(self.node, Literal)


@dataclass(frozen=True)
class Quote:
    """The exact words, with what stands before and after them in their passage."""

    evidence: URIRef
    article: Name
    before: str
    exact: str
    after: str
    start: int
    end: int

    @property
    def place(self) -> str:
        """The address of these words in the article's text."""
        return f"{address(self.article.node)}#{anchor(self.evidence)}"

    def within(self, other: "Quote") -> bool:
        """Whether the other holds these words and more."""
        inside = other.start <= self.start and self.end <= other.end and self.article == other.article
        return inside and (self.start, self.end) != (other.start, other.end)


@dataclass(frozen=True)
class Mark:
    """One word about how a statement was read; its kind decides shape and colour."""

    kind: str
    word: str
    note: str = ""


@dataclass(frozen=True)
class Statement:
    """One assertion, its quotes in the order of the text."""

    iri: URIRef
    subject: Name
    predicate: URIRef
    object: Name
    type: URIRef
    status: URIRef
    basis: URIRef
    legibility: URIRef
    modality: str
    frequency: str
    severity: str
    reason: str
    rule: str
    confidence: str
    chain: Name
    step: int | None
    article: Name
    quotes: tuple[Quote, ...]
    curator: Name = Name(None, "")

    @property
    def quote(self) -> Quote | None:
        """The first of its quotes."""
        return self.quotes[0] if self.quotes else None

    @property
    def denied(self) -> bool:
        """Whether the article says that it is not so."""
        return self.status == EG.Denied

    @property
    def quarantined(self) -> bool:
        """Whether its sentence makes no sense where it stands."""
        return self.status == EG.Quarantined

    @property
    def family(self) -> Family:
        """What it belongs to for a reader."""
        return family(self.type)

    @property
    def verb(self) -> str:
        """The relation between subject and object; a denied one says so."""
        verb = gettext(phrase(self.predicate).verb)
        return gettext("is said not to be true: “%(verb)s”") % {"verb": verb} if self.denied else verb

    @property
    def marks(self) -> tuple[Mark, ...]:
        """How the statement was read: status, basis, legibility, then the hedges of the article."""
        return tuple(_marks(self))


def statements(rows: Iterable[Row]) -> tuple[Statement, ...]:
    """One statement for each assertion, in the order of the rows.

    Several rows of one assertion differ in their evidence only.
    """
    found: dict[Node, Statement] = {}
    for row in rows:
        known = found.get(row["assertion"])
        if known is None:
            found[row["assertion"]] = _statement(row)
        else:
            found[row["assertion"]] = replace(known, quotes=_joined(known.quotes, quotes(row)))
    return tuple(found.values())


def in_order(found: Iterable[Statement]) -> tuple[Statement, ...]:
    """Statements in the order of the text, article by article; the last word is their IRI, so that it never varies."""
    return tuple(
        sorted(found, key=lambda said: (str(said.article.node), said.quote.start if said.quote else 0, said.iri))
    )


def name(row: Row, variable: str) -> Name:
    """The thing a variable holds, called by the value of `<variable>Name`, or by the shortest form of its IRI.

    A term of the vocabulary is called by its label in the language of this request.
    """
    node = row.get(variable)
    return Name(node, label_of(node) or text(row, f"{variable}Name") or compact(node))


def _statement(row: Row) -> Statement:
    return Statement(
        iri=iri(row, "assertion"),
        subject=name(row, "subject"),
        predicate=iri(row, "predicate"),
        object=name(row, "object"),
        type=iri(row, "type"),
        status=iri(row, "status"),
        basis=iri(row, "basis"),
        legibility=iri(row, "legibility"),
        modality=text(row, "modality"),
        frequency=text(row, "frequency"),
        severity=text(row, "severity"),
        reason=text(row, "reason"),
        rule=text(row, "rule"),
        confidence=text(row, "confidence"),
        chain=name(row, "chain"),
        step=whole(row, "step"),
        article=_article(row),
        quotes=quotes(row),
        curator=name(row, "curator"),
    )


def _article(row: Row) -> Name:
    return Name(row.get("article"), text(row, "articleTitle") or compact(row.get("article")))


def quotes(row: Row) -> tuple[Quote, ...]:
    """The quote of a row in its passage, or, where it outgrows the passage, in the characters around it."""
    start, end = whole(row, "start"), whole(row, "end")
    if start is None or end is None:
        return ()
    exact, passage, offset = text(row, "exact"), text(row, "passageText"), start - (whole(row, "passageStart") or 0)
    if offset >= 0 and passage[offset : offset + len(exact)] == exact:
        before, after = passage[:offset], passage[offset + len(exact) :]
    else:
        before, after = text(row, "prefix"), text(row, "suffix")
    return (Quote(iri(row, "evidence"), _article(row), before, exact, after, start, end),)


def _joined(known: tuple[Quote, ...], more: tuple[Quote, ...]) -> tuple[Quote, ...]:
    new = tuple(quote for quote in more if quote not in known)
    return tuple(sorted(known + new, key=lambda quote: (quote.start, quote.end)))


_STATUS = {EG.Denied: Mark("denied", _("denied")), EG.Quarantined: Mark("aside", _("set aside"))}
_BASIS = {
    EG.StatedInText: Mark("stated", "stated"),
    EG.CuratorInference: Mark("inferred", _("inferred by a curator")),
    EG.Automatic: Mark("automatic", _("read automatically")),
}
_LEGIBILITY = {EG.Corrected: Mark("corrected", "corrected"), EG.Garbled: Mark("aside", "garbled")}


def _marks(statement: Statement) -> Iterable[Mark]:
    for table, value in (
        (_STATUS, statement.status),
        (_BASIS, statement.basis),
        (_LEGIBILITY, statement.legibility),
    ):
        if value in table:
            yield replace(table[value], note=definition(value))
    for said in (statement.modality, statement.frequency, statement.severity):
        if said:
            yield Mark("hedge", f"“{said}”", _("in the words of the source"))
