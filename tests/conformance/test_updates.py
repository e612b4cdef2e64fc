"""What each operation of SPARQL 1.1 Update does to a graph store (sections 3.1 and 3.2)."""

import pyoxigraph as ox
import pytest

from tests.writers import UPDATE, Writable

PREFIX = "PREFIX : <http://example.org/> "
BEFORE = ":s :p :o ; :q 1 . GRAPH :g { :s :p :in-g . :t :q 2 } GRAPH :h { :s :p :in-h }"
# ruff: noqa: E501, ISC004 -- tables
# fmt: off
AFTER: dict[str, tuple[str, str]] = {
    "INSERT DATA": ("INSERT DATA { :n :p 'é\\n' . GRAPH :new { :n :p _:b . _:b :p :n } }",
                    BEFORE + ":n :p 'é\\n' . GRAPH :new { :n :p _:b . _:b :p :n }"),
    "INSERT DATA of what is there": ("INSERT DATA { :s :p :o }", BEFORE),
    "DELETE DATA": ("DELETE DATA { :s :p :o . GRAPH :g { :t :q 2 } }",
                    ":s :q 1 . GRAPH :g { :s :p :in-g } GRAPH :h { :s :p :in-h }"),
    "DELETE DATA of what is not there": ("DELETE DATA { :s :p :in-g . GRAPH :none { :a :b :c } }", BEFORE),
    "DELETE WHERE": ("DELETE WHERE { ?x :p ?y . GRAPH :g { ?x :p ?z } }",
                     ":s :q 1 . GRAPH :g { :t :q 2 } GRAPH :h { :s :p :in-h }"),
    "DELETE WHERE of any graph": ("DELETE WHERE { GRAPH ?g { ?x :p ?y } }", ":s :p :o ; :q 1 . GRAPH :g { :t :q 2 }"),
    "DELETE INSERT": ("DELETE { ?x :p ?y } INSERT { ?y :was ?x . GRAPH :log { ?x :lost ?y } } WHERE { ?x :p ?y }",
                      ":s :q 1 . :o :was :s . GRAPH :log { :s :lost :o } GRAPH :g { :s :p :in-g . :t :q 2 } "
                      "GRAPH :h { :s :p :in-h }"),
    "INSERT with a fresh blank node for each solution": (
        "INSERT { _:x :of ?v } WHERE { VALUES ?v { 1 2 } }", BEFORE + "_:x :of 1 . _:y :of 2 ."),
    "a template with an unbound variable writes nothing": (
        "INSERT { :n :p ?z . :n :q ?x } WHERE { ?x :q 1 OPTIONAL { ?x :none ?z } }", BEFORE + ":n :q :s ."),
    "a literal cannot become a subject": ("INSERT { ?y :p :n } WHERE { ?x :q ?y }", BEFORE),
    "deleted before inserted": ("DELETE { ?x ?p ?y } INSERT { ?x ?p ?y } WHERE { ?x ?p ?y }", BEFORE),
    "WITH": ("WITH :g DELETE { ?x :p ?y } INSERT { ?x :r ?y } WHERE { ?x :p ?y }",
             ":s :p :o ; :q 1 . GRAPH :g { :s :r :in-g . :t :q 2 } GRAPH :h { :s :p :in-h }"),
    "GRAPH within WITH": ("WITH :g INSERT { GRAPH :h { ?x :q ?y } } WHERE { ?x :q ?y }", BEFORE + "GRAPH :h { :t :q 2 }"),
    "USING": ("INSERT { ?x :found ?y } USING :g USING :h WHERE { ?x :p ?y }", BEFORE + ":s :found :in-g , :in-h ."),
    "USING hides named graphs": ("INSERT { ?x :found ?y } USING :g WHERE { GRAPH ?g { ?x :p ?y } }", BEFORE),
    "USING NAMED": ("INSERT { ?g :found ?y } USING NAMED :h WHERE { GRAPH ?g { ?x :p ?y } }", BEFORE + ":h :found :in-h ."),
    "USING before WITH": ("WITH :g INSERT { :n :found ?y } USING :h WHERE { ?x :p ?y }",
                          BEFORE + "GRAPH :g { :n :found :in-h }"),
    "CREATE": ("CREATE GRAPH :new", BEFORE),
    "CREATE SILENT": ("CREATE SILENT GRAPH :g", BEFORE),
    "CLEAR GRAPH": ("CLEAR GRAPH :g", ":s :p :o ; :q 1 . GRAPH :h { :s :p :in-h }"),
    "CLEAR SILENT": ("CLEAR SILENT GRAPH :none", BEFORE),
    "CLEAR DEFAULT": ("CLEAR DEFAULT", "GRAPH :g { :s :p :in-g . :t :q 2 } GRAPH :h { :s :p :in-h }"),
    "CLEAR NAMED": ("CLEAR NAMED", ":s :p :o ; :q 1 ."),
    "CLEAR ALL": ("CLEAR ALL", ""),
    "DROP GRAPH": ("DROP GRAPH :g", ":s :p :o ; :q 1 . GRAPH :h { :s :p :in-h }"),
    "DROP SILENT": ("DROP SILENT GRAPH :none", BEFORE),
    "DROP DEFAULT": ("DROP DEFAULT", "GRAPH :g { :s :p :in-g . :t :q 2 } GRAPH :h { :s :p :in-h }"),
    "DROP NAMED": ("DROP NAMED", ":s :p :o ; :q 1 ."),
    "DROP ALL": ("DROP ALL", ""),
    "ADD": ("ADD :g TO :h", BEFORE + "GRAPH :h { :s :p :in-g . :t :q 2 }"),
    "ADD from the default graph": ("ADD DEFAULT TO :h", BEFORE + "GRAPH :h { :s :p :o ; :q 1 }"),
    "ADD to itself": ("ADD :g TO :g", BEFORE),
    "ADD SILENT": ("ADD SILENT :none TO :h", BEFORE),
    "COPY": ("COPY :g TO :h", ":s :p :o ; :q 1 . GRAPH :g { :s :p :in-g . :t :q 2 } GRAPH :h { :s :p :in-g . :t :q 2 }"),
    "COPY to the default graph": ("COPY GRAPH :h TO DEFAULT",
                                  ":s :p :in-h . GRAPH :g { :s :p :in-g . :t :q 2 } GRAPH :h { :s :p :in-h }"),
    "COPY to itself": ("COPY :g TO :g", BEFORE),
    "COPY SILENT": ("COPY SILENT :none TO :h", ":s :p :o ; :q 1 . GRAPH :g { :s :p :in-g . :t :q 2 }"),
    "MOVE": ("MOVE :g TO :h", ":s :p :o ; :q 1 . GRAPH :h { :s :p :in-g . :t :q 2 }"),
    "MOVE the default graph": ("MOVE DEFAULT TO :new", "GRAPH :new { :s :p :o ; :q 1 } GRAPH :g { :s :p :in-g . "
                               ":t :q 2 } GRAPH :h { :s :p :in-h }"),
    "MOVE to itself": ("MOVE :g TO :g", BEFORE),
    "MOVE SILENT": ("MOVE SILENT :none TO :h", ":s :p :o ; :q 1 . GRAPH :g { :s :p :in-g . :t :q 2 }"),
    "LOAD SILENT": ("LOAD SILENT <unknown:address> INTO GRAPH :g", BEFORE),
    "one operation sees what those before it did": (
        "INSERT DATA { :n :step 1 } ; INSERT { :n :step 2 } WHERE { :n :step 1 } ; DELETE WHERE { :n :step 1 }",
        BEFORE + ":n :step 2 ."),
    "prologues between operations": (
        "INSERT DATA { :n :p 1 } ; PREFIX : <http://example.com/> BASE <http://example.net/> INSERT DATA { <n> :p 2 } ;",
        BEFORE + ":n :p 1 . <http://example.net/n> <http://example.com/p> 2 ."),
    "relative IRIs stand below the address": ("DELETE DATA { <a> <b> <c> }", BEFORE),
    "an aggregate in a subquery": (
        "INSERT { :n :count ?n } WHERE { SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } }", BEFORE + ":n :count 3 ."),
    "a path": ("INSERT { ?x :reaches ?y } WHERE { ?x (:p|:q)+ ?y }", BEFORE + ":s :reaches :o , 1 ."),
}
FAILS = {
    "CREATE of a graph that exists": "CREATE GRAPH :g",
    "CLEAR of no graph": "CLEAR GRAPH :none",
    "DROP of no graph": "DROP GRAPH :none",
    "a later operation": "CLEAR ALL ; INSERT DATA { :a :b :c } ; CREATE GRAPH :g2 ; CREATE GRAPH :g2",
}
NOT_SPARQL = {
    "a variable in data": "INSERT DATA { :s :p ?o }",
    "a blank node in DELETE DATA": "DELETE DATA { :s :p _:b }",
    "a blank node in DELETE WHERE": "DELETE WHERE { :s :p _:b }",
    "a blank node in a DELETE template": "DELETE { ?s :p [] } WHERE { ?s :p ?o }",
    "a graph in a graph": "INSERT DATA { GRAPH :g { GRAPH :h { :s :p :o } } }",
    "no semicolon": "CLEAR ALL CLEAR ALL",
    "two semicolons": "CLEAR ALL ; ; CLEAR ALL",
    "the same blank node in two operations": "INSERT DATA { _:b :p 1 } ; INSERT DATA { _:b :p 2 }",
    "WITH without anything": "WITH :g WHERE { ?s ?p ?o }",
}
# fmt: on


def quads(turtle: str) -> ox.Dataset:
    """Quads as a value; blank nodes by what is said of them."""
    found = ox.Dataset(ox.parse(f"@prefix : <http://example.org/> . {turtle}", format=ox.RdfFormat.TRIG))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def beginning() -> str:
    """The update that makes the store what it is before each case."""
    data = " ".join(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in quads(BEFORE) if not is_named(quad))
    named = " ".join(
        f"GRAPH {quad.graph_name} {{ {quad.subject} {quad.predicate} {quad.object} }}"
        for quad in quads(BEFORE)
        if is_named(quad)
    )
    return f"DROP ALL ; INSERT DATA {{ {data} {named} }}"


def is_named(quad: ox.Quad) -> bool:
    return isinstance(quad.graph_name, ox.NamedNode)


def send(endpoint: Writable, update: str) -> int:
    return endpoint.send("POST", "/update", PREFIX + update, Content_Type=UPDATE).status


def held(endpoint: Writable) -> ox.Dataset:
    body = endpoint.send("GET", "/graphs", Accept="application/n-quads").body
    found = ox.Dataset(ox.parse(body, format=ox.RdfFormat.N_QUADS))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


@pytest.mark.parametrize("case", AFTER)
def test_an_operation_does_what_the_standard_says(endpoint: Writable, case: str) -> None:
    update, after = AFTER[case]
    assert send(endpoint, f"{beginning()} ; {update}") == 204
    assert held(endpoint) == quads(after)


def test_what_fails_or_is_not_sparql_changes_nothing(endpoint: Writable) -> None:
    assert send(endpoint, beginning()) == 204
    before = endpoint.snapshot
    assert {case: send(endpoint, update) for case, update in FAILS.items()} == dict.fromkeys(FAILS, 409)
    assert {case: send(endpoint, update) for case, update in NOT_SPARQL.items()} == dict.fromkeys(NOT_SPARQL, 400)
    assert endpoint.snapshot == before


def test_an_empty_graph_is_there_until_it_is_dropped(endpoint: Writable) -> None:
    assert send(endpoint, "DROP ALL ; CREATE GRAPH :empty") == 204
    assert endpoint.holds("GRAPH <http://example.org/empty> {}")
    assert send(endpoint, "CLEAR GRAPH :empty") == 204
    assert endpoint.holds("GRAPH ?g {}")
    assert send(endpoint, "DROP GRAPH :empty") == 204
    assert not endpoint.holds("GRAPH ?g {}")
