"""Small graphs, and patterns with SERVICE clauses in every place, drawn at random."""

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

VARIABLES = ("?a", "?b", "?c", "?d")
NODES = (":n0", ":n1", ":n2")
_CONDITIONS = (
    "{} = {}",
    "{} != {}",
    "{0} IN ({1}, :n1)",
    "BOUND(?a)",
    "!BOUND(?b)",
    "isIRI({})",
    "COALESCE({0} = {1}, true)",
)

_node = st.integers(0, 2).map(lambda number: NamedNode(f"x:n{number}"))
_object = st.one_of(_node, st.sampled_from(["1", "2"]).map(Literal))
triples = st.lists(
    st.builds(Quad, _node, st.sampled_from([NamedNode("x:p"), NamedNode("x:q")]), _object),
    min_size=6,
    max_size=14,
    unique=True,
)

_variable = st.sampled_from(VARIABLES)
_end = st.one_of(_variable, _variable, st.sampled_from(NODES))
_path = st.sampled_from([":p", ":q", ":p", ":q", "^:p", ":p|:q", ":q?"])
_triple = st.builds("{} {} {} .".format, _end, _path, _end)
_condition = st.builds(str.format, st.sampled_from(_CONDITIONS), _end, _end)


@st.composite
def _values(draw: st.DrawFn) -> str:
    rows = draw(st.lists(st.tuples(st.sampled_from([*NODES, "UNDEF"]), st.sampled_from(NODES)), max_size=3))
    return f"VALUES (?a ?c) {{ {' '.join(f'({first} {second})' for first, second in rows)} }}"


@st.composite
def _select(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    grouped = "SELECT ?b (COUNT(*) AS ?n) {{ {} }} GROUP BY ?b"
    heads = ("*", "DISTINCT *", "?a", "?b ?a", "DISTINCT ?b", "(?b AS ?z) ?c")
    template = draw(st.sampled_from([grouped, *(f"SELECT {head} {{{{ {{}} }}}}" for head in heads)]))
    return f"{{ {template.format(draw(inner))} }}"


def _groups(elements: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(elements, min_size=1, max_size=most).map(" ".join)


def _elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        _triple,
        _triple,
        st.builds("FILTER({})".format, _condition),
        st.builds("OPTIONAL {{ {} }}".format, inner),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("{{ {} }}".format, inner),
        st.builds("MINUS {{ {} }}".format, inner),
        st.builds("FILTER {}EXISTS {{ {} }}".format, st.sampled_from(["", "NOT "]), inner),
        st.builds("BIND({} AS ?{})".format, _end, st.sampled_from("dyz")),
        _values(),
        _select(inner),
        st.builds("{{ SELECT ?a ?b {{ {} }} LIMIT {} }}".format, _groups(_triple, 2), st.integers(0, 3)),
    )


_plain = st.recursive(_groups(_triple, 2), lambda inner: _groups(_elements(inner), 3), max_leaves=3)
_service = st.builds("SERVICE {}<FAR> {{ {} }}".format, st.sampled_from(["", "SILENT "]), _plain)
_mixed = st.recursive(
    _groups(st.one_of(_triple, _service), 3),
    lambda inner: _groups(st.one_of(_elements(inner), _service), 4),
    max_leaves=4,
)
patterns = _mixed.filter(lambda text: 0 < text.count("SERVICE") < 8)
"""Patterns in which `SERVICE <FAR>` stands somewhere."""
