"""Causes as items name them, and the mechanism each item tells: steps in order, with the word that links them or none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from loaders.article import Item, Sentence
from loaders.context import Context
from loaders.normalised import Span
from loaders.phrases import is_phrase, listed, tidy
from loaders.polarity import denied, frequency, modality
from loaders.populations import is_group
from loaders.statements import Statement, Term
from loaders.verbs import has_verb
from ontology.lexicon.concepts import concepts, key, named, worded_as

CAUSE_TYPES = ("Condition", "Symptom", "Exposure", "ContextFactor", "CausalProcess", "NormalProcess")
_STEP_TYPES = ("CausalProcess", "NormalProcess", "Condition", "Symptom", "Exposure")
_LONG_HEAD = 9


def cause_terms(context: Context, item: Item) -> list[Term]:
    """The causes an item's head names; "A and B" are two when the lexicon or their shortness says so."""
    head = tidy(item.head.text)
    if len(head.split()) > _LONG_HEAD or not item.named:
        head = tidy(re.split(r",|\b(?:such as|which|because|due to|can|may|is|are|makes?|causes?|leads?|results?)\b", head)[0])
    if not is_phrase(head):
        return []
    if named(head, CAUSE_TYPES):
        return [context.grounding.other(head, *CAUSE_TYPES)]
    parts = listed(head)
    if len(parts) > 1 and all(len(part.split()) <= 4 for part in parts):
        return [context.grounding.other(part, *CAUSE_TYPES) for part in parts]
    return [context.grounding.other(head, *CAUSE_TYPES)]


def causes(context: Context, section: str, item: Item) -> Iterator[Statement]:
    """The head of an item of the cause section is a cause, unless the item denies it."""
    told = item.body[0].text if item.body else ""
    negated = _denies(context, item)
    span = Span(item.head.span.start, item.body[0].span.end if item.body else item.head.span.end)
    for term in cause_terms(context, item):
        yield Statement(
            "cause", term, context.symptom, span, section, "cause.item", 0.95, negated=negated, modality=modality(told), frequency=frequency(told)
        )


def _denies(context: Context, item: Item) -> bool:
    """Whether an item's first sentence denies that its head causes the symptom."""
    sentence = item.body[0].text if item.body else item.head.text
    head = key(tidy(item.head.text))
    for found in re.finditer(r"\b(?:caused by|cause[sd]?|lead to|leads to|result in|related to|due to|responsible for|a cause)\b", sentence, re.I):
        if not denied(sentence[: found.start()].rstrip() + " ", sentence):
            continue
        subject = key(re.split(r",|;", sentence[: found.start()])[-1])
        if found[0].lower() in ("caused by", "related to", "due to") and context.grounding.mentions_symptom(sentence[: found.start()]):
            return True
        if head in subject or re.match(r"^(?:it|this|they)\b", subject):
            return True
    return False


_SUBJECTS = re.compile(r"^(?P<list>[^.;:]+?)(?:\s+(?:can|may|could|will|often|all|both|also|make|cause|lead|inhibit|reduce|increase|impair|widen|remove|raise|lower|damage|affect)\b|\.?$)", re.I)
_EXAMPLES = re.compile(r"\b(?:such as|for example|including|e\.g\.|like)\s+(?P<list>[^.;:()]+)", re.I)


def members(context: Context, section: str, item: Item) -> Iterator[Statement]:
    """Causes an item lists under its head: "Drugs: A, B and C", "A, B and C can …", "diseases such as A and B"."""
    if not item.body or _denies(context, item):
        return
    first = item.body[0]
    found = _SUBJECTS.match(first.text)
    names = listed(found["list"]) if found and re.search(r",|\band\b|\bor\b", found["list"]) else []
    names = [*names, *_examples(item.head.text)]
    if len(names) < 2 or any(not _is_member(name) for name in names):
        return
    for name in names:
        term = context.grounding.other(name, *CAUSE_TYPES)
        yield Statement("cause", term, context.symptom, first.span, section, "cause.member", 0.7, modality=modality(first.text))


def _examples(text: str) -> list[str]:
    return listed(found["list"]) if (found := _EXAMPLES.search(text)) else []


def _is_member(name: str) -> bool:
    """A short noun phrase that is neither a place of the body nor people."""
    known = named(name, ("BodySite",))
    return len(name.split()) <= 5 and not has_verb(name) and not is_group(name) and not (known and known.type == "BodySite")


@dataclass(frozen=True)
class _Clause:
    """A step on the way: its words, where they stand, and the connective before them, if any."""

    text: str
    start: int
    end: int
    linked: bool
    opens: bool = False

    @property
    def points_back(self) -> bool:
        """ "Its stimulation" and "when the stagnation ..." follow from what stands before them."""
        return bool(re.match(r"\s*(?:its|their|this|these|such|it|when|once|then|as a result)\b", self.text, re.I))


_LINK = re.compile(
    r"""
      (?P<backward> \s*,?\s*\b(?:because\s+of|due\s+to|owing\s+to|as\s+a\s+result\s+of|caused\s+by|because)\s+ )
    | (?P<verb>
        \s*,?\s*\b(?:(?:and|which|that|thus|thereby|so|it|this|easily|can|may|could|will|often|also|then|to|further|eventually|finally|in\s+turn)\s+)*
        (?:caus(?:e|es|ing)|lead(?:s|ing)?\s+to|result(?:s|ing)?\s+in|trigger(?:s|ing)?|produc(?:es|ing)|induc(?:es|ing)|mak(?:es|ing|e)|giv(?:es|ing)\s+rise\s+to|bring(?:s|ing)\s+(?:on|about)|provok(?:es|ing))
        \s+(?:the\s+|an?\s+)?
      )
    | (?P<so> \s*,?\s*\b(?:and\s+)?(?:so\s+that|so|thus|therefore|hence|thereby|consequently|as\s+a\s+result|and\s+then|which)\b\s*,?\s* )
    | (?P<comma> \s*[,;]\s*(?:and\s+(?:then\s+)?|then\s+|but\s+)? )
    | (?P<and> \s+and\s+(?=(?:the\s+|a\s+)?[\w-]+\s+(?:[\w-]+\s+)?(?:is|are|becomes?|appears?|falls?|rises?|drops?|occurs?|breaks?|follows?|pools?|cannot)\b) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPENING = re.compile(r"^(?:when|if|once|because|as|since|after|whenever|due to|owing to|because of)\s+", re.I)
_AUDIENCE = re.compile(r"^(?:for|in|among)\s+(?:the\s+)?(?:patients?|people|those|persons?|individuals?|women|men|children|infants|the elderly|elderly|adults|older|young)\b", re.I)
_CIRCUMSTANCE = re.compile(
    r"^(?:(?:during|in|at|when|while|for|after|before|over|on|by|within|once|of|the|a|an|same|general|long|sleeping|asleep|day|daytime|night|nighttime|time|"
    r"winter|summer|spring|autumn|morning|evening|middle|severe|serious|mild|cases?|various|reasons|factors|to|certain|extent|addition|however|"
    r"usually|often|some|most|many|patients?|people|especially|early|late|stage|meanwhile|moment|sleep|therefore|also|season|afternoon|due|exercise|walking|getting|up|meals?)\b\s*)+$",
    re.I,
)
_ASIDE = re.compile(
    r"\b(?:more common|most common|commonly seen|often seen|mostly seen|common in|frequent occurrence|prone|at risk|should|doctor|people usually|known as|called|"
    r"for example|such as|not caused|history|inherit|side effect|kinds? of)\b",
    re.I,
)


def mechanism(context: Context, section: str, item: Item, chain: Term) -> Iterator[Statement]:
    """The steps an item's explanation goes through, as one statement for each pair of neighbours."""
    told = [sentence for sentence in item.body if not _ASIDE.search(sentence.text) and not _is_denial(sentence.text)]
    steps = [step for sentence in told for step in _steps(context, chain, sentence)]
    depth: dict[str, int] = {}
    for (before, left), (after, right), linked in _links(context, steps):
        if left.slug == right.slug:
            continue
        depth[right.slug] = max(depth.get(right.slug, 0), depth.get(left.slug, 1) + 1)
        yield Statement(
            "mechanism",
            left,
            right,
            Span(min(before.start, after.start), max(before.end, after.end)),
            section,
            "mechanism.linked" if linked else "mechanism.sequence",
            0.8 if linked else 0.6,
            basis="StatedInText" if linked else "Automatic",
            modality=modality(context.article.text.text[before.end : after.end]),
            chain=chain,
            step=depth[right.slug] - 1,
        )


def _clauses(sentence: Sentence) -> Iterator[_Clause]:
    """The steps of one sentence; noun phrases between commas are put back together."""
    for index, (start, end, linked, backward) in enumerate(_pieces(sentence.text)):
        text = sentence.text[start:end]
        if _AUDIENCE.match(text):
            continue
        opens = start == 0
        opening = _OPENING.match(text)
        words = text
        if opening:
            start, text = start + opening.end(), text[opening.end() :]
        if _CIRCUMSTANCE.match(text.strip(" .,")) or not is_phrase(tidy(text)):
            continue
        span = _trimmed(sentence.text, start, end)
        clause = _Clause(words, sentence.span.start + span[0], sentence.span.start + span[1], linked and index > 0, opens)
        yield replace(clause, linked=True) if backward else clause


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip(" ,;")), end - (len(piece) - len(piece.rstrip(" ,;.")))


_Piece = tuple[int, int, bool, bool]


def _pieces(text: str) -> list[_Piece]:
    """Cut at links. "B because of A" is turned round, so that causes stand before effects."""
    pieces: list[_Piece] = []
    start, linked = 0, False
    backwards: list[int] = []
    for found in _LINK.finditer(text):
        if found.start() == 0 and not found["verb"]:
            continue
        if _within_brackets(text, found.start()):
            continue
        if found["backward"] and found.start() > 0:
            backwards.append(len(pieces) + 1)
        pieces.append((start, found.start(), linked, False))
        start, linked = found.end(), bool(found["verb"] or found["so"])
    pieces.append((start, len(text), linked, False))
    for index in backwards:
        if 0 < index < len(pieces):
            effect, cause = pieces[index - 1], pieces[index]
            pieces[index - 1], pieces[index] = (cause[0], cause[1], effect[2], False), (effect[0], effect[1], True, True)
    return [piece for piece in pieces if text[piece[0] : piece[1]].strip(" ,.;")]


def _within_brackets(text: str, index: int) -> bool:
    return text.count("(", 0, index) > text.count(")", 0, index)


_Step = tuple[_Clause, Term]


def _steps(context: Context, chain: Term, sentence: Sentence) -> list[_Step]:
    """The clauses of a sentence with the things they name. "A can cause the symptom" by itself is a cause, not a mechanism."""
    steps = [(clause, term) for clause in _clauses(sentence) if (term := _step(context, chain, clause)) is not None]
    if len(steps) == 2 and steps[1][1].slug == context.symptom.slug and not steps[0][0].points_back and not has_verb(steps[0][0].text):
        return []
    return steps


def _links(context: Context, steps: list[_Step]) -> Iterator[tuple[_Step, _Step, bool]]:
    """Neighbouring steps. Two states told side by side by what does *not* happen stand next to each other, not one behind the other."""
    fronts: list[_Step] = []
    earlier: list[_Step] = []
    for clause, term in steps:
        if fronts and not clause.linked and _is_lack(clause.text) and _is_lack(fronts[-1][0].text):
            yield from ((before, (clause, term), False) for before in earlier)
            fronts.append((clause, term))
            continue
        if fronts and _follows(context, fronts[-1], (clause, term)):
            yield from ((before, (clause, term), clause.linked) for before in fronts)
            earlier = fronts
        fronts = [(clause, term)]


def _follows(context: Context, before: _Step, after: _Step) -> bool:
    """Whether a step continues the chain: by a link, by pointing back, or as the next clause of the same sentence. A new sentence
    continues it only between steps the lexicon knows."""
    clause, term = after
    if clause.linked or clause.points_back:
        return True
    if clause.opens:
        return term.slug in concepts() and before[1].slug in concepts()
    return has_verb(clause.text) or context.grounding.is_symptom(clause.text)


def _is_denial(sentence: str) -> bool:
    """Whether a sentence denies a causal relation rather than tells one."""
    verbs = re.finditer(r"\b(?:cause[sd]?|lead to|leads to|result in|related to|due to|a cause)\b", sentence, re.I)
    return any(denied(sentence[: found.start()], sentence) for found in verbs)


def _is_lack(text: str) -> bool:
    return bool(re.search(r"\b(?:not|cannot|no longer|insufficient)\b", text, re.I))


def _step(context: Context, chain: Term, clause: _Clause) -> Term | None:
    phrase = tidy(_OPENING.sub("", clause.text))
    if known := worded_as(clause.text, context.grounding.topic, _STEP_TYPES):
        return Term(known, phrase)
    if not is_phrase(phrase) or is_group(phrase) and len(phrase.split()) < 4:
        return None
    if context.grounding.is_symptom(phrase):
        return Term(context.symptom.concept, phrase)
    if _restates(phrase, chain):
        return Term(chain.concept, phrase)
    return context.grounding.term(phrase, *_STEP_TYPES)


def _restates(phrase: str, cause: Term) -> bool:
    """ "Hypocalcemia occurs in the body" is the cause once more, not a step of its own."""
    name = key(cause.label)
    rest = key(phrase).replace(name, "", 1) if name in key(phrase) else None
    return rest is not None and not re.sub(r"\b(?:occur|happen|exist|appear|has|have|in|the|body|there|is|are|present|of|human|a)\b", "", rest).strip()
