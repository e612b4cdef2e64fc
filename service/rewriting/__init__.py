"""Where the engine departs from SPARQL 1.1, a query is written another way before it gets there.

Each module mends one fault and says why its other way of writing means the same. A rewrite works on tokens, changes
only what it has understood completely, and leaves everything else as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from service.rewriting.blank_nodes import blank_nodes_per_solution
from service.rewriting.group_concat import plain_group_concat
from service.rewriting.named_values import values_in_named_graphs
from service.rewriting.paths import mended_alternatives, mended_ends

REWRITES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "alternatives": mended_alternatives,
        "path-ends": mended_ends,
        "group-concat": plain_group_concat,
        "named-values": values_in_named_graphs,
        "blank-nodes": blank_nodes_per_solution,
    }
)
"""Every rewrite of texts by its name, in the order they are made."""

MENDED = (*REWRITES, "columns", "distinct-triples")
"""The names of everything that is mended; the last two need what the engine says, so the workers end them."""


def rewritten(text: str, names: Iterable[str]) -> str:
    """The text after some rewrites.

    >>> rewritten("SELECT (GROUP_CONCAT(?x) AS ?y) { ?s ?p ?x }", ["group-concat"])
    'SELECT (STR(GROUP_CONCAT(?x)) AS ?y) { ?s ?p ?x }'
    """
    wanted = set(names)
    for name, rewrite in REWRITES.items():
        if name in wanted:
            text = rewrite(text)
    return text
