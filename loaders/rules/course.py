"""Where a symptom is and how long it lasts."""

import re
from collections.abc import Iterator

from loaders.context import Context, Place
from loaders.mentions import mentions
from loaders.polarity import clause, frequency, modality, severity
from loaders.quantities import lapses
from loaders.statements import Statement, Term, local

_LASTING = re.compile(
    r"\b(?:last(?:s|ed|ing)?|persist(?:s|ed)?|continu(?:e|es)|duration|go(?:es)?\s+on|disappear(?:s)?|pass(?:es)?|stop(?:s)?|subside(?:s)?|resolve(?:s)?|"
    r"go(?:es)?\s+away|fade(?:s)?|end(?:s)?|over|clear(?:s)?(?:\s+up)?|recover(?:s)?|relieved|settle(?:s)?|ease(?:s)?|vanish(?:es)?)\b",
    re.IGNORECASE,
)
_NOT_LASTING = re.compile(
    r"\b(?:history|years?\s+old|ago|dose|taken|treatment|therapy|course\s+of|sleep\s+for|every|per|times|after\s+(?:eating|meals?))\b",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:occur|happen|appear|locat|site|place|part|felt|feel|affect|involv|spread|radiat|start|begin|concentrat|locali|mainly|mostly|usually|common|often|"
    r"situated|seen|limited|confined|attack|strike|sits|position|over|behind|around|both sides|extend)\w*",
    re.IGNORECASE,
)
_AT = re.compile(
    r"\b(?:in|on|at|over|around|behind|from|to|of|affects?|involves?|near|under|above|below|between|is|are|including)\s+(?:(?:the|both|one|either|each|front|back|upper|lower|inner|outer|two|side|sides|of|whole|left|right)\s+)*$",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"^\s*(?:,|and|or|,\s*and|and\s+the|or\s+the|,\s*the|to\s+the|,\s*or)\s*(?:the\s+|both\s+)?$", re.IGNORECASE
)


def durations(context: Context, place: Place) -> Iterator[Statement]:
    """Lengths of time of the symptom or its attacks; each stands by itself, none replaces another."""
    if place.item is not None or place.section not in ("introduction", "symptoms", "examination", "diagnosis"):
        return
    for lapse in lapses(place.text):
        before = place.text[max(0, lapse.start - 60) : lapse.start]
        after = place.text[lapse.end : lapse.end + 25]
        if (_LASTING.search(before) or re.match(r"\s*(?:long|in duration|or so)\b", after)) and not _NOT_LASTING.search(
            before[-30:] + after
        ):
            said = clause(place.text, lapse.start, lapse.end)
            yield Statement(
                "duration",
                context.symptom,
                local(lapse.words, "Duration"),
                place.sentence.span,
                place.section,
                "duration.lasting",
                0.85,
                quantity=lapse.quantity,
                modality=modality(said),
                frequency=frequency(said),
                severity=severity(said),
            )


def body_sites(context: Context, place: Place) -> Iterator[Statement]:
    """Body sites the symptom is said to be at, in sentences that speak of where."""
    if place.item is not None or place.section not in ("introduction", "symptoms"):
        return
    previous_end, previous_at = -1, False
    for mention in mentions(place.text, "BodySite"):
        before = place.text[: mention.start]
        at = bool(_AT.search(before)) and bool(
            _PLACED.search(before[-70:]) or _PLACED.search(place.text[mention.end : mention.end + 40])
        )
        joined = previous_at and bool(_JOINED.match(place.text[previous_end : mention.start]))
        if at or joined:
            yield Statement(
                "body_site",
                context.symptom,
                Term(mention.concept, mention.written),
                place.sentence.span,
                place.section,
                "body-site.located",
                0.75,
                frequency=frequency(clause(place.text, mention.start, mention.end)),
            )
        previous_end, previous_at = mention.end, at or joined
