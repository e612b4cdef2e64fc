"""The vocabulary's terms as Python names; IRIs come from here and are spelled out nowhere else."""

from collections.abc import Mapping
from types import MappingProxyType

from rdflib import Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, VOID, XSD, DefinedNamespace

ONTOLOGY = URIRef("https://w3id.org/etiograph/ontology")
_TERMS = Namespace(f"{ONTOLOGY}#")
VERSION = "0.1.0"
"""The version of the vocabulary; its IRI is ``ONTOLOGY``, a slash and this."""
BASE = "https://w3id.org/etiograph/"
"""Where the things of this graph live unless a deployment sets a base of its own."""

OA = Namespace("http://www.w3.org/ns/oa#")
ECO = Namespace("http://purl.obolibrary.org/obo/ECO_")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
OBO = Namespace("http://purl.obolibrary.org/obo/")
OBO_IN_OWL = Namespace("http://www.geneontology.org/formats/oboInOwl#")
"""What the ontologies of the OBO Foundry say of their terms beyond RDFS and SKOS."""

VOID_EXT = Namespace("http://ldf.fi/void-ext#")
"""VoID by class of object and by datatype, as the SIB tools read it."""


class EG(DefinedNamespace):
    """The terms of ``etiograph.ttl``."""

    _NS = _TERMS
    _fail = True

    # Classes
    Entity: URIRef
    Symptom: URIRef
    Condition: URIRef
    CausalProcess: URIRef
    NormalProcess: URIRef
    Exposure: URIRef
    ContextFactor: URIRef
    DiagnosticTest: URIRef
    Finding: URIRef
    Threshold: URIRef
    ReferenceRange: URIRef
    ConvertedLimit: URIRef
    RoundedLimit: URIRef
    RiskGroup: URIRef
    ReliefMeasure: URIRef
    Differential: URIRef
    DistinguishingFeature: URIRef
    BodySite: URIRef
    Manifestation: URIRef
    Duration: URIRef
    Caveat: URIRef
    Measurement: URIRef
    Person: URIRef
    Article: URIRef
    Passage: URIRef
    Assertion: URIRef
    EvidenceItem: URIRef
    Correction: URIRef
    StatementType: URIRef
    Status: URIRef
    Basis: URIRef
    Legibility: URIRef
    # Relations
    causallyUpstreamOf: URIRef
    causallyDownstreamOf: URIRef
    causes: URIRef
    isCausedBy: URIRef
    leadsTo: URIRef
    followsFrom: URIRef
    predisposesTo: URIRef
    hasPredisposition: URIRef
    atRiskOf: URIRef
    hasRiskGroup: URIRef
    investigates: URIRef
    investigatedBy: URIRef
    hasFinding: URIRef
    findingOf: URIRef
    hasThreshold: URIRef
    thresholdOf: URIRef
    definesFinding: URIRef
    findingDefinedBy: URIRef
    limitIn: URIRef
    supports: URIRef
    supportedBy: URIRef
    testFor: URIRef
    revealedBy: URIRef
    resultOf: URIRef
    shows: URIRef
    measuredIn: URIRef
    memberOf: URIRef
    hasMember: URIRef
    hasBodySite: URIRef
    bodySiteOf: URIRef
    hasManifestation: URIRef
    manifestationOf: URIRef
    hasConsequence: URIRef
    consequenceOf: URIRef
    hasDuration: URIRef
    durationOf: URIRef
    hasCaveat: URIRef
    caveatOf: URIRef
    relieves: URIRef
    relievedBy: URIRef
    occursDuring: URIRef
    circumstanceOf: URIRef
    differentialOf: URIRef
    hasLookAlike: URIRef
    hasDifferential: URIRef
    alternative: URIRef
    distinguishingFeature: URIRef
    sharedFeature: URIRef
    resolvingTest: URIRef
    statementType: URIRef
    status: URIRef
    basis: URIRef
    legibility: URIRef
    evidence: URIRef
    evidenceType: URIRef
    inPassage: URIRef
    chain: URIRef
    about: URIRef
    hasPassage: URIRef
    corrects: URIRef
    # Values
    comparator: URIRef
    limit: URIRef
    upperLimit: URIRef
    unit: URIRef
    printedForm: URIRef
    specimen: URIRef
    value: URIRef
    step: URIRef
    confidence: URIRef
    modality: URIRef
    frequency: URIRef
    severity: URIRef
    rule: URIRef
    text: URIRef
    sourceHash: URIRef
    disclaimer: URIRef
    section: URIRef
    start: URIRef
    end: URIRef
    asWritten: URIRef
    reading: URIRef
    errorKind: URIRef
    reason: URIRef
    # Statement types, status, basis, legibility
    CauseStatement: URIRef
    MechanismStatement: URIRef
    RiskGroupStatement: URIRef
    PredisposingStatement: URIRef
    TestStatement: URIRef
    FindingStatement: URIRef
    ThresholdStatement: URIRef
    DifferentialStatement: URIRef
    DiscriminatorStatement: URIRef
    BodySiteStatement: URIRef
    SynonymStatement: URIRef
    ReliefStatement: URIRef
    DurationStatement: URIRef
    ManifestationStatement: URIRef
    ConsequenceStatement: URIRef
    CaveatStatement: URIRef
    CorrectionStatement: URIRef
    QuarantineStatement: URIRef
    DefinitionStatement: URIRef
    HierarchyStatement: URIRef
    SupportStatement: URIRef
    Affirmed: URIRef
    Denied: URIRef
    Quarantined: URIRef
    StatedInText: URIRef
    CuratorInference: URIRef
    Automatic: URIRef
    Clear: URIRef
    Corrected: URIRef
    Garbled: URIRef


STATEMENT_TYPES: Mapping[str, URIRef] = MappingProxyType(
    {
        word: EG["".join(part.capitalize() for part in word.split("_")) + "Statement"]
        for word in (
            "cause",
            "mechanism",
            "risk_group",
            "predisposing",
            "test",
            "finding",
            "threshold",
            "differential",
            "discriminator",
            "body_site",
            "synonym",
            "relief",
            "duration",
            "manifestation",
            "consequence",
            "caveat",
            "correction",
            "quarantine",
            "definition",
            "hierarchy",
            "support",
        )
    }
)
"""The words of ``etiograph extract`` and the individual each stands for."""

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "eg": str(_TERMS),
        "id": f"{BASE}id/",
        "dcterms": str(DCTERMS),
        "eco": str(ECO),
        "oa": str(OA),
        "owl": str(OWL),
        "prov": str(PROV),
        "rdf": str(RDF),
        "rdfs": str(RDFS),
        "skos": str(SKOS),
        "void": str(VOID),
        "xsd": str(XSD),
    }
)
"""The prefixes every query may use, every page prints and every Turtle answer declares."""
