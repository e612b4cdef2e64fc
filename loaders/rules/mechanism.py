"""The mechanism an item tells: steps in order, with the word that links them or none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from loaders.article import Item, Sentence
from loaders.context import Context
from loaders.normalised import Span
from loaders.phrases import is_phrase, tidy
from loaders.polarity import denied, modality
from loaders.populations import is_group
from loaders.statements import Statement, Term
from loaders.verbs import has_verb
from ontology.lexicon.concepts import concepts, key, worded_as

_TYPES = ("CausalProcess", "NormalProcess", "Condition", "Symptom", "Exposure")
_LONGEST_NAME = 4
_POINTS_BACK = re.compile(r"\s*(?:its|their|this|these|such|it|when|once|then|as a result)\b", re.IGNORECASE)
_LINK = re.compile(
    r"""
      (?P<backward> \s*,?\s*\b(?:because\s+of|due\s+to|owing\s+to|as\s+a\s+result\s+of|caused\s+by|because)\s+ )
    | (?P<verb>
        \s*,?\s*\b
        (?:(?:and|which|that|thus|thereby|so|it|this|they|easily|can|may|could|will|often|also|all|both|each|usually|sometimes
            |directly|then|to|further|eventually|gradually|finally|in\s+turn)\s+)*
        (?:caus(?:e|es|ing)|lead(?:s|ing)?\s+to|result(?:s|ing)?\s+in|trigger(?:s|ing)?|produc(?:es|ing)|induc(?:es|ing)
            |mak(?:es|ing|e)|giv(?:es|ing)\s+rise\s+to|bring(?:s|ing)\s+(?:on|about)|provok(?:es|ing))
        \s+(?:the\s+|an?\s+)?
      )
    | (?P<so>
        \s*,?\s*\b(?:and\s+)?
        (?:so\s+that|so|thus|therefore|hence|thereby|consequently|as\s+a\s+result|and\s+then|which)\b\s*,?\s*
      )
    | (?P<comma> \s*[,;]\s*(?:and\s+(?:then\s+)?|then\s+|but\s+)? )
    | (?P<and>
        \s+and\s+
        (?=(?:the\s+|a\s+)?[\w-]+\s+(?:of\s+(?:the\s+)?[\w-]+\s+|[\w-]+\s+)?
            (?:is|are|becomes?|appears?|falls?|rises?|drops?|occurs?|breaks?|follows?|pools?|cannot|swells?|leaks?
               |contracts?|develops?|sets\s+in|increases?|decreases?|narrows?|widens?|dries|stagnates?|accumulates?)\b)
      )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPENING = re.compile(r"^(?:when|if|once|because|as|since|after|whenever|due to|owing to|because of)\s+", re.IGNORECASE)
_AUDIENCE = re.compile(
    r"^(?:although|though|even\s+if|unless|despite)\b|^(?:for|in|among)\s+(?:the\s+)?(?:patients?|people|those|persons?|individuals?|women|men|children|"
    r"infants|the elderly|elderly|adults|older|young)\b",
    re.IGNORECASE,
)
_CIRCUMSTANCE = re.compile(
    r"^(?:(?:during|in|at|when|while|for|after|before|over|on|by|within|once|of|the|a|an|same|general|long|sleeping|asleep|day|daytime|night|nighttime|time|"
    r"winter|summer|spring|autumn|morning|evening|middle|severe|serious|mild|cases?|various|reasons|factors|to|certain|extent|addition|however|"
    r"usually|often|some|most|many|patients?|people|especially|early|late|stage|meanwhile|moment|sleep|therefore|also|season|afternoon|due|exercise|walking|getting|up|meals?)\b\s*)+$",
    re.IGNORECASE,
)
_UNTREATED = re.compile(
    r"^(?:but\s+|and\s+)?(?:if|when|unless|once)\b.*\bnot\s+(?:be\s+)?(?:treated|handled|relieved|controlled|corrected|managed)\b|"
    r"\bnot\s+(?:be\s+)?(?:treated|handled)\b",
    re.IGNORECASE,
)
"""What is not done about it in time is no step on the way."""
_EXISTING = re.compile(r"\b(?:occur|happen|exist|appear|has|have|in|the|body|there|is|are|present|of|human|a)\b")
_CAUSING = re.compile(
    r"\b(?:cause[sd]?|lead to|leads to|result in|related to|due to|a cause|hint|mean|indicate|suggest)\b|"
    r"\bno relation\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:more common|most common|commonly seen|often seen|mostly seen|common in|frequent occurrence|prone|"
    r"at risk|risk|factors?|should|doctor|people usually|known as|called|"
    r"more likely|less likely|high[- ]incidence|"
    r"(?:happens?|occurs?|appears?|found|seen)\s+(?:mostly\s+|mainly\s+|more\s+|often\s+)*(?:in|among)\s+(?:the\s+)?(?:elderly|women|men|children|people|patients|infants|\w+\s+(?:women|men|people))|"
    r"for example|such as|not caused|history|inherit|side effect|kinds? of)\b",
    re.IGNORECASE,
)


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
        """Whether it follows from what stands before it: "its stimulation", "when the stagnation ..."."""
        return bool(_POINTS_BACK.match(self.text))


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
    """The steps of one sentence, without its audience and its circumstances."""
    for index, piece in enumerate(_pieces(sentence.text)):
        words = sentence.text[piece.start : piece.end]
        if _AUDIENCE.match(words) or _UNTREATED.search(words):
            continue
        opening = _OPENING.match(words)
        length = opening.end() if opening else 0
        core = words[length:]
        if _CIRCUMSTANCE.match(core.strip(" .,")) or not is_phrase(tidy(core)):
            continue
        start, end = _trimmed(sentence.text, piece.start + length, piece.end)
        yield _Clause(
            words,
            sentence.span.start + start,
            sentence.span.start + end,
            linked=piece.turned or (piece.linked and index > 0),
            opens=piece.start == 0,
        )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip(" ,;")), end - (len(piece) - len(piece.rstrip(" ,;.")))


@dataclass(frozen=True)
class _Piece:
    """A stretch of a sentence between two links; ``turned`` is the effect of "because", moved behind its cause."""

    start: int
    end: int
    linked: bool
    turned: bool = False


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
        if (found["comma"] or found["and"]) and not linked and _is_only_named(text[start : found.start()]):
            continue
        if found["backward"] and found.start() > 0:
            backwards.append(len(pieces) + 1)
        pieces.append(_Piece(start, found.start(), linked))
        start, linked = found.end(), bool(found["verb"] or found["so"])
    pieces.append(_Piece(start, len(text), linked))
    for index in backwards:
        if 0 < index < len(pieces):
            effect, cause = pieces[index - 1], pieces[index]
            pieces[index - 1] = _Piece(cause.start, cause.end, effect.linked)
            pieces[index] = _Piece(effect.start, effect.end, linked=True, turned=True)
    return [piece for piece in pieces if text[piece.start : piece.end].strip(" ,.;")]


def _is_only_named(words: str) -> bool:
    """Whether words are the first of several things that share the verb to come: "A, B and C can"."""
    opening = _OPENING.match(words)
    core = words[opening.end() :] if opening else words
    plain = not (opening or _AUDIENCE.match(words) or _CIRCUMSTANCE.match(core.strip(" .,")))
    return plain and len(core.split()) <= _LONGEST_NAME and not has_verb(core)


def _within_brackets(text: str, index: int) -> bool:
    return text.count("(", 0, index) > text.count(")", 0, index)


_Step = tuple[_Clause, Term]


def _steps(context: Context, chain: Term, sentence: Sentence) -> list[_Step]:
    """The clauses of a sentence with the things they name.

    "A can cause the symptom" by itself is a cause, not a mechanism.
    """
    steps = [(clause, term) for clause in _clauses(sentence) if (term := _step(context, chain, clause)) is not None]
    if (
        len(steps) == 2
        and steps[1][1].slug == context.symptom.slug
        and not steps[0][0].points_back
        and not has_verb(steps[0][0].text)
    ):
        return []
    return steps


def _links(context: Context, steps: list[_Step]) -> Iterator[tuple[_Step, _Step, bool]]:
    """Neighbouring steps, and whether a word links them.

    Two states told side by side by what does *not* happen stand next to each other, not one behind the other.
    """
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
    """Whether a step continues the chain: by a link, by pointing back, or as the next clause of the same sentence.

    A new sentence continues it only between steps the lexicon knows.
    """
    clause, term = after
    if term.concept.type == "Exposure":
        return False  # what someone does or meets with is the effect of nothing
    if clause.linked or clause.points_back:
        return True
    if clause.opens:
        return term.slug in concepts() and before[1].slug in concepts()
    return has_verb(clause.text) or context.grounding.is_symptom(clause.text)


def _is_denial(sentence: str) -> bool:
    """Whether a sentence denies a causal relation rather than tells one."""
    return any(
        found[0].casefold() == "no relation" or denied(sentence[: found.start()])
        for found in _CAUSING.finditer(sentence)
    )


def _is_lack(text: str) -> bool:
    return bool(re.search(r"\b(?:not|cannot|no longer|insufficient)\b", text, re.IGNORECASE))


def _step(context: Context, chain: Term, clause: _Clause) -> Term | None:
    phrase = tidy(_OPENING.sub("", clause.text))
    if known := worded_as(clause.text, context.grounding.topic, _TYPES):
        return Term(known, phrase)
    if not is_phrase(phrase) or (is_group(phrase) and (len(phrase.split()) < 4 or not has_verb(phrase))):
        return None
    if context.grounding.is_symptom(phrase):
        return Term(context.symptom.concept, phrase)
    if _restates(phrase, chain):
        return Term(chain.concept, phrase)
    return context.grounding.term(phrase, *_TYPES)


def _restates(phrase: str, cause: Term) -> bool:
    """Whether a phrase is only the cause once more ("hypocalcemia occurs in the body"), not a step of its own."""
    name, words = key(cause.label), key(phrase)
    return name in words and not _EXISTING.sub("", words.replace(name, "", 1)).strip()
