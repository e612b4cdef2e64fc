"""What an article says, one frozen value per statement, from the rules to the graph and to JSON Lines."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from loaders.normalised import Span
from ontology.iris import slug
from ontology.lexicon.concepts import Concept


@dataclass(frozen=True)
class Term:
    """One end of a statement: a concept, and the words by which the article names it."""

    concept: Concept
    written: str

    @property
    def label(self) -> str:
        """The name of the concept."""
        return self.concept.label

    @property
    def slug(self) -> str:
        """The last part of the concept's IRI."""
        return self.concept.slug


def local(written: str, type_: str) -> Term:
    """A term the lexicon does not know: its own words are its name.

    >>> local("Dry air", "Condition").slug
    'dry-air'
    >>> local("Anti-SSA Antibody", "DiagnosticTest").label
    'anti-SSA antibody'
    """
    return replace(coined(re.sub(r"[^\W\d_]+", _lowered, written), type_), written=written)


def coined(label: str, type_: str) -> Term:
    """A term whose label is made of labels, and so is right as it is: "positive Chvostek sign"."""
    return Term(Concept(slug(label), label, type_), label)


def _lowered(word: re.Match[str]) -> str:
    """A word without the capital of a heading; capitals that mean something stay, so that one slug has one label."""
    return word[0].lower() if word[0].istitle() and len(word[0]) > 1 else word[0]


@dataclass(frozen=True)
class Quantity:
    """A number or range with its unit as UCUM code, and the printed form; ``is_normal`` if that is what is normal."""

    comparator: str | None
    value: Decimal | None
    high: Decimal | None
    unit: str | None
    printed: str
    is_normal: bool = False


@dataclass(frozen=True)
class Statement:
    """One relation as the article states it.

    ``span`` is the quote in normalised text. ``basis`` is ``StatedInText``, ``Automatic`` or ``CuratorInference``.
    """

    type: str
    subject: Term
    object: Term | None
    span: Span
    section: str
    rule: str
    confidence: float
    text: str = ""
    quantity: Quantity | None = None
    negated: bool = False
    basis: str = "StatedInText"
    legibility: str = "Clear"
    modality: str = ""
    frequency: str = ""
    severity: str = ""
    chain: Term | None = None
    step: int | None = None
    reason: str = ""
    kind: str = ""
    others: tuple[Term, ...] = ()
    repeats: tuple[Span, ...] = ()

    @property
    def object_label(self) -> str:
        """The name of the object, or the text that stands in its place."""
        return self.object.label if self.object else self.text

    @property
    def fact(self) -> tuple[str, str, str, str, bool]:
        """What is said, without where: two editions of an article agree on these."""
        printed = (
            f"{self.quantity.comparator} {self.quantity.value} {self.quantity.high} {self.quantity.unit}"
            if self.quantity
            else ""
        )
        return (self.type, self.subject.slug, self.object.slug if self.object else self.text, printed, self.negated)

    def repeated(self, span: Span) -> "Statement":
        """The same statement with one more place that says it."""
        return self if span == self.span or span in self.repeats else replace(self, repeats=(*self.repeats, span))
