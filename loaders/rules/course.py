"""Where a symptom is and how long it lasts."""

import re
from collections.abc import Iterator

from loaders.article import Item
from loaders.context import Context, Place
from loaders.mentions import Mention, mentions
from loaders.phrases import is_phrase, tidy
from loaders.polarity import clause, frequency, modality, severity
from loaders.quantities import lapses
from loaders.statements import Statement, Term, local
from ontology.lexicon.concepts import key, named
from ontology.lexicon.labels import label_kind

_LASTING = re.compile(
    r"\b(?:last(?:s|ed|ing)?|drags?\s+on|gets?\s+better|heals?|persist(?:s|ed)?|continu(?:e|es)|duration|go(?:es)?\s+on|disappear(?:s)?|pass(?:es)?|stop(?:s)?|subside(?:s)?|resolve(?:s)?|"
    r"(?:attack|episode|course)s?\s+(?:is|are)|go(?:es)?\s+away|fade(?:s)?|end(?:s)?|over|clear(?:s)?(?:\s+up)?|recover(?:s)?|relieved|settle(?:s)?|ease(?:s)?|vanish(?:es)?)\b",
    re.IGNORECASE,
)
_OVER_AFTER = re.compile(
    r"\s*(?:long|in duration|or so|later|"
    r",?\s*(?:it|they|the\s+\w+)\s+(?:will\s+|can\s+|usually\s+|often\s+|gradually\s+)*"
    r"(?:disappears?|stops?|subsides?|fades?|goes\s+away|go\s+away|is\s+relieved|passes))\b",
    re.IGNORECASE,
)
_NOT_LASTING = re.compile(
    r"\b(?:history|years?\s+old|ago|dose|taken|treatment|therapy|course\s+of|sleep\s+for|every|per|times|after\s+(?:eating|meals?))\b",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:occur|happen|appear|locat|site|place|part|felt|feel|affect|involv|spread|radiat|start|begin|concentrat|locali|mainly|mostly|usually|common|often|"
    r"situated|limited|confined|attack|strike|sits|position|above all|chiefly|predominantly|collect|visible|"
    r"accumul|gather|reach|arise|come from|along|"
    r"noticeable|over|behind|around|both sides|extend)\w*",
    re.IGNORECASE,
)
_AT = re.compile(
    r"\b(?:in|on|at|over|around|behind|from|to|of|down|into|along|as\s+far\s+as|affects?|involves?|is|are|including|reach(?:es)?)\s+(?:(?:the|both|one|or|either|each|front|back|upper|lower|inner|outer|two|side|sides|of|whole|left|right)\s+)*$",
    re.IGNORECASE,
)
_OF_SYMPTOM = re.compile(
    r"\b(?:pain|ache|aching|swelling|numbness|itch|itching|tingling|burning|discomfort|redness|yellowing|yellow|stiffness|"
    r"weakness|cramps?|spasms?|tenderness|rash|bleeding|tightness|pressure|sensation|feeling|coldness|paleness|pallor|"
    r"dryness|ringing|noises?|sounds?|edema|lumps?|soreness|heaviness|shaking|trembling|tremor|sweating|"
    r"discoloration|blueness|loss of hair)\s+"
    r"(?:(?:felt|located|mainly|mostly|is|are|usually|heard)\s+)*(?:in|of|at|on|around|behind|over|inside|from)\s+"
    r"(?:(?:the|both|one|either|each|or|front|back|upper|lower|inner|outer|two|side|sides|of|whole|left|right|skin|muscles?|joints?|area|region)\s+)*$",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"^(?:\s*(?:,|and|or)[^.;:]{0,40})?\s+(?:is|are)\s+(?:\w+\s+)?"
    r"(?:(?:the\s+)?(?:most\b(?!\s+(?:common|frequent))|\w{3,}est\b)|(?:often\s+|mainly\s+|first\s+)?(?:affected|involved|attacked)\b)|"
    r"^(?:\s*(?:,|and|or)[^.;:]{0,40})?\s+(?:can|may)\s+(?:also\s+|even\s+)?be\s+(?:affected|involved|attacked)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:accompan|complain)\w*\b[^;]*$|\bout\s+of\s+(?:the\s+)?$|\b(?:way|path)\s+from\b[^;]*$", re.IGNORECASE
)
"""Where something else is that comes with it."""
_OF = re.compile(r"\bof\s+(?:(?:the|one|both|each)\s+)*$", re.IGNORECASE)
_WHOLE = re.compile(r"\s+of\s+(?:(?:the|one|both|each|a)\s+)*", re.IGNORECASE)
"""Between a part and the whole it is of: the back *of the* foot is one site."""
_JOINED = re.compile(
    r"^\s*(?:,|and|or|,\s*and|and\s+the|or\s+the|,\s*the|to\s+the|,\s*or)\s*(?:the\s+|both\s+)?$", re.IGNORECASE
)


_OTHERWISE = re.compile(r"^(?:if|patients\s+whose)\b|\bnormal\b", re.IGNORECASE)
"""How long it lasts in a condition, or what is normal, is not how long it lasts."""


def durations(context: Context, place: Place) -> Iterator[Statement]:
    """Lengths of time of the symptom or its attacks; each stands by itself, none replaces another."""
    if place.item is not None or place.section not in ("introduction", "symptoms", "examination", "diagnosis"):
        return
    if _OTHERWISE.search(place.text):
        return
    for lapse in lapses(place.text):
        before = place.text[max(0, lapse.start - 60) : lapse.start]
        after = place.text[lapse.end : lapse.end + 25]
        if (_LASTING.search(before) or _OVER_AFTER.match(place.text, lapse.end)) and not _NOT_LASTING.search(
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


def complication(context: Context, section: str, item: Item) -> Iterator[Statement]:
    """What the head of an item of the complications names follows from the symptom."""
    head = tidy(item.head.text)
    if is_phrase(head) and item.named and not label_kind(head):
        term = context.grounding.other(head, "Condition", "Symptom")
        yield Statement("consequence", context.symptom, term, item.opening, section, "consequence.item", 0.8)


_STATE = re.compile(
    r"(?:^|[,;]\s*|\band\s+|\bpeople\s+|\bpatients\s+|\bcases\s+)(?P<state>(?:(?:the|both|one's|his|her|their)\s+)?(?P<site>[a-z]+(?:\s+[a-z]+){0,2}?)"
    r"(?:\s+(?:over|of|around)\s+(?:the\s+)?[a-z]+)?\s+(?:(?:can|may|often|usually|also|sometimes|mostly)\s+)*"
    r"(?:is|are|becomes?|turns?|looks?|feels?|swells?|aches?|itches|burns|hurts?|gets?|shakes?|tingles?|leaves?|peels?|be)\s+"
    r"(?!(?:the\s+)?(?:most|often|mainly|first)?\s*"
    r"(?:affected|involved|attacked|common|located|caused|called|known|due|at risk|prone|\w{3,}est)\b)[^,.;]+)",
    re.IGNORECASE,
)


_CONDITION = re.compile(r"(?:if|once)\b", re.IGNORECASE)
"""What is so only if something goes on is a consequence."""


def states(context: Context, place: Place) -> Iterator[Statement]:
    """What a part of the body is like: "the skin over the shin is tight"."""
    if place.item is not None or place.section not in ("introduction", "symptoms") or _CONDITION.match(place.text):
        return
    for found in _STATE.finditer(place.text):
        site = named(found["site"], ("BodySite",))
        if site is not None and site.type == "BodySite":
            said = clause(place.text, *found.span("state"))
            yield Statement(
                "manifestation",
                context.symptom,
                context.grounding.other(tidy(found["state"]), "Manifestation"),
                place.sentence.span,
                place.section,
                "manifestation.state",
                0.65,
                modality=modality(said),
                frequency=frequency(said),
                severity=severity(said),
            )


def _stands_out(text: str, start: int, end: int) -> bool:
    """Whether a site opens its clause and is said to be the most affected: "The neck and back are the wettest"."""
    opens = re.search(r"(?:^|[.;,]\s*)(?:the\s+|both\s+)*$", text[:start], re.IGNORECASE)
    return bool(opens and _MOST.match(text[end:]))


def _is_of_title(context: Context, mention: Mention) -> bool:
    """Whether the title says the site: "itching of the skin" is no news where skin itching is the symptom."""
    return set(key(mention.written).split()) <= set(key(context.symptom.written).split())


def body_sites(context: Context, place: Place) -> Iterator[Statement]:
    """Body sites the symptom is said to be at, in sentences that speak of where."""
    if place.item is not None or place.section not in ("introduction", "symptoms"):
        return
    previous_end, previous_at = -1, False
    for mention in mentions(place.text, "BodySite"):
        between = place.text[max(previous_end, 0) : mention.start]
        is_whole = previous_end > 0 and _WHOLE.fullmatch(between)
        at = not is_whole and (_is_at(context, place.text, mention) or (previous_at and bool(_JOINED.match(between))))
        if at:
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
        previous_end, previous_at = mention.end, at or (previous_at and bool(is_whole))


def _is_at(context: Context, text: str, mention: Mention) -> bool:
    """Whether words before or behind a site say that the symptom is there."""
    before, after = text[: mention.start], text[mention.end :]
    if _stands_out(text, mention.start, mention.end):
        return True
    if _BESIDE.search(before) or (_is_of_title(context, mention) and _OF.search(before)):
        return False
    if _OF_SYMPTOM.search(before) and not _is_of_title(context, mention):
        return True
    told = before[max(before.rfind(";"), before.rfind(", and "), before.rfind(", it ")) + 1 :][-70:]
    is_at = _AT.search(before) or re.match(r"(?:behind|between|around|below|above|under)\b", mention.written)
    return bool(is_at) and bool(_PLACED.search(told) or _PLACED.search(after[:40]))
