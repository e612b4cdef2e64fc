"""What another service is asked: what fits the solutions before its clause, or all where that would not be the same."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.errors import FederationFailed, RefusedQuery
from service.federation.bindings import Narrowing
from service.federation.clauses import clauses
from service.federation.rewriting import answered
from service.federation.transport import Rules
from service.rewriting.edits import Edit, meaningful
from service.tokens import Limits, admitted, nesting
from tests import drawn
from tests.others import PREFIX, Endpoint, Other, answers, listening, many, narrowed, over, store

NEAR = """
    :a :same :m1, :m2 . :b :same :m3 . :a :partly :m1 . :b :kind :n . :c :kind :n . :c :partly :o .
    :a :mixed :m1 . :b :mixed "m" . :a :blank _:m . :a :dotted <http://e/a/../m> . :a :said "m1", "m2"@en, 1 .
    :a :foreign <urn:etiograph:blank:1:61> .
"""
FAR = ':m1 :name "one" ; :is :m2 . :m2 :name "two" . :m3 :name "three" . :m4 :name "four" ; :is :m1 .'


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    with listening(Endpoint) as server:
        yield server


@pytest.fixture
def far(other: Other) -> Other:
    other.store = store(FAR)
    other.asked.clear()
    return other


@pytest.fixture(scope="module")
def rules(other: Other) -> Rules:
    return Rules((other.url,))


# What is asked of the other service

NAMED = "SERVICE <FAR> { ?m :name ?l }"
ALL = ":m1 :m2 :m3"
NARROWED = [
    (f"?x :same ?m . {NAMED}", ALL),
    ("?x :same ?m . SERVICE SILENT <FAR> { ?m :name ?l } ?l ?p ?q", ALL),
    (f"?x :same ?m FILTER(?m != :m1) {NAMED}", ":m2 :m3"),
    (f"FILTER(STR(?m) != 'x:m1') ?x :same ?m . {NAMED}", ":m2 :m3"),
    (f"?x :same ?m FILTER(?l != 'two' || ?m = :m1) {NAMED}", ALL),
    (f"?x :same ?m FILTER(!BOUND(?l)) {NAMED}", ALL),
    (f"?x :same ?m FILTER NOT EXISTS {{ ?x :kind ?k }} {NAMED}", ALL),
    (f"?x :same ?m FILTER NOT EXISTS {{ ?x :partly ?m }} {NAMED}", ALL),
    (f"?x :same ?m FILTER(STR(?m)<?l&&?l>'a') {NAMED}", ALL),
    (f"?x :same ?m FILTER(STR(?m)<$l&&$l>'a') {NAMED}", ALL),
    (f"?x :same ?m . OPTIONAL {{ {NAMED} }}", ALL),
    (f"?x :same ?m . OPTIONAL {{ ?x :kind ?k . {NAMED} FILTER(?x != ?l) }}", ":m3"),
    (f":a :same ?m . OPTIONAL {{ ?y :kind ?k OPTIONAL {{ ?y :same ?m . {NAMED} }} }}", ":m3"),
    (f":a :same ?m . MINUS {{ ?y :kind ?k OPTIONAL {{ {{ ?y :same ?m . {NAMED} }} }} }}", ":m3"),
    (f"?x :same ?m . MINUS {{ {NAMED} }}", ALL),
    (f"?x :same ?m . {{ {{ {NAMED} }} }}", ALL),
    (f"?x :same ?m . {{ ?x :kind ?k }} UNION {{ ?x :partly ?m . {NAMED} }}", ":m1"),
    (f"?x :same ?m . MINUS {{ ?x :kind ?k }} {NAMED}", ":m1 :m2"),
    (f"{{ SELECT ?m {{ ?x :same ?m }} ORDER BY ?m LIMIT 2 }} {NAMED}", ":m1 :m2"),
    (f"{{ SELECT ?m ?l {{ ?x :same ?m . {NAMED} }} LIMIT 1 }}", ALL),
    (f"?y :kind ?k . {{ SELECT ?m ?l {{ ?x :partly ?m . {NAMED} }} }}", ":m1 :o"),
    (f"VALUES ?x {{ :b }} ?x :same ?m . BIND(?x AS ?y) {NAMED}", ":m3"),
    (f"BIND(:m2 AS ?m) {NAMED}", ":m2"),
    (f"?x :same/:nothing? ?m . # }} {{ SERVICE <FAR> {{\n {NAMED}", ALL),
    ("?x :said ?s ; :same ?m . SERVICE <FAR> { ?m :name ?s }", ":m1 :m2"),
    ("?x :kind ?k OPTIONAL { ?x :same ?m2 } ?x :kind|:partly ?m . SERVICE <FAR> { ?m :is ?m2 }", ":n :o"),
    ("?x :same ?m . SERVICE <FAR> { SELECT ?m (COUNT(*) AS ?n) { ?m :name ?l } GROUP BY ?m }", ALL),
    ("?x :same ?m . SERVICE <FAR> { { ?m :name ?l } UNION { ?m :is ?l } }", ALL),
    ("?x :same ?m . SERVICE <FAR> { { ?m :name ?l } UNION { ?x :is ?m } }", ALL),
    (f"{{ ?x :same ?m }} UNION {{ ?m :kind :n }} {NAMED}", f":b :c {ALL}"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "values"), NARROWED)
def test_the_other_is_asked_for_what_fits(far: Other, rules: Rules, pattern: str, values: str) -> None:
    here, query = store(NEAR), f"{PREFIX}SELECT * {{ {pattern} }}".replace("<FAR>", f"<{far.url}>")
    found = answered(query, rules, lambda text, seconds: over(here, text))
    (sent,) = far.asked
    assert narrowed(sent) == set(values.split())
    assert answers(here, found) == answers(here, answered(query, rules))


AS_THEY_ARE = [
    f"{NAMED} ?x :same ?m .",
    f"?x :same ?n . {NAMED}",
    f"?x :mixed ?m . {NAMED}",
    f"?x :blank ?m . {NAMED}",
    f"?x :said ?m . {NAMED}",
    f"?x :dotted ?m . {NAMED}",
    f"?x :foreign ?m . {NAMED}",
    f"?x :kind ?k . OPTIONAL {{ ?x :same ?m }} {NAMED}",
    f"?x :same ?y . FILTER(?m != 1) MINUS {{ ?x :kind ?m }} {NAMED}",
    f"?x :same ?m . {{ SELECT ?l {{ {NAMED} }} }}",
    f"?x :same ?m . GRAPH ?g {{ {NAMED} }}",
    f"?x :same ?m . FILTER EXISTS {{ {NAMED} }}",
    f"?x :same ?m . FILTER(?x = :a || EXISTS {{ {NAMED} }})",
    f"?x :same ?m . LATERAL {{ {NAMED} }}",
    f"?x :same ?n . BIND(IF(RAND() < 2, ?n, :m1) AS ?m) {NAMED}",
    f"BIND(UUID() AS ?m) {NAMED}",
    f"?x :same ?m FILTER(?m != '\\u0041') {NAMED}",
    "?x :same ?m . SERVICE <FAR> { ?y :name ?l FILTER(?l != ?m) }",
    "?x :same ?m . SERVICE <FAR> { ?y :name ?l OPTIONAL { ?y :is ?m } }",
    "?x :same ?m . SERVICE <FAR> { ?y :name ?l MINUS { ?y :is ?m } }",
    "?x :same ?m . SERVICE <FAR> { { ?y :name ?l } UNION { ?y :is ?m } }",
    "?x :same ?m . SERVICE <FAR> { SELECT ?l { ?m :name ?l } }",
    "?x :same ?m . SERVICE <FAR> { VALUES (?m ?l) { (UNDEF 'two') } }",
    "?x :same ?m . SERVICE <FAR> { :m1 :name ?l BIND(:m1 AS ?m) }",
]


@pytest.mark.parametrize("pattern", AS_THEY_ARE)
def test_what_cannot_be_narrowed_is_asked_as_it_is(far: Other, rules: Rules, pattern: str) -> None:
    here, query = store(NEAR), f"{PREFIX}SELECT * {{ {pattern} }}".replace("<FAR>", f"<{far.url}>")
    found = answered(query, rules, lambda text, seconds: over(here, text))
    assert found == answered(query, rules)
    first, second = far.asked
    assert first == second


@pytest.mark.parametrize(
    ("form", "tail"),
    [
        ("SELECT ?l", "GROUP BY ?l HAVING (COUNT(*) > 0) ORDER BY ?l LIMIT 1"),
        ("SELECT (STR(?l) AS ?t) FROM <x:g> FROM NAMED <x:h> # WHERE {\n WHERE", ""),
        ("ASK", "VALUES ?m { :m1 }"),
        ("CONSTRUCT { ?m :called [ :name ?l ] } FROM <x:g>", ""),
        ("DESCRIBE ?m ?l WHERE", ""),
        ("BASE <http://e/> PREFIX e: <rel#> SELECT DISTINCT * WHERE", ""),
    ],
)
def test_every_form_of_query_is_narrowed_on_its_own_dataset(far: Other, rules: Rules, form: str, tail: str) -> None:
    """The store has the same in every graph, so that the question must be SPARQL and about the graphs of the query."""
    here = store(NEAR)
    here.update(f"{PREFIX}INSERT {{ GRAPH <x:g> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }} ; DELETE WHERE {{ :a ?p ?o }}")
    query = f"{PREFIX}{form} {{ ?x :same ?m . SERVICE <{far.url}> {{ ?m :name ?l }} }} {tail}"
    found = answered(query, rules, lambda text, seconds: over(here, text))
    here.query(found)
    assert narrowed(far.asked[0]) == set((ALL if "FROM" in form else ":m3").split())


EMPTY = [
    f"?x :nothing ?m . {NAMED}",
    "?x :nothing ?m . SERVICE SILENT <FAR> { ?m :name ?l }",
    f"?x :same ?m FILTER(?m = :m4) OPTIONAL {{ {NAMED} }}",
    f"?x :nothing ?m . {{ {NAMED} }} UNION {{ SERVICE <FAR> {{ ?m :is ?l OPTIONAL {{ ?l :name ?o }} }} }}",
    f"?x :nothing ?m . MINUS {{ {NAMED} }}",
]


@pytest.mark.parametrize("pattern", EMPTY)
def test_nobody_is_asked_where_nothing_could_fit(far: Other, rules: Rules, pattern: str) -> None:
    here, query = store(NEAR), f"{PREFIX}SELECT * {{ {pattern} }}".replace("<FAR>", f"<{far.url}>")
    found = answered(query, rules, lambda text, seconds: over(here, text))
    assert far.asked == []
    assert not answers(here, found)
    names = [variable.value for variable in here.query(found).variables]  # type: ignore[union-attr]  # it is a SELECT
    assert names == [each.value for each in here.query(answered(query, rules)).variables]  # type: ignore[union-attr]


def test_what_one_service_says_narrows_what_the_next_is_asked(far: Other, rules: Rules) -> None:
    here = store(NEAR)
    pattern = f"?x :same ?m . SERVICE <{far.url}> {{ ?m :is ?n }} SERVICE <{far.url}> {{ ?n :name ?l }}"
    found = answered(f"{PREFIX}SELECT * {{ {pattern} }}", rules, lambda text, seconds: over(here, text))
    assert [narrowed(each) for each in far.asked] == [{":m1", ":m2", ":m3"}, {":m2"}]
    assert len(answers(here, found)) == 1


SENT = [
    ("?m :name ?l", "{ ?m :name ?l }"),
    ("?m :name ?l OPTIONAL { ?m :is ?n } FILTER(?l != '')", "{ ?m :name ?l OPTIONAL { ?m :is ?n } FILTER(?l != '') }"),
    ("{ ?m :name ?l } UNION { ?m :is ?l }", "{ { ?m :name ?l } UNION { ?m :is ?l } }"),
    ("?m :name ?l # a comment", "{ ?m :name ?l # a comment }"),
    ("OPTIONAL { ?m :is ?n } ?m :name ?l", "{ { OPTIONAL { ?m :is ?n } ?m :name ?l } }"),
    ("BIND(1 AS ?n) ?m :name ?l", "{ { BIND(1 AS ?n) ?m :name ?l } }"),
    ("SELECT DISTINCT ?m ?l { ?m :name ?l }", "{ { SELECT DISTINCT ?m ?l { ?m :name ?l } } }"),
]


@pytest.mark.parametrize(("pattern", "sent"), SENT)
def test_the_scopes_of_a_pattern_stay_what_they_were(far: Other, rules: Rules, pattern: str, sent: str) -> None:
    here = store(NEAR)
    query = f"{PREFIX}SELECT * {{ :b :same ?m . SERVICE <{far.url}> {{ {pattern}\n }} }}"
    found = answered(query, rules, lambda text, seconds: over(here, text))
    expected = f"{PREFIX}SELECT * WHERE {sent.replace('{', '{ VALUES (?m) { (<x:m3>) }', 1)}"
    assert far.asked[0].replace("{", " { ").split() == expected.replace("{", " { ").split()
    assert answers(here, found) == answers(here, answered(query, rules))


@pytest.mark.parametrize(("count", "pattern", "requests", "is_narrow"), [
    (1000, "?m :name ?l", 1, True),
    (1001, "?m :name ?l", 2, True),
    (5000, "?m :name ?l", 5, True),
    (5001, "?m :name ?l", 1, False),
    (1001, "SELECT ?m ?l { ?m :name ?l } ORDER BY ?m LIMIT 2000", 1, False),
    (1000, "SELECT ?m ?l { ?m :name ?l } ORDER BY ?m LIMIT 2000", 1, True),
])  # fmt: skip
def test_many_values_are_sent_in_portions_and_too_many_not_at_all(
    far: Other, rules: Rules, count: int, pattern: str, requests: int, is_narrow: bool
) -> None:
    here = far.store = many(count)
    query = f"{PREFIX}SELECT ?m ?l {{ ?x :same ?m . SERVICE <{far.url}> {{ {pattern} }} }}"
    found = answered(query, rules, lambda text, seconds: over(here, text))
    assert (len(far.asked), "VALUES" in far.asked[0]) == (requests, is_narrow)
    assert sum(answers(here, found).values()) == count


def test_all_portions_together_have_no_more_rows_than_one_answer(far: Other) -> None:
    here = far.store = many(2500)
    query = f"{PREFIX}SELECT * {{ ?x :same ?m . SERVICE <{far.url}> {{ ?m :name ?l }} }}"
    with pytest.raises(FederationFailed, match="more than 1,500 rows"):
        answered(query, Rules((far.url,), rows=1500), lambda text, seconds: over(here, text))
    assert len(far.asked) == 2


PIECES = (
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "<<",
        ">>",
        ".",
        "'}'",
        "{|",
        "\\u0041",
        "?a",
        ":p",
        "a",
        "*",
        "SERVICE:p",
        "SERVICE",
        "SELECT",
    ),
    *(
        "OPTIONAL",
        "MINUS",
        "UNION",
        "FILTER",
        "NOT",
        "EXISTS",
        "BIND",
        "AS",
        "VALUES",
        "GRAPH",
        "LATERAL",
        "FROM",
        "LIMIT",
    ),
)


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A pattern with a few pieces of SPARQL in wrong places, some of them instead of what stood there."""
    words = draw(drawn.patterns).split()
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words)))
        words[place : place + draw(st.integers(0, 1))] = [draw(st.sampled_from(PIECES))]
    return " ".join(words)


@given(spoilt())
@example(f"{'OPTIONAL { ' * 300} ?x :p ?y SERVICE <FAR> {{ ?x :p ?y }} {'} ' * 300}")
def test_any_text_is_narrowed_without_harm(text: str) -> None:
    """What is asked here is never more deeply nested than the text, and as little of a call as the service admits."""
    text = f"ASK {{ {text} }}"

    def ask(question: str, seconds: float) -> bytes:
        assert nesting(meaningful(question)) <= nesting(meaningful(text))
        assert admitted(question, Limits(10_000, 1000)).form == "SELECT"
        return b'{"head": {"vars": []}, "results": {"bindings": []}}'

    try:
        found = clauses(text)
    except RefusedQuery:
        return
    for clause in found:
        Narrowing(text, ask).queries(clause, [Edit(each.start, each.end, "{}") for each in found], 1)
