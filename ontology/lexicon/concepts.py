"""Concepts the lexicon knows by name, and how a phrase of an article finds its concept.

A name matches whole, but for case, articles, plural and hyphens. A few processes and feelings, which each article words
differently, are known by word patterns instead, and only in articles of their topic.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from ontology.iris import slug
from ontology.lexicon.tables import alternatives, table
from ontology.wording import worded

CAUSE_TYPES = ("Condition", "Symptom", "Exposure", "ContextFactor", "CausalProcess", "NormalProcess")
"""The classes a cause may belong to, the likeliest first."""


@dataclass(frozen=True)
class Concept:
    """A thing with a name. ``type`` is the local name of its class; ``as_written`` holds wrong or translated names."""

    slug: str
    label: str
    type: str
    alternatives: tuple[str, ...] = ()
    as_written: tuple[str, ...] = ()
    broader: str = ""
    during: str = ""
    definition: str = ""


@dataclass(frozen=True)
class Analyte:
    """A measured quantity: its test, the findings beyond its limits, and the conditions that are just their names.

    ``molar_mass`` is in g/mol, ``valence`` in equivalents per mole, ``most`` the highest possible result in the first
    unit; None where the lexicon gives none. ``is_signed`` says that a result may be below zero.
    """

    test: Concept
    label: str
    specimen: str
    units: tuple[str, ...]
    molar_mass: Decimal | None
    valence: int | None
    low: Concept
    high: Concept
    low_condition: str
    high_condition: str
    is_signed: bool
    most: Decimal | None


@dataclass(frozen=True)
class Phrase:
    """A concept known by word patterns, within articles in which ``topic`` holds."""

    concept: Concept
    pattern: str
    topic: str


_TABLES = (
    ("symptoms", ""),
    ("conditions", ""),
    ("tests", "DiagnosticTest"),
    ("body_sites", "BodySite"),
    ("risk_groups", "RiskGroup"),
)


@cache
def concepts() -> dict[str, Concept]:
    """Every concept of the lexicon by slug."""
    found: dict[str, Concept] = {}
    for name, type_ in _TABLES:
        for row in table(name):
            found.setdefault(row["slug"], _concept(row, type_))
    for analyte in analytes().values():
        for concept in (analyte.test, analyte.low, analyte.high):
            found.setdefault(concept.slug, concept)
    for phrase in phrases():
        found.setdefault(phrase.concept.slug, phrase.concept)
    return found


def _concept(row: dict[str, str], type_: str) -> Concept:
    return Concept(
        row["slug"],
        row["label"],
        type_ or row["type"],
        alternatives(row.get("alternatives", "")),
        alternatives(row.get("as_written", "")),
        row.get("broader", ""),
        row.get("during", ""),
        row.get("definition", ""),
    )


@cache
def analytes() -> dict[str, Analyte]:
    """Measured quantities by the slug of their test."""
    return {analyte.test.slug: analyte for analyte in map(_analyte, table("analytes"))}


def _analyte(row: dict[str, str]) -> Analyte:
    names = (row["label"], *alternatives(row["alternatives"]))
    test = Concept(f"{row['slug']}-test", f"{row['label']} test", "DiagnosticTest", names)
    return Analyte(
        test,
        row["label"],
        row["specimen"],
        alternatives(row["units"]),
        Decimal(row["molar_mass"]) if row["molar_mass"] else None,
        int(row["valence"]) if row["valence"] else None,
        _finding(row, "low"),
        _finding(row, "high"),
        row["low_condition"],
        row["high_condition"],
        row["signed"] == "yes",
        Decimal(row["most"]) if row["most"] else None,
    )


def _finding(row: dict[str, str], side: str) -> Concept:
    label = row[f"{side}_label"] or f"{side} {row['label']}"
    return Concept(row[f"{side}_finding"] or slug(label), label, "Finding")


def ancestors(concept: Concept) -> Iterator[Concept]:
    """The broader concepts above one, nearest first.

    >>> [above.slug for above in ancestors(concepts()["nocturnal-calf-cramp"])]
    ['calf-cramp', 'leg-muscle-spasm', 'muscle-spasm']
    """
    while concept.broader in concepts():
        concept = concepts()[concept.broader]
        yield concept


@cache
def phrases() -> tuple[Phrase, ...]:
    """Every concept that is known by word patterns."""
    return tuple(
        Phrase(
            Concept(row["slug"], row["label"], row["type"], definition=row["definition"]), row["patterns"], row["topic"]
        )
        for row in table("phrases")
    )


def key(name: str) -> str:
    """The form in which names are compared.

    >>> key("The Calf-Muscle Cramps") == key("calf muscle cramp")
    True
    """
    plain = re.sub(r"[\s\-_/]+", " ", name.casefold().replace("'s ", " ").replace("'", "")).strip(' .,;:()"')
    plain = re.sub(r"^(?:the|a|an) ", "", plain)
    return " ".join(_singular(word) for word in plain.split())


def _singular(word: str) -> str:
    irregular = {
        "feet": "foot",
        "teeth": "tooth",
        "calves": "calf",
        "women": "woman",
        "men": "man",
        "people": "person",
        "children": "child",
    }
    if word in irregular:
        return irregular[word]
    if len(word) < 4 or word.endswith(("ss", "us", "is", "ous")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word.removesuffix("s")


@cache
def names() -> dict[str, tuple[Concept, ...]]:
    """Every name of every concept, in compared form, with all the concepts that bear it."""
    found: dict[str, tuple[Concept, ...]] = {}
    for concept in concepts().values():
        for name in (concept.label, *concept.alternatives, *concept.as_written):
            bearers = found.get(key(name), ())
            if concept not in bearers:
                found[key(name)] = (*bearers, concept)
    return found


def named(phrase: str, types: tuple[str, ...] = ()) -> Concept | None:
    """The concept that bears this whole name; of several, the first of the wanted types.

    >>> named("Pregnant women").slug
    'pregnant-women'
    """
    bearers = names().get(key(phrase), ())
    wanted = sorted(bearers, key=lambda concept: types.index(concept.type) if concept.type in types else len(types))
    return wanted[0] if wanted else None


def worded_as(phrase: str, topic: str, types: tuple[str, ...] = ()) -> Concept | None:
    """The concept whose word pattern the phrase holds, in an article whose text holds its topic."""
    return next(_worded(phrase, topic, types), None)


def _worded(phrase: str, topic: str, types: tuple[str, ...]) -> Iterator[Concept]:
    for candidate in phrases():
        if types and candidate.concept.type not in types:
            continue
        if worded(candidate.pattern, phrase) and (not candidate.topic or worded(candidate.topic, topic)):
            yield candidate.concept
