"""The vocabulary in human words: headings for facts in both directions, verbs for sentences, families for colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rdflib import DCTERMS, PROV, RDF, SKOS, URIRef

from ontology.terms import EG, OA
from service.addresses import compact
from service.messages import gettext
from service.messages import marked as _
from service.pages.vocabulary import label_of


@dataclass(frozen=True)
class Phrase:
    """A relation as a heading on its subject's page, as one on its object's page, and as a verb between the two.

    In English: what a page shows of it is translated there.
    """

    outgoing: str
    incoming: str
    verb: str


@dataclass(frozen=True)
class Family:
    """Statement types that belong together for a reader, under one colour and one line style."""

    name: str
    english: str
    types: tuple[URIRef, ...]

    @property
    def title(self) -> str:
        """What a reader calls it."""
        return gettext(self.english)


PHRASES: Mapping[URIRef, Phrase] = MappingProxyType(
    {
        EG.causes: Phrase(_("May cause"), _("May be caused by"), _("may cause")),
        EG.leadsTo: Phrase(_("Leads to"), _("Follows from"), _("leads to")),
        EG.atRiskOf: Phrase(_("At higher risk of"), _("More common in"), _("are at higher risk of")),
        EG.predisposesTo: Phrase(_("Makes more likely"), _("More likely with"), _("makes more likely:")),
        EG.testFor: Phrase(_("Can reveal"), _("Revealed by"), _("can reveal")),
        EG.investigates: Phrase(_("Used to examine"), _("Examined with"), _("is used to examine")),
        EG.hasFinding: Phrase(_("Can find"), _("Found by"), _("can find")),
        EG.hasThreshold: Phrase(_("Threshold"), _("Threshold of"), _("has the threshold")),
        EG.definesFinding: Phrase(_("A result beyond it is"), _("Defined by"), _("defines")),
        EG.supports: Phrase(_("Speaks for"), _("Supported by"), _("speaks for")),
        EG.differentialOf: Phrase(_("Can be taken for"), _("Can be mistaken for"), _("can be mistaken for")),
        EG.hasDifferential: Phrase(_("Comparisons"), _("Comparison of"), _("is compared in")),
        EG.alternative: Phrase(_("Compared with"), _("Compared in"), _("compares with")),
        EG.distinguishingFeature: Phrase(_("Told apart by"), _("Tells apart"), _("is told apart by")),
        EG.sharedFeature: Phrase(_("Has in common"), _("Shared in"), _("shares")),
        EG.resolvingTest: Phrase(_("Decided by"), _("Would decide"), _("is decided by")),
        EG.hasBodySite: Phrase(_("Where it is felt"), _("What is felt here"), _("is felt in")),
        EG.hasManifestation: Phrase(_("How it shows"), _("Seen in"), _("shows as")),
        EG.hasConsequence: Phrase(_("What it can lead to"), _("Consequence of"), _("can result in")),
        EG.hasDuration: Phrase(_("Lasts"), _("How long this lasts"), _("lasts")),
        EG.occursDuring: Phrase(_("Occurs during"), _("What occurs during it"), _("occurs during")),
        EG.relieves: Phrase(_("Relieves"), _("Relieved by"), _("relieves")),
        EG.hasCaveat: Phrase(_("Take care"), _("Caution for"), _("calls for care:")),
        SKOS.broader: Phrase(_("A kind of"), _("Kinds of it"), _("is a kind of")),
        SKOS.altLabel: Phrase(_("Also called"), _("Another name for"), _("is also called")),
        SKOS.hiddenLabel: Phrase(_("Written as"), _("As written for"), _("is written as")),
        SKOS.definition: Phrase(_("Meaning"), _("Meaning of"), _("means")),
        SKOS.exactMatch: Phrase(_("The same elsewhere"), _("The same here"), _("is the same as")),
        SKOS.closeMatch: Phrase(_("Nearly the same elsewhere"), _("Nearly the same here"), _("is nearly the same as")),
        SKOS.broadMatch: Phrase(_("Broader elsewhere"), _("Narrower here"), _("is narrower than")),
        SKOS.narrowMatch: Phrase(_("Narrower elsewhere"), _("Broader here"), _("is broader than")),
        SKOS.relatedMatch: Phrase(_("Related elsewhere"), _("Related here"), _("is related to")),
        EG.about: Phrase(_("Is about"), _("Described in"), _("is about")),
        EG.corrects: Phrase(_("Corrects"), _("Corrected by"), _("corrects")),
        DCTERMS.isPartOf: Phrase(_("Part of"), _("Parts"), _("is part of")),
        DCTERMS.identifier: Phrase(_("File name"), _("File name of"), _("is the file")),
        PROV.wasAttributedTo: Phrase(_("Decided by"), _("Decided"), _("was decided by")),
        PROV.wasGeneratedBy: Phrase(_("Made in"), _("What it made"), _("was made in")),
        PROV.wasAssociatedWith: Phrase(_("Done by"), _("Did"), _("was done by")),
        PROV.used: Phrase(_("Used"), _("Used in"), _("used")),
        PROV.endedAtTime: Phrase(_("Finished"), _("Finished then"), _("finished")),
        OA.hasSource: Phrase(_("Source"), _("Quotes from it"), _("is quoted from")),
        OA.hasSelector: Phrase(_("Selected by"), _("Selects"), _("is selected by")),
        OA.exact: Phrase(_("Exact words"), _("Exact words of"), _("says exactly")),
        OA.prefix: Phrase(_("Words before"), _("Words before it"), _("follows")),
        OA.suffix: Phrase(_("Words after"), _("Words after it"), _("is followed by")),
        OA.start: Phrase(_("First character"), _("First character of"), _("starts at")),
        OA.end: Phrase(_("After the last character"), _("End of"), _("ends before")),
    }
)
"""In the order in which a page shows them."""

FAMILIES = (
    Family("cause", _("Causes and mechanism"), (EG.CauseStatement, EG.MechanismStatement)),
    Family("people", _("Who is at risk"), (EG.RiskGroupStatement, EG.PredisposingStatement)),
    Family(
        "test",
        _("Tests and thresholds"),
        (EG.TestStatement, EG.FindingStatement, EG.ThresholdStatement, EG.SupportStatement),
    ),
    Family("lookalike", _("Look-alikes"), (EG.DifferentialStatement, EG.DiscriminatorStatement)),
    Family(
        "picture",
        _("How it shows"),
        (EG.ManifestationStatement, EG.ConsequenceStatement, EG.DurationStatement, EG.BodySiteStatement),
    ),
    Family("care", _("Relief and caution"), (EG.ReliefStatement, EG.CaveatStatement)),
    Family("name", _("Names and meaning"), (EG.SynonymStatement, EG.DefinitionStatement, EG.HierarchyStatement)),
    Family("correction", _("Corrections"), (EG.CorrectionStatement,)),
    Family("aside", _("Set aside"), (EG.QuarantineStatement,)),
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
    return PHRASES.get(predicate) or Phrase(heading, gettext("%(relation)s of") % {"relation": heading}, label)


def verb(predicate: URIRef) -> str:
    """What a relation says between subject and object, in the reader's language; nothing if it has no words.

    >>> verb(RDF.type)
    'is a'
    """
    if predicate == RDF.type:
        return gettext("is a")
    return gettext(PHRASES[predicate].verb) if predicate in PHRASES else ""


def family(statement_type: URIRef) -> Family:
    """The family of a statement type; an unknown one goes with the names.

    >>> family(EG.MechanismStatement).english
    'Causes and mechanism'
    """
    return _FAMILY.get(statement_type, FAMILIES[6])


def position(predicate: URIRef) -> int:
    """Where a page shows the facts of a relation."""
    return _POSITION.get(predicate, len(PHRASES))


_POSITION = {predicate: number for number, predicate in enumerate(PHRASES)}
