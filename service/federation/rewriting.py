"""A text with SERVICE clauses becomes one without: each clause is asked, and its solutions stand in its place."""

import hashlib
import time

from service.errors import FederationFailed, RefusedQuery
from service.federation.bindings import Ask, Narrowing
from service.federation.clauses import Clause, clauses
from service.federation.destination import Destination, allowed
from service.federation.solutions import EMPTY, Solutions, solutions, together
from service.federation.transport import Rules, exchange
from service.rewriting.edits import Edit, edited
from service.settings import Settings
from service.tokens import calls_out, tokens

_MOST = 10
"""How many clauses a text may have; each is a request to someone else."""

_SHARE = 0.25
"""How much of the time that is left the question here may take; if it is in vain, the rest is for the other service."""

_RESULTS = "application/sparql-results+json"


def federation_rules(settings: Settings) -> Rules:
    """Whom a deployment lets its clients ask, and how much."""
    return Rules(settings.federation, settings.federation_seconds, settings.federation_bytes, settings.federation_rows)


def answered(text: str, rules: Rules, ask: Ask | None = None, until: float | None = None) -> str:
    """The same query or update with the solutions of others in it, so that the engine has nobody to ask.

    Clauses are asked in their order, each for the solutions that fit what stands before it, which `ask` has answered
    here, and joined as the algebra says (SPARQL 1.1 Federated Query, section 4). Raises RefusedQuery for what is not
    allowed, also under SILENT; FederationFailed for what went wrong.

    >>> answered("ASK { ?service ?p 'SERVICE' }", Rules())
    "ASK { ?service ?p 'SERVICE' }"
    """
    found = clauses(text)
    if len(found) > _MOST:
        raise RefusedQuery(f"The query has {len(found)} SERVICE clauses; the most that are asked are {_MOST}.")
    destinations = [allowed(clause.endpoint, rules.addresses) for clause in found]  # all, before any is asked
    until = time.monotonic() + rules.seconds if until is None else until
    narrowing, instead = Narrowing(text, ask), list[Edit]()
    for clause, to in zip(found, destinations, strict=True):
        queries = narrowing.queries(clause, instead, (until - time.monotonic()) * _SHARE)
        found_there = _asked(queries, clause, to, rules, until) if queries else narrowing.nothing(clause).values()
        instead.append(Edit(clause.start, clause.end, _in_place(text[clause.start : clause.end], found_there)))
    whole = edited(text, instead)
    if calls_out([token for token in tokens(whole) if token.kind != "comment"]):
        raise RefusedQuery("A SERVICE clause cannot be told from a name; write spaces around SERVICE.")
    return whole


def _asked(queries: list[str], clause: Clause, to: Destination, rules: Rules, until: float) -> str:
    try:
        return _solutions(queries, to, rules, until)
    except FederationFailed:
        if clause.silent:
            return EMPTY
        raise


def _solutions(queries: list[str], to: Destination, rules: Rules, until: float) -> str:
    found: list[Solutions] = []
    for query in queries:
        found.append(_of_one(query, to, rules, until))
        if sum(len(each.rows) for each in found) > rules.rows:
            most = f"its answer has more than {rules.rows:,} rows"
            raise FederationFailed(to.url, f"{most}; ask for less, or put a LIMIT into the clause")
    return together(found).values()


def _of_one(query: str, to: Destination, rules: Rules, until: float) -> Solutions:
    headers = {"Accept": _RESULTS, "Content-Type": "application/sparql-query"}
    reply = exchange(to, rules, "POST", headers, query.encode(), until)
    if reply.media_type not in (_RESULTS, "application/json"):
        raise FederationFailed(to.url, f"it answered in {reply.media_type[:80]}, not in SPARQL JSON")
    scope = hashlib.sha256(f"{to.url}\n{query}".encode()).hexdigest()[:16]
    try:
        return solutions(reply.body, f"{scope}:")
    except ValueError as error:
        raise FederationFailed(to.url, str(error)) from None


def _in_place(clause: str, instead: str) -> str:
    """What stands instead, followed by as much space as keeps the rest of the text at its line and column."""
    lines = clause.split("\n")
    return instead if len(lines) == 1 else instead + "\n" * (len(lines) - 1) + " " * len(lines[-1])
