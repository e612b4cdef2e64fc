"""The cues of the lexicon at work: where one matches and may fire, a sentence becomes statements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from loaders.context import Context, Place
from loaders.phrases import is_phrase, listed, tidy
from loaders.polarity import clause, denied, frequency, modality, severity
from loaders.populations import groups, is_group, predisposition
from loaders.rules.subjects import bearer, before_clause, is_symptom, last_subject
from loaders.statements import Statement, Term, local
from loaders.verbs import has_verb
from ontology.lexicon.concepts import key, named
from ontology.lexicon.cues import Cue, cues

_LONGEST_SENTENCE = 700
_FEW_WORDS = 25
_LEAST_VARIETY = 0.35
_DENIABLE = ("cause", "predisposing", "relief", "consequence", "risk_group")
_PASSIVE = ("cause.caused", "cause.due", "cause.results")
"""Rules in which the symptom stands before the verb, so that a "not" belongs to what follows it."""


_CIRCUMSTANCE = re.compile(r"^\s*(?:when|if|during|in|after|at\s+the\s+time\s+of|for)\b[^,]*,\s*", re.IGNORECASE)
_ALWAYS_DENIED = ("cause.no-relation", "cause.symptom-unrelated", "relief.none-helps", "cause.no-connection")
_OF_WHAT_IS_NOT_DONE = ("consequence.if-not", "consequence.in-the-long-run")
"""What follows if it is not treated is not denied."""
_NO = r"\b(?:not|never|cannot|neither|nor|useless|ineffective|harmful|forbidden|prohibited|contraindicated)\b"


@dataclass(frozen=True)
class _Match:
    """A cue that matches in a sentence."""

    context: Context
    place: Place
    cue: Cue
    found: re.Match[str]

    def has(self, group: str) -> bool:
        """Whether the pattern has this group, matched or not."""
        return group in self.found.re.groupindex

    def part(self, group: str) -> str:
        """What a group holds; empty where the pattern has no such group or it holds nothing."""
        return self.found[group] or "" if self.has(group) else ""

    @cached_property
    def negated(self) -> bool:
        """Whether the sentence denies the relation."""
        if self.cue.type not in _DENIABLE:
            return False
        if self.cue.rule in _ALWAYS_DENIED:
            return True
        if self.cue.rule in _OF_WHAT_IS_NOT_DONE:
            return False
        before = self.place.text[: self.found.end("verb") if self.has("verb") else self.found.start()]
        verbal = re.sub(
            r"\b(?:causes?|leads? to|results? in|triggers?|induces?|produces?|provokes?)$", "", before.rstrip()
        )
        inside = re.search(_NO, self._between(), re.IGNORECASE)
        return bool(inside) or denied(verbal + " ")

    def _between(self) -> str:
        """The words of the match that are neither end: where the relation's own verb stands."""
        text = self.found[0]
        passive = self.cue.rule.startswith(_PASSIVE)
        for group in ("o", "s", "target", "lead", "before", "head", "definition"):
            if (words := self.part(group)) and not (group == "target" and passive):
                text = text.replace(words, " ", 1)
        return text[-80:] if passive else text


def _is_prose(sentence: str) -> bool:
    """Whether patterns may be tried on a sentence: on endless or endlessly repeated words they take endless time."""
    words = sentence.casefold().split()
    return len(sentence) <= _LONGEST_SENTENCE and (
        len(words) <= _FEW_WORDS or len(set(words)) >= _LEAST_VARIETY * len(words)
    )


def statements(context: Context, place: Place, type_: str = "") -> Iterator[Statement]:
    """What the cues, or those of one type, read out of one sentence."""
    if not _is_prose(place.text):
        return
    for cue in cues():
        if type_ and cue.type != type_:
            continue
        if "*" not in cue.sections and place.section not in cue.sections:
            continue
        for found in cue.pattern.finditer(place.text):
            yield from _read(_Match(context, place, cue, found))


def _read(match: _Match) -> Iterator[Statement]:
    if not _may_fire(match):
        return
    cue = match.cue
    for subject in _terms(match, cue.subject, cue.subject_types):
        if cue.type == "synonym":
            for name in _phrases(match, cue.object):
                if key(name) not in (key(subject.label), key(subject.written)):
                    yield _statement(match, subject, None, name)
        else:
            for end in _terms(match, cue.object, cue.object_types):
                yield _statement(match, subject, end)


def _may_fire(match: _Match) -> bool:
    context, place, cue = match.context, match.place, match.cue
    if cue.where == "prose" and place.item is not None:
        return False
    if cue.where == "item" and place.item is None:
        return False
    if cue.where == "prose-or-denied" and place.item is not None and not match.negated:
        return False
    if cue.type in ("cause", "relief", "predisposing") and match.has("target"):
        return _is_about_symptom(match)
    if cue.rule == "consequence.leads-to":
        return not context.grounding.mentions_symptom(match.part("o")) and (
            is_symptom(context, place, match.part("lead")) or _is_told_of_it(place, match.part("lead"))
        )
    return True


_LONGEST_LEAD = 7


def _is_told_of_it(place: Place, lead: str) -> bool:
    """Whether a short subject of the introduction stands for the symptom in one of its forms: "Choking on food"."""
    return place.section == "introduction" and len(lead.split()) <= _LONGEST_LEAD and not has_verb(lead)


_OF_ITEM = re.compile(r"(?:it|this|them|attacks?|an attack|the attack)\W*", re.IGNORECASE)


def _is_about_symptom(match: _Match) -> bool:
    target = match.part("target")
    if match.cue.rule == "cause.verb" and match.place.topic is not None and _OF_ITEM.fullmatch(target.strip()):
        return False  # in the item of a cause, "it" is that cause
    if match.context.grounding.mentions_symptom(target) or re.match(
        r"^\W*(?:(?:less|more|most|very|also|sometimes|rarely|often|usually|in rare cases)\s+)*"
        r"(?:it|this|them|this symptom|the symptom|the disease|the attack|attacks?|the pain)\b",
        target,
        re.IGNORECASE,
    ):
        return True
    if match.cue.type == "relief":
        return match.place.section in ("treatment", "prevention")
    return not target.strip() and match.place.section == "cause"


def _terms(match: _Match, end: str, types: tuple[str, ...]) -> Iterator[Term]:
    """The things one end of the cue names."""
    context, place = match.context, match.place
    about = place.topic or context.symptom
    if end == "symptom":
        yield context.symptom
    elif end == "about":
        yield bearer(context, place, match.found) or about
    elif end == "s?about":
        yield _named(match.part("s")) or about
    elif end == "sentence":
        yield _caveat(context, place)
    elif end == "groups:o":
        yield from groups(match.part("o"), match.cue.rule)
    else:
        yield from (context.grounding.other(phrase, *types) for phrase in _phrases(match, end))


def _named(words: str) -> Term | None:
    """The thing a synonym is a synonym of, where the sentence names it and the lexicon knows it."""
    phrase = tidy(words)
    concept = named(phrase, ("Symptom", "Condition")) if phrase else None
    return Term(concept, phrase) if concept else None


def _caveat(context: Context, place: Place) -> Term:
    words = place.text.rstrip(" .")
    return context.grounding.other(words, "Caveat") if is_phrase(words) else local(words, "Caveat")


def _phrases(match: _Match, end: str) -> Iterator[str]:
    """The phrases in group ``o`` that can name an end: all members of a ``list:o``, else the whole group."""
    text, type_ = match.part("o"), match.cue.type
    if match.cue.rule.startswith(_PASSIVE):
        text = before_clause(text)
    if type_ == "predisposing":
        text = before_clause(text)
        if taken := re.match(r"(?:take|use|inject|drink|eat|wear|smoke)\s+(?P<what>.+)", text):
            text = re.sub(r"^(\w+?)e?\s", r"\1ing ", taken[0])
    if type_ == "relief":
        text = _CIRCUMSTANCE.sub("", text)
    if type_ in ("cause", "relief") and match.has("target") and match.found.start("o") < match.found.start("target"):
        text = last_subject(_without_relative(text))
    if type_ in ("cause", "predisposing") and re.match(
        r"\s*(?:and\s+)?(?:its|their|this|these|such|who|it|they)\b", text, re.IGNORECASE
    ):
        return
    phrases = listed(text) if end.startswith("list:") else [tidy(text)]
    if type_ == "relief":
        phrases = [tidy(re.sub(r"\s+\d[\d.]*\s*(?:mg|g|ml|mcg|μg)\b.*$", "", phrase)) for phrase in _avoided(phrases)]
    if type_ == "predisposing":
        phrases = [re.sub(r"^(?:in|by|after|with|during)\s+(?:the\s+)?", "", phrase) for phrase in phrases]
    yield from (phrase for phrase in phrases if is_phrase(phrase) and _fits(match, phrase))


def _without_relative(text: str) -> str:
    """A subject without the clause that describes it: "a tumor that presses on the veins" is a tumor."""
    found = re.search(r"\s+(?:that|which)\s+[^,;]+$", text)
    return text[: found.start()] if found and not has_verb(text[: found.start()]) else text


_A_MEASURE = (
    r"(?!smoking|drinking|straining|sitting|standing|lifting|eating|coughing)\w+ing\b|"
    r"(?:eat|drink|take|keep|rest|sleep|wear|use|do)\b"
)


def _avoided(phrases: list[str]) -> list[str]:
    """What relieves is stopping tea *and stopping* coffee: the verb of avoidance holds for the whole list."""
    verb = re.match(
        r"(?:stop(?:ping)?|avoid(?:ing)?|reduc(?:e|ing)|limit(?:ing)?|quit(?:ting)?|giv(?:e|ing) up|"
        r"cut(?:ting)? down on|cutting|less)\b",
        phrases[0] if phrases else "",
        re.IGNORECASE,
    )
    if verb is None:
        return phrases
    return [phrases[0], *(each if re.match(_A_MEASURE, each) else f"{verb[0].lower()} {each}" for each in phrases[1:])]


def _fits(match: _Match, phrase: str) -> bool:
    """Whether a phrase can be the end of this kind of statement."""
    type_ = match.cue.type
    if type_ == "synonym":
        short = len(phrase.split()) <= 7
        return short and not re.search(r"\b(?:following|follows|patients?|people)\b", phrase, re.IGNORECASE)
    if type_ == "relief":
        vague = re.match(r"(?:\w+\s+)?(?:way|method|measure|pain|it|patients?)s?\b", phrase, re.IGNORECASE)
        return not vague and not re.search(r"\bpatient\b", phrase)
    if type_ in ("cause", "predisposing"):
        if (
            match.context.grounding.is_symptom(phrase)
            or re.match(r"(?:its|their|this|these|who|in|on|at|during|for|from|after|before)\b", phrase, re.IGNORECASE)
            or is_group(phrase)
            or has_verb(phrase)
        ):
            return False
        if type_ == "cause" and (site := named(phrase, ("BodySite",))) and site.type == "BodySite":
            return False
        if match.cue.rule == "cause.seen-in":
            return named(phrase, ("Condition",)) is not None
        short_only = type_ == "cause" and match.place.item is not None and not match.negated
        return len(phrase.split()) <= (7 if short_only else 10)
    return True


def _statement(match: _Match, subject: Term, end: Term | None, name: str = "") -> Statement:
    cue, place = match.cue, match.place
    type_, subject = predisposition(cue.type, subject)
    said = clause(place.text, *match.found.span("o" if match.has("o") else 0))
    return Statement(
        type_,
        subject,
        end,
        place.sentence.span,
        place.section,
        cue.rule,
        cue.confidence,
        text=name,
        negated=match.negated,
        modality=modality(said),
        frequency=frequency(said),
        severity=severity(said),
        reason=tidy(match.part("definition")),
    )
