"""What a change has written is told by the change itself: all of it, and little more."""

import io
from typing import Literal

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.errors import MalformedQuery
from service.rewriting import MENDED
from service.store.dataset import DEFAULT, is_trusted, quad
from service.store.departures import Departures
from service.store.difference import changes, graph_name, written
from service.store.draft import Draft
from service.store.manifest import Manifest
from service.store.sources import Sources, statements_of
from service.tokens import Limits
from service.writing.access import DEFAULT_GRAPH, Access
from service.writing.application import Rules, applied
from service.writing.change import Change, GraphWrite, Part, Update
from service.writing.traces import ALL_ANEW, ANYTHING, DEFAULT_ANEW, Written

RULES = Rules(Limits(100_000, 100), "http://example.org/inferred/", MENDED)
BASE = "http://example.org/"
PREFIX = f"PREFIX : <{BASE}> "
N = ox.Triple(*(ox.NamedNode(f"{BASE}{name}") for name in "npm"))
BEFORE = """
:a :p :b ; :q 1.0 . :b :p :c . :c :q "x"@en .
GRAPH :g { :a :p :b . :g :p 2 } GRAPH :h { :h :p :g . [] :q :a } GRAPH _:n { :a :p :c }
"""


def filled() -> ox.Store:
    store = ox.Store()
    store.load(f"{PREFIX} {BEFORE}", ox.RdfFormat.TRIG)
    return store


def copied(store: ox.Store) -> ox.Store:
    copy = ox.Store()
    copy.extend(store)
    return copy


def update(store: ox.Store, text: str) -> Written:
    change = Change(Update(BASE), Access("admin"))
    return applied(store, change, io.BytesIO(f"{PREFIX} {text}".encode()), RULES).written


def written_in(former: ox.Store, present: ox.Store) -> Written:
    """What has been written, found by comparing everything."""
    named = {*former.named_graphs(), *present.named_graphs()}
    differing = {graph for graph in named if any(changes(former, present, graph))}
    appeared = {*former.named_graphs()} ^ {*present.named_graphs()}
    default = (change.statement for change in changes(former, present, ox.DefaultGraph()))
    return Written(frozenset(map(written, differing | appeared)), frozenset(default))


def covers(told: Written, real: Written) -> bool:
    pairs = ((told.graphs, real.graphs), (told.default, real.default))
    return all(one is None or (other is not None and one >= other) for one, other in pairs)


def canonical(store: ox.Store) -> ox.Dataset:
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


resources = st.sampled_from([":a", ":b", ":c", ":g", "<a>"])
variables = st.sampled_from(["?x", "?y", "?z", "?none"])
values = st.sampled_from(["1.0", "'x'@en", "2", ":a", ":b", "<b#c>", '"GRAPH { . }"', "<<( :a :p :b )>>"])
predicates = st.sampled_from([":p", ":q", "a"])
graphs = st.sampled_from([":g", ":h", ":new", "<g>"])


def triples(ends: st.SearchStrategy[str], *objects: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = st.builds("{} {} {}".format, ends, predicates, st.one_of(ends, *objects))
    return st.lists(one, max_size=2).map(" . ".join)


def quads(inner: st.SearchStrategy[str], names: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Triples before, in and after the graphs, with full stops where they may be, or none."""
    block = st.builds("GRAPH {} {{ {} }}{}".format, names, inner, st.sampled_from(["", " . ", "\n"]))
    return st.builds(
        lambda first, blocks, last: f"{{ {first} {blocks} {last} }}",
        inner,
        st.lists(block, max_size=2).map(" ".join),
        st.sampled_from(["", ". "]).flatmap(
            lambda stop: inner.map(lambda text: text and f"# GRAPH {{ \n{text} {stop}")
        ),
    )


data, stated = quads(triples(resources, values), graphs), triples(resources, values)
fresh = triples(resources, values, st.sampled_from(["_:b", "[]", "[ :p 3 ]", "( 1 )", "_:c"]))
templates = triples(st.one_of(resources, variables), values)
new_templates = triples(st.one_of(resources, variables), values, st.sampled_from(["_:b", "[]", "_:c"]))
names = st.one_of(graphs, variables)
patterns = st.sampled_from(
    [
        "{ ?x :p ?y }", "{ GRAPH ?x { ?y :p ?z } }", "{ ?x ?y ?z }", "{}", "{ ?x :q ?y FILTER (isLiteral(?y)) }",
        "{ GRAPH ?y { ?x ?none ?z } OPTIONAL { ?x :q ?none } }", "{ { SELECT ?x { ?x :p ?y } LIMIT 1 } }",
        "{ VALUES ?x { :a :g } BIND(BNODE() AS ?y) BIND(BNODE('same') AS ?z) }",
    ]
)  # fmt: skip
reference = st.one_of(st.just("DEFAULT"), graphs)
operations = st.one_of(
    st.builds("INSERT DATA {}".format, quads(fresh, graphs)),
    st.builds("DELETE DATA {}".format, data),
    st.builds("DELETE WHERE {}".format, quads(templates, names)),
    st.builds(
        "{}DELETE {} INSERT {} {}WHERE {}".format,
        st.one_of(st.just(""), graphs.map("WITH {} ".format)),
        quads(templates, names),
        quads(new_templates, names),
        st.one_of(st.just(""), graphs.map("USING {} ".format)),
        patterns,
    ),
    st.builds("INSERT {} WHERE {}".format, quads(new_templates, names), patterns),
    st.builds("DELETE {} WHERE {}".format, quads(templates, names), patterns),
    st.builds("{} SILENT {} TO {}".format, st.sampled_from(["ADD", "COPY", "MOVE"]), reference, reference),
    st.builds("{} SILENT {}".format, st.sampled_from(["CLEAR", "DROP"]), st.sampled_from(["DEFAULT", "NAMED", "ALL"])),
    st.builds("{} SILENT GRAPH {}".format, st.sampled_from(["CLEAR", "DROP", "CREATE"]), graphs),
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return Sources(tmp_path_factory.mktemp("traces") / "sources")


@example(text="ADD :g TO <g>")
@example(text="INSERT DATA { :a :p :a } ; DELETE WHERE { :a :p :a GRAPH :new { } }")
@example(text="ADD :g TO <x> ; ADD SILENT GRAPH :g TO DEFAULT")
@example(text="ADD DEFAULT TO DEFAULT")
@given(text=st.lists(operations, min_size=1, max_size=3).map(" ; ".join))
@settings(deadline=None, max_examples=60)
def test_an_update_does_what_it_says_and_tells_all_it_has_written(sources: Sources, text: str) -> None:
    former = filled()
    present, plain = copied(former), copied(former)
    try:
        plain.update(f"{PREFIX} {text}", base_iri=BASE)
    except SyntaxError:
        with pytest.raises(MalformedQuery):
            update(present, text)
        return
    told = update(present, text)
    assert canonical(present) == canonical(plain)
    assert covers(told, written_in(former, present))
    for written_down in (told, ANYTHING):
        assert meant(manifest(former, present, sources, written_down), sources) == sorted(map(str, present))


def manifest(former: ox.Store, present: ox.Store, sources: Sources, told: Written) -> Manifest:
    """The manifest of a store that has been changed, with nothing looked at but what is told."""
    begun = Draft(former, ox.Store(), Manifest(), sources).finished()
    assert meant(begun, sources) == sorted(map(str, former))
    draft = Draft(present, former, begun, sources)
    draft.touched(told.graphs, told.default)
    if told.is_default_anew:
        draft.anew()
    return draft.finished()


def meant(manifest: Manifest, sources: Sources) -> list[str]:
    """What a store says that stands on a manifest."""
    store, beyond = ox.Store(), Departures(sources, manifest.beyond).statements
    for name, source in manifest.graphs.items():
        graph = graph_name(name)
        statements = [*statements_of(sources.read(source.sha256))]
        store.extend(quad(each, graph) for each in statements)
        if is_trusted(graph) and name not in manifest.apart:
            store.extend(quad(each, DEFAULT) for each in statements)
    for each in Departures(sources, manifest.withheld).statements:
        store.remove(quad(each, DEFAULT))
    assert not any(quad(each, DEFAULT) in store for each in beyond)
    store.extend(quad(each, DEFAULT) for each in beyond)
    assert manifest.statements - len(beyond) == sum(each.statements for each in manifest.graphs.values())
    return sorted(map(str, store))


def test_what_is_another_each_time_it_is_asked_for_is_told_as_it_was_written() -> None:
    former = filled()
    present = copied(former)
    told = update(
        present, "INSERT { ?u :of ?x . GRAPH ?u { ?u :of _:b . ?x :of _:b } } WHERE { ?x :p ?y BIND(UUID() AS ?u) }"
    )
    assert told == written_in(former, present)


TOLD: dict[str, tuple[str, str]] = {
    "INSERT DATA { :n :p 'é' . GRAPH :x { :n :p 1 } . :m :p _:b }": ("x", ":n :p 'é' . :m :p _:b"),
    "DELETE DATA { :a :p :b . :a :none :b }": ("", ":a :p :b . :a :none :b"),
    "DELETE WHERE { ?x :p ?y }": ("", ":a :p :b . :b :p :c"),
    "DELETE WHERE { GRAPH ?g { ?x :p ?y } }": ("gh", ""),
    "DELETE { ?x :p ?y } INSERT { ?y :was ?x } WHERE { ?x :p ?y }": (
        "",
        ":a :p :b . :b :p :c . :b :was :a . :c :was :b",
    ),
    "WITH :x INSERT { ?x :p ?y . GRAPH ?x { ?x :p ?y } } USING :g WHERE { ?x :p :b, ?y }": ("ax", ""),
    "INSERT { GRAPH ?x { :s :p ?y } } WHERE { ?x :p ?y }": ("ab", ""),
    "BASE <http://example.org/> INSERT DATA { GRAPH <x> { <a> <b> <c> } }": ("x", ""),
    "INSERT DATA { :n :p 1 } ; DELETE WHERE { ?s ?p 1 } ; CREATE GRAPH :x": ("x", ":n :p 1"),
    "INSERT { ?x :p :n } WHERE { ?x :none ?y } ; CLEAR GRAPH :g": ("g", ""),
}  # fmt: skip


@pytest.mark.parametrize("text", TOLD)
def test_an_update_of_the_default_graph_or_of_any_graph_tells_what_it_has_written(text: str) -> None:
    named, default = TOLD[text]
    expected = ox.Store()
    expected.update(f"{PREFIX} INSERT DATA {{ {default} }}")
    present = ox.Store()
    present.load(f"{PREFIX} {BEFORE}".replace("GRAPH _:n { :a :p :c }", ""), ox.RdfFormat.TRIG)
    told = update(present, text)
    assert set(told.graphs or ()) == {f"{BASE}{name}" for name in named}
    assert told.default is not None
    assert canonical(stored(told.default)) == canonical(expected)


def stored(statements: frozenset[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(*statement) for statement in statements)
    return store


@pytest.mark.parametrize("text", ["INSERT DATA { :a :p [] }", "INSERT DATA { :a :p (1) }"])
def test_what_leaves_no_trace_may_have_written_anything_in_the_default_graph(text: str) -> None:
    assert update(filled(), text) == Written(frozenset(), None)


EMPTIED = {
    "CLEAR DEFAULT": DEFAULT_ANEW,
    "drop silent default": DEFAULT_ANEW,
    "COPY :g TO DEFAULT": DEFAULT_ANEW,
    "MOVE GRAPH :g TO DEFAULT": Written(frozenset([f"{BASE}g"]), None, is_default_anew=True),
    "MOVE DEFAULT TO :x": Written(frozenset([f"{BASE}x"]), None, is_default_anew=True),
    "CLEAR ALL": ALL_ANEW,
    "DROP SILENT ALL ; INSERT DATA { :n :p :m }": ALL_ANEW,
}


@pytest.mark.parametrize("text", EMPTIED)
def test_a_default_graph_that_was_emptied_is_read_anew(sources: Sources, text: str) -> None:
    former = filled()
    present = copied(former)
    told = update(present, text)
    assert told == EMPTIED[text]
    after = manifest(former, present, sources, told)
    assert meant(after, sources) == sorted(map(str, present))
    assert not after.withheld


def test_a_change_writes_down_no_more_than_itself(sources: Sources) -> None:
    store = ox.Store()
    store.update(f"{PREFIX} INSERT DATA {{ {' '.join(f':a :p {n} . GRAPH :g {{ :b :p {n} }}' for n in range(200))} }}")
    known = Draft(store, ox.Store(), Manifest(), sources).finished()
    assert (known.apart, known.withheld, known.statements) == (frozenset([f"{BASE}g"]), (), 400)
    for number in range(100):
        former, new = copied(store), list[str]()
        text = (
            f"INSERT DATA {{ :a :p {number + 300} . GRAPH :h {{ :c :p {number} }} }} ; DELETE DATA {{ :a :p {number} }}"
        )
        told = update(store, text)
        draft = Draft(store, former, known, sources, new)
        draft.touched(told.graphs, told.default)
        known = draft.finished()
        assert known.apart == {f"{BASE}g", f"{BASE}h"}
    assert meant(known, sources) == sorted(map(str, store))
    assert len(known.beyond) < 10


def test_a_long_trace_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.writing.traces._MOST", 1)
    assert update(filled(), "DELETE WHERE { ?x :p ?y }").default is None
    assert update(filled(), "DELETE WHERE { ?x :q 1.0 }").default is not None


def test_a_fault_among_operations_that_are_right_alone_is_told() -> None:
    with pytest.raises(MalformedQuery):
        update(filled(), "INSERT DATA { _:b :p 1 } ; INSERT DATA { _:b :p 2 }")


@pytest.mark.parametrize(
    ("write", "body", "expected"),
    [
        (("POST", DEFAULT_GRAPH, False), ":n :p :m .", Written(default=frozenset([N]))),
        (("POST", None, True), "GRAPH :g { :n :p 1 } :n :p :m .", Written(frozenset([f"{BASE}g"]), frozenset([N]))),
        (("PUT", f"{BASE}g", False), ":n :p :m .", Written(frozenset([f"{BASE}g"]))),
        (("PUT", DEFAULT_GRAPH, False), ":n :p :m .", DEFAULT_ANEW),
        (("PUT", None, True), ":n :p :m .", ALL_ANEW),
    ],
)
def test_a_write_to_a_graph_tells_what_it_has_written(
    write: tuple[Literal["POST", "PUT"], str | None, bool], body: str, expected: Written
) -> None:
    (method, graph, whole), text = write, f"{PREFIX} {body}".encode()
    part = Part("application/trig" if whole else "text/turtle", len(text))
    content = GraphWrite(method, graph, BASE, (part,), whole)
    former = filled()
    present = copied(former)
    assert applied(present, Change(content, Access("admin")), io.BytesIO(text), RULES).written == expected
    assert covers(expected, written_in(former, present))
