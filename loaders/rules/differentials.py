"""Alternatives a symptom can be mistaken for, and what the article says of each."""

import re
from collections.abc import Iterator

from loaders.article import Item, Sentence
from loaders.context import Context
from loaders.phrases import is_phrase, listed, tidy
from loaders.polarity import frequency
from loaders.statements import Statement, Term, local

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
    for sentence in _features(item):
        feature = tidy(sentence.text)
        yield Statement(
            "discriminator", term, _feature(context, feature), sentence.span, section, "differential.feature", 0.7
        )


def _features(item: Item) -> Iterator[Sentence]:
    for sentence in item.body:
        if not _NAMING.search(sentence.text) and not _FREQUENCY_ONLY.match(sentence.text):
            yield sentence


def _feature(context: Context, phrase: str) -> Term:
    found = context.grounding.other(phrase, "DistinguishingFeature", "NormalProcess")
    return found if is_phrase(phrase) or found.concept.definition else local(phrase, "DistinguishingFeature")


def named_in_prose(context: Context, section: str, sentence: Sentence) -> Iterator[Statement]:
    """The alternatives a sentence names: "should be distinguished from A and B"."""
    for found in _LEAD.finditer(sentence.text):
        for name in listed(found["list"]):
            term = context.grounding.other(name, *_TYPES)
            if len(name.split()) <= 7 and not re.search(r"\bfollowing\b", name):
                yield Statement(
                    "differential", term, context.symptom, sentence.span, section, "differential.prose", 0.85
                )
