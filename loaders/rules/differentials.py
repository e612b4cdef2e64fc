"""Alternatives a symptom can be mistaken for, what the article says of each, and the tests that tell them apart."""

import re
from collections.abc import Iterator

from loaders.article import Item, Sentence
from loaders.context import Context, Place
from loaders.phrases import is_phrase, listed, tidy
from loaders.polarity import frequency
from loaders.rules.resolving import resolved, resolving
from loaders.statements import Statement, Term, local
from ontology.lexicon.concepts import named

_TYPES = ("Condition", "Symptom")
_NAMING = re.compile(r"\b(?:known as|called|people .* call|medical name|medical term|scientific name)\b", re.IGNORECASE)
_FREQUENCY_ONLY = re.compile(r"^[^,;]*\b(?:frequent|common|rare|often seen|frequently)\b[^,;]*$", re.IGNORECASE)
_TELLING_APART = re.compile(
    r"\b(?:differential|distinguish\w*|differentiat\w*|identified (?:with|from)|told apart|confus\w+|mistaken)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\b(?:distinguish\w*|differentiat\w*|identif\w*|told apart|confus\w*|mistaken|separated|"
    r"tell apart)\s+(?:it\s+|this\s+|\w+\s+){0,4}?(?:from|with|for)\s+(?P<list>[^.;:]+)",
    re.IGNORECASE,
)
_MEANS = re.compile(r"\b(?:by|using|through|via|with the help of|on the basis of)\b.*", re.DOTALL)
"""How they are told apart, which is none of them."""


def tells_apart(text: str) -> bool:
    """Whether a text sets out to tell the symptom from others.

    >>> tells_apart("Cramps should be distinguished from the following diseases:")
    True
    """
    return bool(_TELLING_APART.search(text))


def alternative(context: Context, item: Item) -> Term | None:
    """What the head of an item of the differential section names, or None where it names nothing."""
    head = tidy(re.split(r"\b(?:which|because|is|are|has|have)\b|,(?=\s)", tidy(item.head.text))[0])
    if not is_phrase(head):
        return None
    term = context.grounding.other(head, *_TYPES)
    return local(head, _TYPES[0]) if term.slug == context.symptom.slug else term


def differentials(context: Context, section: str, item: Item) -> Iterator[Statement]:
    """An item of the differential section: the alternative, and each sentence that tells it apart."""
    term = alternative(context, item)
    if term is None:
        return
    span = item.opening
    told = " ".join(sentence.text for sentence in item.body)
    yield Statement(
        "differential", term, context.symptom, span, section, "differential.item", 0.95, frequency=frequency(told)
    )
    for sentence in item.body:
        yield from resolving(context, Place(sentence, section, item), term)
    for sentence in _features(context, section, item, term):
        feature = tidy(sentence.text)
        yield Statement(
            "discriminator", term, _feature(context, feature), sentence.span, section, "differential.feature", 0.7
        )


def _features(context: Context, section: str, item: Item, term: Term) -> Iterator[Sentence]:
    """The sentences that say what the alternative is like; which test shows it is another thing."""
    for sentence in item.body:
        is_of_name = _NAMING.search(sentence.text) or _FREQUENCY_ONLY.match(sentence.text)
        if not is_of_name and not any(resolving(context, Place(sentence, section, item), term)):
            yield sentence


def _feature(context: Context, phrase: str) -> Term:
    found = context.grounding.other(phrase, "DistinguishingFeature", "NormalProcess")
    return found if is_phrase(phrase) or found.concept.definition else local(phrase, "DistinguishingFeature")


def named_in_prose(context: Context, section: str, sentence: Sentence) -> Iterator[Statement]:
    """The alternatives a sentence names, "should be distinguished from A and B", and the tests by which it does so."""
    place = Place(sentence, section)
    for term in (*_listed_in(context, sentence), *resolved(context, place)):
        yield Statement("differential", term, context.symptom, sentence.span, section, "differential.prose", 0.85)
        yield from resolving(context, place, term)


def _listed_in(context: Context, sentence: Sentence) -> Iterator[Term]:
    for found in _LEAD.finditer(sentence.text):
        for name in listed(_MEANS.sub("", found["list"])):
            is_test = (known := named(name, ("DiagnosticTest",))) and known.type == "DiagnosticTest"
            if len(name.split()) <= 7 and not is_test and not re.search(r"\bfollowing\b", name):
                yield context.grounding.other(name, *_TYPES)
