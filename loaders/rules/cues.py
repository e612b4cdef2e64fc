"""Rules that are nothing but a row of ``cues.tsv``: a pattern, what its groups mean, and where it may fire."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from loaders.context import Context, Place
from loaders.phrases import is_phrase, listed, tidy
from loaders.polarity import denied, frequency, modality, severity
from loaders.populations import groups, is_group, predisposition
from loaders.statements import Statement, Term, local
from loaders.verbs import before_verb, has_verb
from ontology.lexicon.concepts import key, named
from ontology.lexicon.tables import table

_LONGEST_SENTENCE = 900
_MACROS = {
    "{np}": r"[^,.;:()\"]{2,90}",
    "{list}": r"(?:[^.;:]|(?<=\d)\.(?=\d)){2,300}",
    "{lazygroup}": r"[^,.;:()]{3,110}?",
    "{clause}": r"(?:[^.;]|(?<=\d)\.(?=\d)){2,300}",
    "{group}": r"[^,.;:()]{3,110}",
    "{name}": r"\"[^\"]{2,60}\"|[A-Za-z][^,.;:()\"]{1,60}?(?=\s+(?:in medicine|in clinic|by|because|which|that|is|are|was|or|and|belongs|refers|when|if|since)\b|[,.;:()\"]|$)",
}
_CONDITIONS = ("Condition", "Symptom", "Exposure", "ContextFactor", "CausalProcess", "NormalProcess")


@dataclass(frozen=True)
class Cue:
    """One row of ``cues.tsv``."""

    rule: str
    type: str
    sections: frozenset[str]
    where: str
    subject: str
    object: str
    subject_types: tuple[str, ...]
    object_types: tuple[str, ...]
    confidence: float
    pattern: re.Pattern[str]


@cache
def cues() -> tuple[Cue, ...]:
    return tuple(_cue(row) for row in table("cues"))


def _cue(row: dict[str, str]) -> Cue:
    pattern = row["pattern"]
    for macro, meaning in _MACROS.items():
        pattern = pattern.replace(macro, meaning)
    return Cue(
        row["rule"],
        row["type"],
        frozenset(row["sections"].split("|")),
        row["where"],
        row["subject"],
        row["object"],
        _types(row["subject_types"]),
        _types(row["object_types"]),
        float(row["confidence"]),
        re.compile(pattern, re.IGNORECASE),
    )


def _types(cell: str) -> tuple[str, ...]:
    wanted = tuple(part for part in cell.split("|") if part != "-")
    return (*wanted, *(type_ for type_ in _CONDITIONS if type_ not in wanted)) if wanted and wanted[0] in _CONDITIONS else wanted


def statements(context: Context, place: Place) -> Iterator[Statement]:
    """What the cues read out of one sentence."""
    if len(place.text) > _LONGEST_SENTENCE:
        return
    for cue in cues():
        if "*" not in cue.sections and place.section not in cue.sections:
            continue
        for found in cue.pattern.finditer(place.text):
            yield from _read(context, place, cue, found)


def _read(context: Context, place: Place, cue: Cue, found: re.Match[str]) -> Iterator[Statement]:
    before = place.text[: found.start("verb") + len(found["verb"])] if "verb" in found.re.groupindex else place.text[: found.start()]
    negated = _is_denied(cue, place, found, before)
    if not _may_fire(context, place, cue, found, negated):
        return
    for subject in _ends(context, place, cue, cue.subject, cue.subject_types, found, negated):
        assert isinstance(subject, Term)
        for end in _ends(context, place, cue, cue.object, cue.object_types, found, negated):
            if isinstance(end, str) and key(end) in (key(subject.label), key(subject.written)):
                continue
            yield _statement(context, place, cue, found, subject, end, negated)


def _is_denied(cue: Cue, place: Place, found: re.Match[str], before: str) -> bool:
    if cue.type not in ("cause", "predisposing", "relief", "consequence", "risk_group"):
        return False
    if cue.rule in ("cause.no-relation", "cause.symptom-unrelated"):
        return True
    verbal = re.sub(r"\b(?:causes?|leads? to|results? in|triggers?|induces?|produces?|provokes?)$", "", before.rstrip())
    inside = re.search(r"\b(?:not|never|cannot|neither|nor)\b", _between(cue, found), re.I)
    return bool(inside) or denied(verbal + " ", place.text if cue.type == "cause" else "")


def _between(cue: Cue, found: re.Match[str]) -> str:
    """The words of the match that are neither end: where the relation's own verb stands."""
    text = found[0]
    for group in ("o", "s", "target", "lead", "before", "head", "definition"):
        if group in found.re.groupindex and found[group] and not (group == "target" and cue.rule.startswith(("cause.caused", "cause.due", "cause.results"))):
            text = text.replace(found[group], " ", 1)
    return text[-80:] if cue.rule.startswith(("cause.caused", "cause.due", "cause.results")) else text


def _may_fire(context: Context, place: Place, cue: Cue, found: re.Match[str], negated: bool) -> bool:
    if cue.where == "prose" and place.item is not None:
        return False
    if cue.where == "prose-or-denied" and place.item is not None and not negated:
        return False
    if cue.type in ("cause", "relief") and "target" in found.re.groupindex:
        return _is_about_symptom(context, place, found["target"] or "", cue)
    if cue.rule == "consequence.leads-to":
        return not context.grounding.mentions_symptom(found["o"]) and _leads_from_symptom(context, place, found["lead"])
    return True


def _is_about_symptom(context: Context, place: Place, target: str, cue: Cue) -> bool:
    if context.grounding.mentions_symptom(target) or re.match(r"^\W*(?:it|this|them|this symptom|the symptom|the disease|the attack|attacks?|the pain)\b", target, re.I):
        return True
    if cue.type == "relief":
        return place.section in ("treatment", "prevention")
    return not target.strip() and place.section == "cause"


def _leads_from_symptom(context: Context, place: Place, lead: str) -> bool:
    """The subject of a consequence is the symptom, a pronoun for it, or left out."""
    if place.item is not None:
        return False
    core = tidy(re.sub(r"\b(?:in severe cases|for a long time|repeated|if not treated|untreated|long-term|prolonged)\b", "", lead, flags=re.I))
    return not core or context.grounding.mentions_symptom(lead) or bool(re.search(r"\b(?:it|this|they|which|attacks?|pain|cases|loss|bleeding)\b", lead, re.I))


def _ends(context: Context, place: Place, cue: Cue, spec: str, types: tuple[str, ...], found: re.Match[str], negated: bool) -> Iterator[Term | str]:
    """What one end of a statement names: terms, or for a synonym the name itself."""
    about = place.topic or context.symptom
    if spec == "symptom":
        yield context.symptom
    elif spec == "about":
        yield _bearer(context, place, found) or about
    elif spec == "s?about":
        yield _named_or(context, about, found)
    elif spec == "sentence":
        yield _caveat(context, place)
    elif spec == "groups:o":
        yield from groups(found["o"], cue.rule)
    else:
        yield from _captured(context, place, cue, spec, types, found, negated)


def _named_or(context: Context, about: Term, found: re.Match[str]) -> Term:
    """The thing a synonym is a synonym of: what the sentence names, when the lexicon knows it, or the topic."""
    phrase = tidy(found["s"] or "")
    if phrase and (concept := named(phrase, ("Symptom", "Condition"))):
        return Term(concept, phrase)
    return about


_COPULA = re.compile(r"(?:^|[,;]\s*|\band\s+)(?P<bearer>[^,;]{3,60}?)\s+(?:is|are)\s*(?:\w+ly\s+|often\s+|most\s+|more\s+)*$", re.I)


def _bearer(context: Context, place: Place, found: re.Match[str]) -> Term | None:
    """What the sentence itself names as more common or more likely: "Atrial fibrillation is more common in …"."""
    if context.grounding.mentions_symptom(place.text[found.end("o") :]):
        return context.symptom
    before = _COPULA.search(place.text[: found.start()])
    phrase = tidy(before["bearer"]) if before else ""
    if context.grounding.is_symptom(phrase):
        return context.symptom
    concept = named(phrase, _CONDITIONS) if phrase else None
    return Term(concept, phrase) if concept and concept.type in _CONDITIONS else None


def _caveat(context: Context, place: Place) -> Term:
    words = place.text.rstrip(" .")
    return context.grounding.other(words, "Caveat") if is_phrase(words) else local(words, "Caveat")


def _captured(context: Context, place: Place, cue: Cue, spec: str, types: tuple[str, ...], found: re.Match[str], negated: bool) -> Iterator[Term | str]:
    text = found["o"]
    if cue.type == "predisposing":
        text = _before_clause(text)
        if taken := re.match(r"(?:take|use|inject|drink|eat|wear|smoke)\s+(?P<what>.+)", text):
            text = re.sub(r"^(\w+?)e?\s", r"\1ing ", taken[0])
    if cue.type in ("cause", "relief") and "target" in found.re.groupindex and found.start("o") < found.start("target"):
        text = _last_subject(text)
    if cue.type in ("cause", "predisposing") and re.match(r"\s*(?:and\s+)?(?:its|their|this|these|such|who|it|they)\b", text, re.I):
        return
    for phrase in listed(text) if spec.startswith("list:") else [tidy(text)]:
        if cue.type == "relief":
            phrase = tidy(re.sub(r"\s+\d[\d.]*\s*(?:mg|g|ml|mcg|μg)\b.*$", "", phrase))
        if is_phrase(phrase) and _fits(context, place, cue, phrase, negated):
            yield phrase if cue.type == "synonym" else context.grounding.other(phrase, *types)


_AUXILIARIES = re.compile(r"(?:\s+(?:can|may|could|will|would|might|by itself|itself|alone|often|also|all|both|easily|sometimes|usually|do|does|not|never|cannot|is|are|has|have|no|who|which|that|directly))+\s*$", re.I)


def _last_subject(text: str) -> str:
    """The subject right before a verb: what stands there after the last clause, or before "... does A and" when that shares it."""
    text = _AUXILIARIES.sub("", text)
    if not has_verb(text):
        return text
    tail = re.split(r",\s+(?:and|but)\s+|\b(?:whereas|while|but|if|when|because|so|which|that|although)\b", text)[-1]
    parts = tail.split(",")
    clause = next((index for index in range(len(parts) - 1, -1, -1) if has_verb(parts[index])), -1)
    if clause < len(parts) - 1:
        return ",".join(parts[clause + 1 :])
    return before_verb(tail) if re.search(r"\b(?:and|or)\s*\w*$", tail.rstrip()) else ""


def _before_clause(text: str) -> str:
    """A list up to the first member that is a clause of its own."""
    parts = text.split(",")
    length = next((index for index, part in enumerate(parts) if has_verb(part)), len(parts))
    return ",".join(parts[:length]) or before_verb(parts[0])


def _fits(context: Context, place: Place, cue: Cue, phrase: str, negated: bool) -> bool:
    if cue.type == "synonym":
        return not re.search(r"\b(?:following|follows|patients?|people)\b", phrase, re.I) and len(phrase.split()) <= 7
    if cue.type == "relief":
        return not re.match(r"(?:\w+\s+)?(?:way|method|measure|pain|it|patients?)s?\b", phrase, re.I) and not re.search(r"\bpatient\b", phrase)
    if cue.type in ("cause", "predisposing"):
        if context.grounding.is_symptom(phrase) or re.match(r"(?:its|their|this|these|who)\b", phrase, re.I) or is_group(phrase):
            return False
        if has_verb(phrase) or len(phrase.split()) > 10:
            return False
        if cue.type == "cause" and place.item is not None and not negated:
            return len(phrase.split()) <= 6
    return True


def _statement(context: Context, place: Place, cue: Cue, found: re.Match[str], subject: Term, end: Term | str, negated: bool) -> Statement:
    type_, subject = predisposition(cue.type, subject)
    return Statement(
        type_,
        subject,
        end if isinstance(end, Term) else None,
        place.sentence.span,
        place.section,
        cue.rule,
        cue.confidence,
        text=end if isinstance(end, str) else "",
        negated=negated,
        modality=modality(place.text),
        frequency=frequency(place.text),
        severity=severity(place.text),
        reason=tidy(found["definition"]) if "definition" in found.re.groupindex and found["definition"] else "",
    )


def tells_apart(text: str) -> bool:
    """Whether a text sets out to tell the symptom from others."""
    return bool(re.search(r"\b(?:differential|distinguish\w*|differentiat\w*|identified (?:with|from)|told apart|confus\w+|mistaken)\b", text, re.I))
