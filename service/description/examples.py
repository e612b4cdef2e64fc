"""The questions of `queries/` and the prefixes in the words of SHACL by which the SIB editor and others find them."""

from rdflib import OWL, RDF, RDFS, SDO, SH, XSD, Graph, Literal, URIRef

from ontology.iris import Iris
from ontology.terms import PREFIXES
from queries.question import Question, questions
from service.tokens import FORMS, tokens

_OF_FORM = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
    # SHACL has no word of its own for DESCRIBE; this is the one the SIB tools read.
    "DESCRIBE": (SH.SPARQLExecutable, URIRef(f"{SH}describe")),
}


def add_examples(graph: Graph, iris: Iris) -> None:
    """Every question, in the order of the names when ordered by IRI."""
    for question in questions():
        example = iris.thing(f"example/{question.name}")
        kind, relation = _OF_FORM[_form(question)]
        for type_ in {SH.SPARQLExecutable, kind}:
            graph.add((example, RDF.type, type_))
        graph.add((example, RDFS.label, Literal(question.name.replace("-", " "), lang="en")))
        graph.add((example, RDFS.comment, Literal(question.summary, lang="en")))
        graph.add((example, relation, Literal(_query(question))))
        graph.add((example, SH.prefixes, iris.thing("prefixes")))
        for tag in question.tags:
            graph.add((example, SDO.keywords, Literal(tag, lang="en")))


def add_prefixes(graph: Graph, iris: Iris) -> None:
    """The prefixes every query may use."""
    prefixes = iris.thing("prefixes")
    graph.add((prefixes, RDF.type, OWL.Ontology))
    graph.add((prefixes, RDFS.label, Literal("prefixes of this graph", lang="en")))
    for prefix, namespace in PREFIXES.items():
        declaration = iris.thing(f"prefix/{prefix}")
        graph.add((prefixes, SH.declare, declaration))
        graph.add((declaration, SH.prefix, Literal(prefix)))
        graph.add((declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI)))


def _query(question: Question) -> str:
    """The query without its headers, which say what the comment says."""
    return "\n".join(line for line in question.text.strip().splitlines() if not line.startswith("#+"))


def _form(question: Question) -> str:
    return next(word for token in tokens(question.text) if (word := token.text.upper()) in FORMS)
