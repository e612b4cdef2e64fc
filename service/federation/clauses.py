"""The SERVICE clauses of a text: where they stand, whom they ask and what."""

from dataclasses import dataclass
from itertools import pairwise

from service.errors import RefusedQuery
from service.tokens import Token, calls_out, tokens

_VARIABLE = "A SERVICE clause must name its endpoint; a variable could lead anywhere."


@dataclass(frozen=True)
class Clause:
    """`SERVICE SILENT? endpoint { pattern }`."""

    place: int
    """The place of its keyword among the tokens that are no comments."""

    start: int
    end: int
    silent: bool
    endpoint: str
    pattern: str
    """What stands between the braces, as it is written."""

    prologue: str
    """The prefixes and the base that hold where it stands."""

    def query(self, bindings: str = "", *, beside: bool = True) -> str:
        """What is asked of the endpoint, with bindings beside the elements of the pattern, or beside it as a group."""
        pattern = self.pattern if beside else f"{{{self.pattern}\n}}"
        return f"{self.prologue}\nSELECT * WHERE {{{bindings}{pattern}\n}}"


def clauses(text: str) -> list[Clause]:
    """Every SERVICE clause, in the order of the text, however deep it stands.

    Raises RefusedQuery for a variable endpoint, a clause within a clause, and a clause that cannot be read.

    >>> clauses("PREFIX e: <http://e/> SELECT * { OPTIONAL { SERVICE SILENT e:sparql { ?s ?p ?o } } }")[0].endpoint
    'http://e/sparql'
    """
    found = [token for token in tokens(text) if token.kind != "comment"]
    result: list[Clause] = []
    place = 0
    while place < len(found):
        if found[place].kind == "word" and found[place].text.upper() == "SERVICE":
            clause, place = _clause(text, found, place)
            result.append(clause)
        else:
            place += 1
    return result


def _clause(text: str, found: list[Token], place: int) -> tuple[Clause, int]:
    """The clause that begins at a token, and the place after it."""
    start = found[place].start
    following = place + 1
    silent = following < len(found) and found[following].text.upper() == "SILENT"
    following += silent
    if following + 1 >= len(found) or found[following + 1].text != "{":
        if following < len(found) and found[following].kind == "variable":
            raise RefusedQuery(_VARIABLE)
        raise RefusedQuery("After SERVICE come the endpoint and a pattern in braces: SERVICE <…> { … }.")
    if found[following].kind == "variable":
        raise RefusedQuery(_VARIABLE)
    declared, prologue = _declared(found[:place])
    endpoint = _endpoint(found[following], declared)
    closing = _closing(found, following + 1)
    inner = found[following + 2 : closing]
    if calls_out(inner):
        raise RefusedQuery("A SERVICE clause stands within another; ask the inner endpoint by itself.")
    pattern = text[found[following + 1].start + 1 : found[closing].start]
    return Clause(place, start, found[closing].start + 1, silent, endpoint, pattern, prologue), closing + 1


def _closing(found: list[Token], opening: int) -> int:
    depth = 0
    for place in range(opening, len(found)):
        depth += (found[place].text == "{") - (found[place].text == "}")
        if depth == 0:
            return place
    raise RefusedQuery("A SERVICE clause has no closing brace.")


def _declared(found: list[Token]) -> tuple[dict[str, str], str]:
    """The prefixes declared in some tokens, and the same as text."""
    declared = {
        name.text[:-1]: iri.text[1:-1]
        for (word, name), iri in zip(pairwise(found), found[2:], strict=False)
        if word.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }
    bases = [iri.text for word, iri in pairwise(found) if word.text.upper() == "BASE" and iri.kind == "iri"]
    lines = [*(f"BASE {base}" for base in bases[-1:]), *(f"PREFIX {name}: <{iri}>" for name, iri in declared.items())]
    return declared, "\n".join(lines)


def _endpoint(token: Token, declared: dict[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, colon, name = token.text.partition(":")
    if token.kind != "name" or not colon or prefix not in declared or "\\" in name:
        raise RefusedQuery(f"{token.text[:80]} names no endpoint; write it as <…>.")
    return declared[prefix] + name
