"""What can be wrong with the graph of an article: edits of a valid sample, and the shapes that each one breaks."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from ontology.terms import PREFIXES

HEADER = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
SOMEBODY_ELSES_HASH = "0" * 64
NINETEEN_DIGITS = "1" * 19


@dataclass(frozen=True)
class Edit:
    """Something wrong: what is taken away (``subject predicate``), what is added (Turtle), and the shapes it breaks."""

    breaks: str
    minus: tuple[str, ...] = ()
    plus: str = ""
    quarantine: bool = False
    blank: str = ""


def change(breaks: str, at: str, value: str, quarantine: bool = False) -> Edit:
    """Put another value in the place of the present one."""
    return Edit(breaks, (at,), f"{at} {value} .", quarantine)


def lack(breaks: str, *at: str, quarantine: bool = False) -> Edit:
    return Edit(breaks, at, quarantine=quarantine)


def more(breaks: str, turtle: str, quarantine: bool = False) -> Edit:
    return Edit(breaks, plus=turtle, quarantine=quarantine)


def blank(breaks: str, node: str) -> Edit:
    """Give a node no IRI."""
    return Edit(breaks, blank=node)


CAUSE, STEP, DENIED, SUPPORT = "id:assertion-cause", "id:assertion-step", "id:assertion-denied", "id:assertion-support"
DESCRIBED = 'a eg:Condition , eg:Entity , skos:Concept ; skos:prefLabel "x"@en ; rdfs:label "x"@en'

EDITS = {
    # the article
    "two articles": more(
        "ArticleCount",
        'id:second a eg:Article ; dcterms:title "t"@en ; eg:text "t" ; eg:about id:itch ; eg:hasPassage id:passage-2 ; '
        f'eg:sourceHash "{SOMEBODY_ELSES_HASH}" . id:passage-2 a eg:Passage ; rdf:value "t" ; eg:start 0 ; eg:end 1 ; '
        'eg:section "title" ; dcterms:isPartOf id:second .',
    ),
    "an article without IRI": blank("Article", "id:article"),
    "an article without title": lack("ArticleTitle", "id:article dcterms:title"),
    "a title in no language": change("ArticleTitle", "id:article dcterms:title", '"Itch at night"'),
    "an article without text": lack("ArticleText", "id:article eg:text"),
    "an article with an empty text": change("ArticleText PassageInText QuoteInText", "id:article eg:text", '""'),
    "an article without hash": lack("ArticleHash", "id:article eg:sourceHash"),
    "an article with a short hash": change("ArticleHash HashOfArticle", "id:article eg:sourceHash", '"ab12"'),
    "an article about nothing": lack("ArticleAbout", "id:article eg:about"),
    "an article about two things": more("ArticleAbout", "id:article eg:about id:rash ."),
    "an article without passages": lack("ArticlePassages PassageListed", "id:article eg:hasPassage"),
    "an empty disclaimer": change("ArticleDisclaimer", "id:article eg:disclaimer", '""@en'),
    # passages
    "a passage without IRI": blank("Passage", "id:passage"),
    "a passage without words": lack("PassageValue", "id:passage rdf:value"),
    "a passage with other words": change("PassageInText", "id:passage rdf:value", '"Dry air may cause itch."'),
    "a passage without start": lack("PassageStart", "id:passage eg:start"),
    "a passage that starts before the text": change("PassageInText PassageStart", "id:passage-garbled eg:start", "-1"),
    "a passage that ends before it starts": change(
        "PassageInText PassageStart QuoteInPassage", "id:passage eg:end", "3"
    ),
    "a passage with an end in words": change("PassageEnd PassageStart", "id:passage eg:end", '"forty"'),
    "a passage without section": lack("PassageSection", "id:passage eg:section"),
    "a passage without article": lack("PassageArticle PassageListed", "id:passage dcterms:isPartOf"),
    "a passage the article does not list": Edit(
        "PassageListed", ("id:article eg:hasPassage",), "id:article eg:hasPassage id:passage ."
    ),
    # assertions
    "an assertion without IRI": blank("Assertion", CAUSE),
    "an assertion without type": lack("AssertionType", f"{CAUSE} eg:statementType"),
    "an assertion of two types": more("AssertionType", f"{CAUSE} eg:statementType eg:TestStatement ."),
    "an assertion of an unknown type": change("AssertionType", f"{CAUSE} eg:statementType", "eg:CorrectionStatement"),
    "an assertion without status": lack("AssertionStatus RelationAsserted", f"{CAUSE} eg:status"),
    "an assertion affirmed and denied": more("AssertionStatus", f"{CAUSE} eg:status eg:Denied ."),
    "an assertion without basis": lack("AssertionBasis", f"{CAUSE} eg:basis"),
    "an assertion without legibility": lack("AssertionLegibility", f"{CAUSE} eg:legibility"),
    "an assertion without rule": lack("AssertionRule", f"{CAUSE} eg:rule"),
    "an assertion by two rules": more("AssertionRule", f'{CAUSE} eg:rule "other" .'),
    "an assertion without confidence": lack("AssertionConfidence", f"{CAUSE} eg:confidence"),
    "a confidence above one": change("AssertionConfidence", f"{CAUSE} eg:confidence", "1.5"),
    "a confidence below zero": change("AssertionConfidence", f"{CAUSE} eg:confidence", "-0.1"),
    "a confidence as double": change("AssertionConfidence", f"{CAUSE} eg:confidence", "0.9e0"),
    "a confidence that is no number": change("AssertionConfidence", f"{CAUSE} eg:confidence", '"NaN"^^xsd:decimal'),
    "an assertion without evidence": lack("AssertionEvidence", f"{CAUSE} eg:evidence"),
    "an assertion with evidence nobody described": more("UsedAsEvidence", f"{CAUSE} eg:evidence id:nowhere ."),
    "an assertion without article": lack("AssertionArticle", f"{CAUSE} dcterms:isPartOf"),
    "an assertion of another article": change("UsedAsArticle", f"{CAUSE} dcterms:isPartOf", "id:elsewhere"),
    "an affirmed assertion without subject": lack("AssertionTriple RelationAsserted", f"{CAUSE} rdf:subject"),
    "a denied assertion without object": lack("AssertionTriple", f"{DENIED} rdf:object"),
    "a denied assertion of something undescribed": change("AssertionSubject", f"{DENIED} rdf:subject", "id:nowhere"),
    "a denied assertion to something undescribed": change("DeniedObject", f"{DENIED} rdf:object", "id:nowhere"),
    "an assertion with two subjects": more(
        "AssertionSubject",
        f"{CAUSE} rdf:subject id:cream . id:cream eg:causes id:itch .",
    ),
    "an assertion of an unknown relation": change("AssertionPredicate", f"{DENIED} rdf:predicate", "eg:corrects"),
    "an assertion with two objects": more("AssertionObject", f"{DENIED} rdf:object id:rash ."),
    "an object without name": change("AssertionObject", f"{DENIED} rdf:object", "[]"),
    "an affirmed assertion without plain triple": lack("AffirmedInGraph", "id:cream eg:relieves"),
    "a denied assertion with plain triple": more("DeniedNotInGraph RelationAsserted", "id:wool eg:causes id:itch ."),
    "a quarantined assertion with plain triple": Edit(
        "DeniedNotInGraph NothingElseQuarantined RelationAsserted",
        plus="id:garbled rdf:subject id:wool ; rdf:predicate eg:causes ; rdf:object id:itch . "
        "id:wool eg:causes id:itch .",
        quarantine=True,
    ),
    "a plain triple nobody asserts": more("RelationAsserted", "id:iron-test eg:investigates id:rash ."),
    "a step of two mechanisms": more("AssertionChain", f"{STEP} eg:chain id:wool ."),
    "step 0": change("AssertionStep", f"{STEP} eg:step", "0"),
    "a step in words": change("AssertionStep", f"{STEP} eg:step", '"first"'),
    "a step that is no number": change("AssertionStep", f"{STEP} eg:step", '"NaN"^^xsd:decimal'),
    "a mechanism without chain": lack("MechanismStep", f"{STEP} eg:chain"),
    "a mechanism without step": lack("MechanismStep", f"{STEP} eg:step"),
    "an empty modality": change("AssertionModality", f"{CAUSE} eg:modality", '""'),
    "an empty frequency": change("AssertionFrequency", f"{CAUSE} eg:frequency", '""'),
    "a severity in a language": change("AssertionSeverity", f"{CAUSE} eg:severity", '"mild"@en'),
    "an inference without reason": lack("InferenceReason", f"{SUPPORT} eg:reason"),
    "an inference without author": lack("InferenceReason", f"{SUPPORT} prov:wasAttributedTo"),
    "a quarantined assertion without reason": lack("QuarantineReason", "id:garbled eg:reason", quarantine=True),
    "a quarantined assertion that is clear": change(
        "QuarantineReason", "id:garbled eg:legibility", "eg:Clear", quarantine=True
    ),
    # evidence
    "evidence without IRI": blank("Evidence", "id:evidence"),
    "evidence that is no annotation": change("EvidenceResource", "id:evidence rdf:type", "eg:EvidenceItem"),
    "evidence of nothing": lack("AssertionEvidence EvidenceUsed", "id:garbled eg:evidence", quarantine=True),
    "evidence without article": lack("EvidenceArticle", "id:evidence oa:hasSource"),
    "evidence from another article": change("UsedAsArticle", "id:evidence oa:hasSource", "id:elsewhere"),
    "evidence without hash": lack("EvidenceHash", "id:evidence eg:sourceHash"),
    "evidence with the hash of another file": change(
        "HashOfArticle", "id:evidence eg:sourceHash", f'"{SOMEBODY_ELSES_HASH}"'
    ),
    "evidence with a short hash": change("EvidenceHash HashOfArticle", "id:evidence eg:sourceHash", '"ab12"'),
    "evidence with three selectors": more(
        "EvidenceSelectors",
        'id:evidence oa:hasSelector id:again . id:again a oa:TextQuoteSelector ; oa:exact "Dry air can cause itch." .',
    ),
    "evidence without position": Edit(
        "EvidenceSelectors QuoteAndPosition", ("id:evidence oa:hasSelector",), "id:evidence oa:hasSelector id:quote ."
    ),
    "evidence with two quotes and no position": Edit(
        "QuoteAndPosition",
        ("id:evidence oa:hasSelector",),
        "id:evidence oa:hasSelector id:quote , id:quote-garbled .",
    ),
    "evidence of a kind that is not ECO's": change("EvidenceType", "id:evidence eg:evidenceType", "id:hearsay"),
    "evidence without section": lack("EvidenceSection", "id:evidence eg:section"),
    "evidence in two passages": more("EvidencePassage QuoteInPassage", "id:evidence eg:inPassage id:passage-garbled ."),
    "evidence nobody read": lack("EvidenceReading", "id:evidence prov:wasGeneratedBy"),
    "an altered quote": change("QuoteInText", "id:quote oa:exact", '"Dry air can cause itching."'),
    "shifted offsets": Edit(
        "QuoteInText",
        ("id:position oa:start", "id:position oa:end"),
        "id:position oa:start 23 ; oa:end 46 .",
    ),
    "a quote outside its passage": change("QuoteInPassage", "id:evidence eg:inPassage", "id:passage-garbled"),
    "a selector without quote": lack("QuoteExact", "id:quote oa:exact"),
    "a prefix in a language": change("QuotePrefix", "id:quote oa:prefix", '"Cause"@en'),
    "two suffixes": more("QuoteSuffix", 'id:quote oa:suffix "Silk" .'),
    "a quote that starts before the text": Edit(
        "PositionStart QuoteInPassage QuoteInText",
        ("id:position oa:start",),
        "id:position oa:start -3 .",
    ),
    "a quote that ends where it starts": change("PositionStart QuoteInText", "id:position oa:end", "22"),
    "a quote that starts at no number": change("PositionStart", "id:position oa:start", '"NaN"^^xsd:decimal'),
    "a quote that starts at an ill-typed number": change("PositionStart", "id:position oa:start", '"x"^^xsd:integer'),
    "a quote without end": lack("PositionEnd", "id:position oa:end"),
    # corrections
    "a correction without IRI": blank("Correction", "id:correction"),
    "a correction of nothing written": lack("CorrectionAsWritten", "id:correction eg:asWritten"),
    "a correction without reading": lack("CorrectionReading", "id:correction eg:reading"),
    "a correction of an unknown kind": change("CorrectionKind", "id:correction eg:errorKind", '"whim"'),
    "a correction without reason": lack("CorrectionReason", "id:correction eg:reason"),
    "a correction of nothing": lack("CorrectionTarget", "id:correction eg:corrects"),
    "a correction of a passage": change("CorrectionTarget", "id:correction eg:corrects", "id:passage"),
    "a correction without evidence": lack("CorrectionEvidence", "id:correction eg:evidence"),
    "a correction without author": lack("CorrectionAuthor", "id:correction prov:wasAttributedTo"),
    "a correction without article": lack("CorrectionArticle", "id:correction dcterms:isPartOf"),
    # who read it
    "a reading of nothing": lack("ReadingUsed", "id:reading prov:used"),
    "a reading by nobody": lack("ReadingAgent", "id:reading prov:wasAssociatedWith"),
    "a reading at a time in words": change("ReadingTime", "id:reading prov:endedAtTime", '"yesterday"'),
    "an agent without name": lack("AgentName", "id:curator rdfs:label"),
    # entities
    "an entity without IRI": blank("Entity", "id:wool"),
    "an entity without name": lack("EntityLabel EntityName", "id:wool skos:prefLabel"),
    "an entity with two names": more("EntityLabel EntityName", 'id:wool skos:prefLabel "sheep wool"@en .'),
    "a name in no language": Edit(
        "EntityName",
        ("id:wool skos:prefLabel", "id:wool rdfs:label"),
        'id:wool skos:prefLabel "wool" ; rdfs:label "wool" .',
    ),
    "a label that is not the name": change("EntityLabel", "id:wool rdfs:label", '"sheep wool"@en'),
    "an alternative name that is the name": more("EntityOtherNames", 'id:itch skos:altLabel "itch"@en .'),
    "a hidden name that is the name": more("EntityHiddenNames", 'id:itch skos:hiddenLabel "itch"@en .'),
    "a hidden name that is an alternative": more("EntityHiddenNames", 'id:itch skos:hiddenLabel "pruritus"@en .'),
    "a definition in no language": change("EntityDefinition", "id:itch skos:definition", '"an urge"'),
    "an entity of no kind": change("EntityKind", "id:wool rdf:type", "eg:Entity , skos:Concept"),
    "an entity that is no concept": change("EntityKind", "id:wool rdf:type", "eg:Entity , eg:Exposure , eg:Condition"),
    "an entity of a kind of its own": more("EntityKind", "id:wool a id:fabric ."),
    "a finding that is not called an entity": more("KindOfEntity", "id:nobody a eg:Finding ."),
    "a test that is its finding": more("KindsApart", "id:low-iron a eg:DiagnosticTest ."),
    "a symptom that causes itself": more("RelatedToItself RelationAsserted", "id:itch eg:causes id:itch ."),
    # quantities
    "a threshold of no test": Edit(
        "AffirmedInGraph ThresholdTest",
        ("id:iron-test eg:hasThreshold",),
        "id:iron-test eg:hasThreshold id:low-iron-limit .",
    ),
    "a threshold without finding": lack("ThresholdFinding", "id:low-iron-limit eg:definesFinding"),
    "a threshold without comparator": lack("ThresholdComparator", "id:low-iron-limit eg:comparator"),
    "a threshold with a comparator in words": change(
        "ThresholdComparator", "id:low-iron-limit eg:comparator", '"less than"'
    ),
    "a threshold without limit": lack("ThresholdLimit", "id:low-iron-limit eg:limit"),
    "a limit as double": change("ThresholdLimit", "id:low-iron-limit eg:limit", "2.5e0"),
    "a limit as integer": change("ThresholdLimit", "id:low-iron-limit eg:limit", "2"),
    "a limit as string": change("ThresholdLimit", "id:low-iron-limit eg:limit", '"2.5"'),
    "a limit with a comma": change("ThresholdLimit", "id:low-iron-limit eg:limit", '"1,9"^^xsd:decimal'),
    "a limit that is no number": change("ThresholdLimit", "id:low-iron-limit eg:limit", '"NaN"^^xsd:decimal'),
    "a limit without limit": change("ThresholdLimit", "id:low-iron-limit eg:limit", '"INF"^^xsd:decimal'),
    "a limit beyond exact numbers": change("ThresholdLimit", "id:low-iron-limit eg:limit", '"1e400"^^xsd:decimal'),
    "a limit of nineteen digits": change("ThresholdLimit", "id:low-iron-limit eg:limit", f"{NINETEEN_DIGITS}.0"),
    "a range without upper limit": lack("ThresholdEnds", "id:iron-range eg:upperLimit"),
    "an upper limit without range": more("ThresholdEnds", "id:low-iron-limit eg:upperLimit 5.0 ."),
    "an upper limit as double": change("ThresholdUpperLimit", "id:iron-range eg:upperLimit", "5.0e0"),
    "a range that ends before it begins": change("ThresholdRange", "id:iron-range eg:upperLimit", "1.0"),
    "a threshold without unit": lack("ThresholdUnit", "id:low-iron-limit eg:unit"),
    "a threshold with two units": more("ThresholdUnit", 'id:low-iron-limit eg:unit "mg/dL" .'),
    "a threshold with an unknown unit": change("UnitCode", "id:low-iron-limit eg:unit", '"mmol per liter"'),
    "a threshold without printed form": lack("ThresholdPrinted", "id:low-iron-limit eg:printedForm"),
    "a threshold with two specimens": more("ThresholdSpecimen", 'id:low-iron-limit eg:specimen "urine" .'),
    "a range that begins at no number": change("ThresholdLimit", "id:iron-range eg:limit", '"NaN"^^xsd:decimal'),
    "a duration without printed form": lack("DurationPrinted", "id:minutes eg:printedForm"),
    "a duration in two units": more("DurationUnit", 'id:minutes eg:unit "h" .'),
    "a duration with a comparator in words": change("DurationComparator", "id:minutes eg:comparator", '"about"'),
    "a duration in doubles": change("DurationLimits", "id:minutes eg:limit", "5.0e0"),
    "a duration that ends before it begins": change("DurationRange", "id:minutes eg:upperLimit", "1.0"),
    "a measurement of no test": lack("MeasurementTest", "id:measurement eg:resultOf"),
    "a measurement as double": change("MeasurementValue", "id:measurement eg:value", "1.9e0"),
    "a measurement that is no number": change("MeasurementValue", "id:measurement eg:value", '"NaN"^^xsd:decimal'),
    "a measurement of thirteen places": change("MeasurementValue", "id:measurement eg:value", "1.9000000000001"),
    "a measurement without unit": lack("MeasurementUnit", "id:measurement eg:unit"),
    "a rounded limit of another class": more("RoundedLimit", "id:measurement a eg:RoundedLimit ."),
    "a reference range of another class": more("ReferenceRange", "id:itch a eg:ReferenceRange ."),
    "a converted limit as double": change("ConvertedLimitValues", "id:converted eg:limit", "2500.0e0"),
    "a converted limit without unit": lack("ConvertedLimitUnit", "id:converted eg:unit"),
    "a converted limit of no threshold": lack("ConvertedLimitThreshold", "id:low-iron-limit eg:limitIn"),
    # differentials
    "a differential with two alternatives": more("DifferentialAlternative", "id:itch-or-rash eg:alternative id:wool ."),
    "a differential of no symptom": lack("DifferentialSymptom", "id:itch eg:hasDifferential"),
    # relations
    "a cause nobody described": more("UsedAsEntity", "id:nowhere eg:causes id:itch ."),
    "a cause of a text": more("RelationAsserted UsedAsEntity", 'id:wool eg:causes "itch" .'),
    "a symptom that investigates": more("RelationAsserted UsedAsTest", "id:itch eg:investigates id:skin-complaint ."),
    "a condition as finding": more("RelationAsserted UsedAsFinding", "id:iron-test eg:hasFinding id:iron-deficiency ."),
    "a finding as threshold": more("RelationAsserted UsedAsThreshold", "id:iron-test eg:hasThreshold id:low-iron ."),
    "a condition at risk": more("RelationAsserted UsedAsRiskGroup", "id:dry-skin eg:atRiskOf id:itch ."),
    "an exposure as relief": more("RelationAsserted UsedAsReliefMeasure", "id:wool eg:relieves id:itch ."),
    "a condition as body site": more("RelationAsserted UsedAsBodySite", "id:itch eg:hasBodySite id:rash ."),
    "a condition as duration": more("RelationAsserted UsedAsDuration", "id:itch eg:hasDuration id:rash ."),
    "a condition as caveat": more("RelationAsserted UsedAsCaveat", "id:itch eg:hasCaveat id:rash ."),
    "a symptom with a feature": more(
        "RelationAsserted UsedAsDifferential", "id:itch eg:distinguishingFeature id:red-spots ."
    ),
    "a threshold with a value": more("UsedAsMeasurement", "id:low-iron-limit eg:value 2.0 ."),
    "a limit in a unit alone": more("UsedAsConvertedLimit", 'id:low-iron-limit eg:limitIn "mg/dL" .'),
    "a measurement in a group": change("UsedAsPerson", "id:measurement eg:measuredIn", "id:old-people"),
    "an entity with a text": more("UsedAsArticle", 'id:itch eg:text "Itch" .'),
    "an entity with offsets": more("UsedAsPassage", "id:itch eg:start 0 ."),
    "an entity with a status": more("UsedAsAssertion", "id:itch eg:status eg:Affirmed ."),
    "an entity with a wrong spelling": more("UsedAsCorrection", 'id:itch eg:asWritten "itsh" .'),
    "a relation stored by its inverse": more("StoredOneWay", "id:itch eg:isCausedBy id:dry-air ."),
    # the two graphs
    "a quarantined assertion in the graph": more(
        "QuarantinedApart",
        "id:odd a eg:Assertion ; eg:status eg:Quarantined ; eg:legibility eg:Garbled ; eg:basis eg:StatedInText ; "
        'eg:statementType eg:QuarantineStatement ; eg:rule "r" ; eg:confidence 0.9 ; eg:evidence id:evidence ; '
        'eg:reason "r"@en ; dcterms:isPartOf id:article .',
    ),
    "a readable assertion in the quarantine": change(
        "AssertionTriple OnlyQuarantined", "id:garbled eg:status", "eg:Affirmed", quarantine=True
    ),
    "an entity in the quarantine": more("NothingElseQuarantined", f"id:x {DESCRIBED} .", quarantine=True),
}


@cache
def sample(name: str) -> Graph:
    return Graph().parse(Path(__file__).parent / "shapes" / f"{name}.ttl")


def term(name: str) -> URIRef:
    prefix, local = name.split(":")
    return URIRef(PREFIXES[prefix] + local)


def edited(edit: Edit) -> tuple[Graph, Graph]:
    """Copy the two valid graphs and do one thing wrong."""
    graph, quarantine = Graph() + sample("article"), Graph() + sample("quarantine")
    target = quarantine if edit.quarantine else graph
    for subject, predicate in map(str.split, edit.minus):
        target.remove((term(subject), term(predicate), None))
    target.parse(data=HEADER + edit.plus, format="turtle")
    if not edit.blank:
        return graph, quarantine
    names: dict[Node, Node] = {term(edit.blank): BNode()}
    return renamed(graph, names), renamed(quarantine, names)


def renamed(graph: Graph, names: dict[Node, Node]) -> Graph:
    copy = Graph()
    for subject, predicate, object_ in graph:
        copy.add((names.get(subject, subject), predicate, names.get(object_, object_)))
    return copy
