"""The vocabulary in human words: headings for facts in both directions, verbs for sentences, families for colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rdflib import DCTERMS, PROV, SKOS, URIRef

from ontology.terms import EG, OA
from service.addresses import compact
from service.pages.vocabulary import label_of


@dataclass(frozen=True)
class Phrase:
    """A relation as a heading on its subject's page, as one on its object's page, and as a verb between the two."""

    outgoing: str
    incoming: str
    verb: str


@dataclass(frozen=True)
class Family:
    """Statement types that belong together for a reader, under one colour and one line style."""

    name: str
    title: str
    types: tuple[URIRef, ...]


PHRASES: Mapping[URIRef, Phrase] = MappingProxyType(
    {
        EG.causes: Phrase("May cause", "May be caused by", "may cause"),
        EG.leadsTo: Phrase("Leads to", "Follows from", "leads to"),
        EG.atRiskOf: Phrase("At higher risk of", "More common in", "are at higher risk of"),
        EG.predisposesTo: Phrase("Makes more likely", "More likely with", "makes more likely:"),
        EG.testFor: Phrase("Can reveal", "Revealed by", "can reveal"),
        EG.investigates: Phrase("Used to examine", "Examined with", "is used to examine"),
        EG.hasFinding: Phrase("Can find", "Found by", "can find"),
        EG.hasThreshold: Phrase("Threshold", "Threshold of", "has the threshold"),
        EG.definesFinding: Phrase("A result beyond it is", "Defined by", "defines"),
        EG.supports: Phrase("Speaks for", "Supported by", "speaks for"),
        EG.differentialOf: Phrase("Can be taken for", "Can be mistaken for", "can be mistaken for"),
        EG.hasDifferential: Phrase("Comparisons", "Comparison of", "is compared in"),
        EG.alternative: Phrase("Compared with", "Compared in", "compares with"),
        EG.distinguishingFeature: Phrase("Told apart by", "Tells apart", "is told apart by"),
        EG.sharedFeature: Phrase("Has in common", "Shared in", "shares"),
        EG.resolvingTest: Phrase("Decided by", "Would decide", "is decided by"),
        EG.hasBodySite: Phrase("Where it is felt", "What is felt here", "is felt in"),
        EG.hasManifestation: Phrase("How it shows", "Seen in", "shows as"),
        EG.hasConsequence: Phrase("What it can lead to", "Consequence of", "can result in"),
        EG.hasDuration: Phrase("Lasts", "How long this lasts", "lasts"),
        EG.occursDuring: Phrase("Occurs during", "What occurs during it", "occurs during"),
        EG.relieves: Phrase("Relieves", "Relieved by", "relieves"),
        EG.hasCaveat: Phrase("Take care", "Caution for", "calls for care:"),
        SKOS.broader: Phrase("A kind of", "Kinds of it", "is a kind of"),
        SKOS.altLabel: Phrase("Also called", "Another name for", "is also called"),
        SKOS.hiddenLabel: Phrase("Written as", "As written for", "is written as"),
        SKOS.definition: Phrase("Meaning", "Meaning of", "means"),
        EG.about: Phrase("Is about", "Described in", "is about"),
        EG.corrects: Phrase("Corrects", "Corrected by", "corrects"),
        DCTERMS.isPartOf: Phrase("Part of", "Parts", "is part of"),
        DCTERMS.identifier: Phrase("File name", "File name of", "is the file"),
        PROV.wasAttributedTo: Phrase("Decided by", "Decided", "was decided by"),
        PROV.wasGeneratedBy: Phrase("Made in", "What it made", "was made in"),
        PROV.wasAssociatedWith: Phrase("Done by", "Did", "was done by"),
        PROV.used: Phrase("Used", "Used in", "used"),
        PROV.endedAtTime: Phrase("Finished", "Finished then", "finished"),
        OA.hasSource: Phrase("Source", "Quotes from it", "is quoted from"),
        OA.hasSelector: Phrase("Selected by", "Selects", "is selected by"),
        OA.exact: Phrase("Exact words", "Exact words of", "says exactly"),
        OA.prefix: Phrase("Words before", "Words before it", "follows"),
        OA.suffix: Phrase("Words after", "Words after it", "is followed by"),
        OA.start: Phrase("First character", "First character of", "starts at"),
        OA.end: Phrase("After the last character", "End of", "ends before"),
    }
)
"""In the order in which a page shows them."""

FAMILIES = (
    Family("cause", "Causes and mechanism", (EG.CauseStatement, EG.MechanismStatement)),
    Family("people", "Who is at risk", (EG.RiskGroupStatement, EG.PredisposingStatement)),
    Family(
        "test",
        "Tests and thresholds",
        (EG.TestStatement, EG.FindingStatement, EG.ThresholdStatement, EG.SupportStatement),
    ),
    Family("lookalike", "Look-alikes", (EG.DifferentialStatement, EG.DiscriminatorStatement)),
    Family(
        "picture",
        "How it shows",
        (EG.ManifestationStatement, EG.ConsequenceStatement, EG.DurationStatement, EG.BodySiteStatement),
    ),
    Family("care", "Relief and caution", (EG.ReliefStatement, EG.CaveatStatement)),
    Family("name", "Names and meaning", (EG.SynonymStatement, EG.DefinitionStatement, EG.HierarchyStatement)),
    Family("correction", "Corrections", (EG.CorrectionStatement,)),
    Family("aside", "Set aside", (EG.QuarantineStatement,)),
)

_FAMILY = MappingProxyType({kind: family for family in FAMILIES for kind in family.types})


def phrase(predicate: URIRef) -> Phrase:
    """The words for a relation; one without words of its own is called by its label.

    >>> phrase(EG.causes).incoming
    'May be caused by'
    >>> phrase(EG.chain).outgoing
    'Chain'
    """
    label = label_of(predicate) or compact(predicate)
    heading = label[:1].upper() + label[1:] if label_of(predicate) else label
    return PHRASES.get(predicate) or Phrase(heading, f"{heading} of", label)


def family(statement_type: URIRef) -> Family:
    """The family of a statement type; an unknown one goes with the names.

    >>> family(EG.MechanismStatement).title
    'Causes and mechanism'
    """
    return _FAMILY.get(statement_type, FAMILIES[6])


def position(predicate: URIRef) -> int:
    """Where a page shows the facts of a relation."""
    return _POSITION.get(predicate, len(PHRASES))


_POSITION = {predicate: number for number, predicate in enumerate(PHRASES)}
