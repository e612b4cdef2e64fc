"""Reads `examples.ttl`: for each class and property of the vocabulary a few lines of Turtle that use it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rdflib import URIRef

from ontology.terms import EG

_HEAD = re.compile(r"^# eg:(?P<name>\w+)(?P<made> \(made up\))?$")


@dataclass(frozen=True)
class Example:
    """A use of a term; made up where the built-in article has none."""

    turtle: str
    is_made_up: bool


@cache
def examples() -> Mapping[URIRef, Example]:
    """The example of every class and property."""
    _, *blocks = _text().split("\n\n")
    return {EG[head["name"]]: Example(body.strip(), head["made"] is not None) for head, body in map(_read, blocks)}


@cache
def prologue() -> str:
    """The prefixes and the base that every example needs."""
    return "\n".join(line for line in _text().split("\n\n")[0].splitlines() if line.startswith("@"))


def _read(block: str) -> tuple[re.Match[str], str]:
    first, _, body = block.partition("\n")
    head = _HEAD.match(first)
    if head is None:
        raise ValueError(f"ontology/examples.ttl: {first!r} is no head; write # eg:term, or # eg:term (made up)")
    return head, body


def _text() -> str:
    return (files("ontology") / "examples.ttl").read_text("utf-8")
