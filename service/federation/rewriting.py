"""A text with SERVICE clauses becomes one without: each clause is asked, and its solutions stand in its place."""

import hashlib
import time

from service.errors import FederationFailed, RefusedQuery
from service.federation.clauses import Clause, clauses
from service.federation.destination import Destination, allowed
from service.federation.solutions import EMPTY, values
from service.federation.transport import Rules, exchange
from service.settings import Settings
from service.tokens import calls_out, tokens

_MOST = 10
"""How many clauses a text may have; each is a request to someone else."""

_RESULTS = "application/sparql-results+json"


def federation_rules(settings: Settings) -> Rules:
    """Whom a deployment lets its clients ask, and how much."""
    return Rules(settings.federation, settings.federation_seconds, settings.federation_bytes, settings.federation_rows)


def answered(text: str, rules: Rules, until: float | None = None) -> str:
    """The same query or update with the solutions of others in it, so that the engine has nobody to ask.

    Each clause is asked by itself, without what the rest of the query binds, and joined as the algebra says
    (SPARQL 1.1 Federated Query, section 4). Raises RefusedQuery for what is not allowed, also under SILENT;
    FederationFailed for what went wrong.

    >>> answered("ASK { ?service ?p 'SERVICE' }", Rules())
    "ASK { ?service ?p 'SERVICE' }"
    """
    found = clauses(text)
    if len(found) > _MOST:
        raise RefusedQuery(f"The query has {len(found)} SERVICE clauses; the most that are asked are {_MOST}.")
    destinations = [allowed(clause.endpoint, rules.addresses) for clause in found]  # all, before any is asked
    until = time.monotonic() + rules.seconds if until is None else until
    pieces, end = [], 0
    for clause, to in zip(found, destinations, strict=True):
        pieces += [
            text[end : clause.start],
            _in_place(text[clause.start : clause.end], _asked(clause, to, rules, until)),
        ]
        end = clause.end
    whole = "".join(pieces) + text[end:]
    if calls_out([token for token in tokens(whole) if token.kind != "comment"]):
        raise RefusedQuery("A SERVICE clause cannot be told from a name; write spaces around SERVICE.")
    return whole


def _asked(clause: Clause, to: Destination, rules: Rules, until: float) -> str:
    try:
        return _solutions(clause, to, rules, until)
    except FederationFailed:
        if clause.silent:
            return EMPTY
        raise


def _solutions(clause: Clause, to: Destination, rules: Rules, until: float) -> str:
    query = f"{clause.prologue}\nSELECT * WHERE {{{clause.pattern}\n}}"
    headers = {"Accept": _RESULTS, "Content-Type": "application/sparql-query"}
    reply = exchange(to, rules, "POST", headers, query.encode(), until)
    if reply.media_type not in (_RESULTS, "application/json"):
        raise FederationFailed(to.url, f"it answered in {reply.media_type[:80]}, not in SPARQL JSON")
    # The names of blank nodes hold within one answer only, so each answer gives its own IRIs.
    scope = hashlib.sha256(f"{to.url}\n{query}".encode()).hexdigest()[:16]
    try:
        return values(reply.body, rules.rows, f"urn:etiograph:blank:{scope}:")
    except ValueError as error:
        raise FederationFailed(to.url, str(error)) from None


def _in_place(clause: str, instead: str) -> str:
    """What stands instead, followed by as much space as keeps the rest of the text at its line and column."""
    lines = clause.split("\n")
    return instead if len(lines) == 1 else instead + "\n" * (len(lines) - 1) + " " * len(lines[-1])
