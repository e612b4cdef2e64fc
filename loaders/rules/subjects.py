"""What a clause speaks of: the subject right before its verb, or the thing it calls "more common"."""

import re

from loaders.context import Context, Place
from loaders.phrases import is_phrase, tidy
from loaders.populations import is_group
from loaders.statements import Term
from loaders.verbs import before_verb, has_verb
from ontology.lexicon.concepts import CAUSE_TYPES, named

_AUXILIARIES = re.compile(
    r"(?:\s+(?:can|may|could|will|would|might|by itself|itself|alone|often|also|all|both|easily|sometimes|usually|do|"
    r"does|not|never|cannot|is|are|has|have|no|who|which|that|directly))+\s*$",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"(?:^|[,;]\s*|\band\s+)(?P<bearer>[^,;]{3,60}?)\s+(?:(?:is|are)\s*)?(?:\w+ly\s+|often\s+|most\s+|more\s+|the\s+|a\s+|an\s+)*$",
    re.IGNORECASE,
)


_RISK_OF = re.compile(
    r"\s+(?:of|for)\s+(?:getting\s+|developing\s+|having\s+)?(?P<what>[\w-]+(?:\s+[\w-]+){0,3})(?=[,.;]|$)"
)


_GETTING = re.compile(
    r"\s*(?:to\s+(?!it\b|this\b)|(?=get|develop|suffer|have|appear))(?:(?:get|develop|suffer\s+from|have|getting|developing|appear)\s+)?(?P<what>[\w-]+(?:\s+[\w-]+){0,3})(?=[,.;]|$)"
)


def last_subject(text: str) -> str:
    """The subject right before a verb: what stands after the last clause, or before "... does A and" that shares it.

    >>> last_subject("The veins are compressed, cold and fatigue can")
    ' cold and fatigue'
    """
    text = _AUXILIARIES.sub("", text)
    if not has_verb(text):
        return text
    tail = re.split(r",\s+(?:and|but)\s+|\b(?:whereas|while|but|if|when|because|so|which|that|although)\b", text)[-1]
    parts = tail.split(",")
    clause = next((index for index in range(len(parts) - 1, -1, -1) if has_verb(parts[index])), -1)
    if clause < len(parts) - 1:
        return ",".join(parts[clause + 1 :])
    return before_verb(tail) if re.search(r"\b(?:and|or)\s*\w*$", tail.rstrip()) else ""


def before_clause(text: str) -> str:
    """A list up to the first member that is a clause of its own.

    >>> before_clause("anemia, leukemia, the gums are bleeding")
    'anemia, leukemia'
    """
    parts = text.split(",")
    length = next((index for index, part in enumerate(parts) if has_verb(part)), len(parts))
    return ",".join(parts[:length]) or before_verb(parts[0])


def bearer(context: Context, place: Place, found: re.Match[str]) -> Term | None:
    """What the sentence itself names as more common or more likely: "Atrial fibrillation is more common in …"."""
    if context.grounding.mentions_symptom(place.text[found.end("o") :]):
        return context.symptom
    if of := _RISK_OF.match(place.text, found.end()):
        return context.grounding.other(tidy(of["what"]), *CAUSE_TYPES)
    if (got := _GETTING.match(place.text, found.end())) and (known := named(tidy(got["what"]), CAUSE_TYPES)):
        return Term(known, tidy(got["what"])) if known.type in CAUSE_TYPES else None
    before = _COPULA.search(place.text[: found.start()])
    phrase = tidy(before["bearer"]) if before else ""
    if context.grounding.is_symptom(phrase):
        return context.symptom
    return _spoken_of(context, re.sub(r"\s+patients?$", "", phrase))


_VAGUE = re.compile(
    r"(?:it|this|that|these|those|they|such|(?:this|that|such|the) .*|(?:acute\s+|sudden\s+)?(?:attacks?|episodes?)|"
    r"incidence|onset|there|patients?.*|people.*|most.*|some.*|which|who|and|but|.*\b(?:reasons?|causes?|factors?|types?)$)\b",
    re.IGNORECASE,
)
_LONGEST_BEARER = 5


def _spoken_of(context: Context, phrase: str) -> Term | None:
    """What a phrase before a verb names: a thing of the lexicon, or in an article's own words what is no pronoun."""
    concept = named(phrase, CAUSE_TYPES) if phrase else None
    if concept is not None:
        return Term(concept, phrase) if concept.type in CAUSE_TYPES else None
    if not is_phrase(phrase) or len(phrase.split()) > _LONGEST_BEARER or _VAGUE.match(phrase):
        return None
    return None if has_verb(phrase) or is_group(phrase) else context.grounding.other(phrase, *CAUSE_TYPES)


_POINTS_BACK = re.compile(
    r"(?:it|this|they|these|the\s+(?:disease|condition|attacks?|onset|incidence)|(?:more|most|very)\s+(?:common|frequent)\w*|mostly|mainly|"
    r"often|commonly|usually|seen|found|occurs?)\b",
    re.IGNORECASE,
)
_OPENS_WITH = re.compile(
    r"(?:in\s+(?:patients\s+with\s+)?(?P<within>[\w' -]{3,50}?),|"
    r"(?P<subject>[\w' -]{3,50}?)\s+(?:is|are|can|may|often|usually|occurs?|makes?|causes?|becomes?|"
    r"leads?|results?|comes?|begins?|has|have|arises?|follows?)\b)",
    re.IGNORECASE,
)


def topic_after(context: Context, sentence: str, topic: Term | None, known: Term | None) -> Term | None:
    """What "it" is in the sentence behind this one: an illness this one opens with, else what it was before."""
    found = _OPENS_WITH.match(sentence)
    phrase = tidy(found["within"] or found["subject"]) if found else ""
    concept = named(phrase, ("Condition", "Symptom")) if phrase else None
    if concept is None or concept.type not in ("Condition", "Symptom") or context.grounding.is_symptom(phrase):
        return known if _POINTS_BACK.match(sentence) else topic
    return Term(concept, phrase)


def topic_of_prose(context: Context, sentence: str, known: Term | None) -> Term | None:
    """As ``topic_after``, where a paragraph of prose is about the cause its first sentence opens with, known or not."""
    found = _OPENS_WITH.match(sentence)
    phrase = tidy(found["subject"] or "") if found and known is None else ""
    if phrase and not context.grounding.is_symptom(phrase) and (term := _spoken_of(context, phrase)):
        return term
    return topic_after(context, sentence, known, known)


def topic_of(sentence: str, topic: Term | None, known: Term | None) -> Term | None:
    """What a sentence is about: the item's own topic, or what the sentence before has named where it points back."""
    return known if _POINTS_BACK.match(sentence) else topic


def is_symptom(context: Context, place: Place, lead: str) -> bool:
    """Whether the subject of a consequence is the symptom, a pronoun for it, or left out."""
    if place.item is not None:
        return False
    core = tidy(
        re.sub(
            r"\b(?:in severe cases|for a long time|repeated|if not treated|untreated|long-term|prolonged)\b",
            "",
            lead,
            flags=re.IGNORECASE,
        )
    )
    return (
        not core
        or context.grounding.mentions_symptom(lead)
        or bool(re.search(r"\b(?:it|this|they|which|attacks?|pain|cases|loss|bleeding)\b", lead, re.IGNORECASE))
    )
