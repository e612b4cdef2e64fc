"""The operations of the API: what each is for, what it takes, and the shape of its answer."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from service.interpretation import Interpretation
from service.messages import marked as _
from service.openapi import shapes
from service.search.folding import LONGEST


@dataclass(frozen=True)
class Parameter:
    """A parameter of the address."""

    name: str
    sentence: str
    example: str = ""
    required: bool = False
    most: int | None = None
    """The longest text, or of a number the largest."""

    kind: Literal["string", "integer"] = "string"


@dataclass(frozen=True)
class Operation:
    """One method of one address; `body` is the media type and the shape of what is sent."""

    name: str
    path: str
    sentence: str
    answer: Any
    parameters: tuple[Parameter, ...] = ()
    body: tuple[str, Any] | None = None
    body_example: str = ""
    statuses: tuple[int, ...] = (400,)
    """What it answers where it cannot answer, beside what any address may."""

    @property
    def method(self) -> Literal["get", "post"]:
        """How it is asked."""
        return "post" if self.body else "get"

    @property
    def example(self) -> str:
        """An address that answers."""
        given = [f"{each.name}={quote(each.example)}" for each in self.parameters if each.example]
        return f"{self.path}?{'&'.join(given)}" if given else self.path


_THING = _("A label, a slug, a CURIE or an IRI.")

OPERATIONS = (
    Operation(
        "search",
        "/api/search",
        _("Finds things, terms and sentences; exact names come first, what is obsolete last."),
        shapes.SearchResult,
        (
            Parameter("q", _("What to look for."), "calf cramp", required=True, most=LONGEST),
            Parameter("type", _("Only hits of a class, such as Symptom; the answer without it lists those there are.")),
            Parameter("limit", _("How many hits, 20 if left out."), kind="integer", most=100),
            Parameter("offset", _("How many to leave out at the beginning."), kind="integer", most=1_000_000),
        ),
        statuses=(400, 503),
    ),
    Operation(
        "complete",
        "/api/complete",
        _("A few names for what has been typed so far, small slips allowed."),
        shapes.Completion,
        (
            Parameter("q", _("What has been typed."), "calf cr", required=True, most=LONGEST),
            Parameter("limit", _("How many names, 8 if left out."), kind="integer", most=20),
        ),
        statuses=(400, 503),
    ),
    Operation(
        "interpret",
        "/api/interpret",
        _("Reads a measured value by the limits of the articles: findings, causes they support, sentences, caveats."),
        Interpretation,
        (
            Parameter("test", _("The test: a label, a synonym, a CURIE or an IRI."), "serum calcium", required=True),
            Parameter("value", _("The number, as the laboratory prints it."), "7.6"),
            Parameter("unit", _("Its unit, in UCUM or as laboratories write it."), "mg/dL"),
            Parameter("group", _("The people the person belongs to, such as pregnant women.")),
        ),
        statuses=(400, 404),
    ),
    Operation(
        "why",
        "/api/why",
        _("Why a triple is in the graph: the sentences, rules and mapping rows behind it."),
        shapes.ExplanationOfTriple,
        (
            Parameter("subject", _THING, "fatigue", required=True),
            Parameter("predicate", _THING, "eg:causes", required=True),
            Parameter("object", _THING, "nocturnal-calf-cramp", required=True),
        ),
        statuses=(400, 404),
    ),
    Operation(
        "neighbourhood",
        "/api/neighbourhood",
        _("What stands around a thing, as statements tell it."),
        shapes.Neighbourhood,
        (Parameter("iri", _("A CURIE or an IRI."), "id:hypocalcemia", required=True),),
        statuses=(400, 404),
    ),
    Operation(
        "children",
        "/api/children",
        _("What stands directly below a class, a concept or an entity in its tree."),
        shapes.Children,
        (Parameter("iri", _("A CURIE or an IRI."), "eg:Condition", required=True),),
    ),
    Operation(
        "vocabulary",
        "/api/vocabulary",
        _("Prefixes, and the classes and properties in use with label, definition and count."),
        shapes.Vocabulary,
        statuses=(),
    ),
    Operation(
        "entities",
        "/api/entities",
        _("Things by a part of their name, written as a query needs them."),
        list[shapes.NamedEntity],
        (Parameter("q", _("What has been typed."), "calf", required=True),),
        statuses=(),
    ),
    Operation(
        "labels",
        "/api/labels",
        _("What up to 1,000 things are called, and their pages."),
        dict[str, shapes.KnownName],
        body=("application/json", shapes.WantedLabels),
        body_example='{"iris": ["https://w3id.org/etiograph/id/hypocalcemia"]}',
        statuses=(400, 413),
    ),
    Operation(
        "links",
        "/api/links",
        _("A short address for a query, the same one each time."),
        shapes.ShortAddress,
        body=("application/x-www-form-urlencoded", shapes.QueryForm),
        body_example="query=SELECT * WHERE { ?cause eg:causes ?symptom }",
        statuses=(400, 413, 503),
    ),
)
"""In the order in which they are explained."""
