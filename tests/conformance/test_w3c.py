"""The W3C's tests of SPARQL 1.1 and 1.0, over HTTP on one server: syntax, evaluation, forms of results, updates."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from _pytest.mark import ParameterSet

from tests.conformance.results import FORMATS, Table, expected, graph, of_csv, parsed, same
from tests.conformance.w3c import Case, Data, cases, path_of, quads, triples
from tests.serving import Reply
from tests.writers import UPDATE, Writable

QUERY = "application/sparql-query"
NOTHING = "http://w3c.example/nothing"
CASES = cases()

VALUES = ("dawg-str-1", "dawg-str-2", "sameTerm-simple", "sameTerm-eq", "sameTerm-not-eq")
_NUMBER = "SPARQL 1.1 has no number that ends with a dot"
_STRING = "in RDF 1.1 a plain literal is an xsd:string"
_ESCAPE = "the engine reads \\u escapes in strings and IRIs only"
_VALUE = "the engine keeps literals by their value, so 01 and 1 are one"
KNOWN: dict[str, str] = {
    **dict.fromkeys(("dawg-data-r2/basic/term-6", "dawg-data-r2/basic/term-7"), _NUMBER),
    "dawg-data-r2/syntax-sparql1/syntax-lit-08": _NUMBER,
    **dict.fromkeys(("sparql11/functions/strdt03", "sparql11/functions/strlang03"), _STRING),
    **dict.fromkeys(("dawg-data-r2/distinct/distinct-2", "dawg-data-r2/expr-builtin/dawg-datatype-2"), _STRING),
    **dict.fromkeys((f"dawg-data-r2/syntax-sparql2/syntax-esc-0{n}" for n in (4, 5)), _ESCAPE),
    **dict.fromkeys((f"dawg-data-r2/expr-builtin/{name}" for name in VALUES), _VALUE),
    **dict.fromkeys((f"dawg-data-r2/distinct/distinct-{n}" for n in (1, 9)), _VALUE),
    **dict.fromkeys((f"dawg-data-r2/expr-equals/eq-graph-{n}" for n in (1, 2)), _VALUE),
    "dawg-data-r2/open-world/open-eq-01": _VALUE,
    "dawg-data-r2/open-world/date-2": "dates with and without a timezone are told apart, as XPath 3 has it",
    "dawg-data-r2/syntax-sparql3/syn-bad-26": "the engine ends the token < before an IRI that goes on",
    "dawg-data-r2/optional-filter/dawg-optional-filter-005-simplified": "the other of two readings was approved",
    "sparql11/aggregates/agg-empty-group": "the W3C corrected it later: no solution, no group",
}
"""What is answered otherwise, and why: the engine's faults, and tests that a later standard has overtaken."""


def of_kinds(*kinds: str) -> list[ParameterSet]:
    """The cases of some kinds; those that are known to fail have to."""
    found = [case for case in CASES if case.kind in kinds]
    marks = {
        case.id: [pytest.mark.xfail(reason=KNOWN[case.id], strict=True)] if case.id in KNOWN else [] for case in found
    }
    return [pytest.param(case, id=case.id, marks=marks[case.id]) for case in found] or [
        pytest.param(None, id="none", marks=pytest.mark.requires("w3c"))
    ]


@pytest.fixture(scope="module")
def filled(endpoint: Writable) -> Writable:
    """The server with every file that a query is about, each in a graph of its name."""
    files = {file: file for case in CASES if case.kind in EVALUATION for file in case.before.default}
    named = {name: file for case in CASES if case.kind in EVALUATION for name, file in case.before.named}
    body = ox.serialize(quads(Data(named=tuple({**files, **named}.items()))), format=ox.RdfFormat.N_QUADS)
    assert body
    assert endpoint.send("PUT", "/graphs", body, Content_Type="application/n-quads").status == 204
    return endpoint


def based(case: Case) -> str:
    """The text with the address of its file as the base, which HTTP cannot say."""
    return f"BASE <{case.text}> {path_of(case.text).read_text('utf-8')}"


def ask(to: Writable, case: Case, accept: str) -> Reply:
    named = [name for name, _ in case.before.named]
    graphs = {"default-graph-uri": case.before.default or NOTHING, "named-graph-uri": named}
    parameters = "" if case.names_dataset else urlencode(graphs, doseq=True)
    body = based(case).encode()
    return to.server.ask(f"/sparql?{parameters}", "POST", body, Content_Type=QUERY, Accept=accept)


EVALUATION = ("QueryEvaluationTest", "CSVResultFormatTest")


@pytest.mark.parametrize("case", of_kinds(*EVALUATION))
def test_a_query_has_the_answer_of_the_w3c(filled: Writable, case: Case) -> None:
    assert case.result
    wanted = expected(case.result)
    if isinstance(wanted, ox.Dataset):
        reply = ask(filled, case, "application/n-triples")
        assert reply.status == 200, reply.text
        assert graph(list(ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES))) == wanted
        return
    suffix = path_of(case.result).suffix
    media_type, form = FORMATS.get(suffix, FORMATS[".srj"])
    reply = ask(filled, case, "text/csv" if suffix == ".csv" else media_type)
    assert reply.status == 200, reply.text
    found = of_csv(reply.body) if suffix == ".csv" else parsed(reply.body, form)
    if not isinstance(wanted, Table) or not isinstance(found, Table):
        assert found == wanted
        return
    in_order = (
        bool(re.search(r"order\s+by", path_of(case.text).read_text("utf-8"), re.IGNORECASE)) and "sort" in case.id
    )
    assert same(found, wanted, in_order=in_order, is_lax=case.is_lax), f"{found.rows}\n{wanted.rows}"


@pytest.mark.parametrize(
    "case", of_kinds("PositiveSyntaxTest", "PositiveSyntaxTest11", "NegativeSyntaxTest", "NegativeSyntaxTest11")
)
def test_what_is_a_query_is_told_from_what_is_none(endpoint: Writable, case: Case) -> None:
    reply = endpoint.server.ask("/sparql", "POST", path_of(case.text).read_bytes(), Content_Type=QUERY)
    assert (reply.status == 200) == case.kind.startswith("Positive"), reply.text
    assert reply.status in (200, 400)


@pytest.mark.parametrize(
    "case",
    of_kinds(
        "PositiveUpdateSyntaxTest",
        "PositiveUpdateSyntaxTest11",
        "NegativeUpdateSyntaxTest",
        "NegativeUpdateSyntaxTest11",
    ),
)
def test_what_is_an_update_is_told_from_what_is_none(endpoint: Writable, case: Case) -> None:
    """An update that is understood may still be one that cannot be carried out (409), or that asks others (403)."""
    reply = endpoint.send("POST", "/update", path_of(case.text).read_bytes(), Content_Type=UPDATE)
    assert (reply.status in (204, 409, 403)) == case.kind.startswith("Positive"), reply.text
    assert reply.status in (204, 409, 403, 400)


def beginning(data: Data) -> Iterator[str]:
    """The operations that make a store what it is to be."""
    yield "DROP ALL"
    for name, _ in data.named:
        yield f"CREATE SILENT GRAPH <{name}>"
    for file in data.default:
        yield f"INSERT DATA {{ {' . '.join(map(written, triples(file)))} }}"
    for name, file in data.named:
        yield f"INSERT DATA {{ GRAPH <{name}> {{ {' . '.join(map(written, triples(file)))} }} }}"


def written(quad: ox.Quad) -> str:
    return f"{quad.subject} {quad.predicate} {quad.object}"


@pytest.mark.parametrize("case", of_kinds("UpdateEvaluationTest"))
def test_an_update_leaves_what_the_w3c_says(endpoint: Writable, case: Case) -> None:
    text = " ; ".join((*beginning(case.before), based(case)))
    assert endpoint.send("POST", "/update", text, Content_Type=UPDATE).status == 204
    body = endpoint.send("GET", "/graphs", Accept="application/n-quads").body
    assert graph(list(ox.parse(body, format=ox.RdfFormat.N_QUADS))) == graph(list(quads(case.after)))
