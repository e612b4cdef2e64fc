"""A sentence cut into the steps it tells: at words that link cause and effect, at commas, at "and" before a clause."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from loaders.article import Sentence
from loaders.normalised import Span
from loaders.phrases import is_phrase, tidy
from loaders.verbs import action, before_verb, has_verb

_LONGEST_NAME = 5
_LONGEST_SUBJECT = 7
_POINTS_BACK = re.compile(r"\s*(?:its|their|this|these|such|it|when|once|then|as a result)\b", re.IGNORECASE)
_LINK = re.compile(
    r"""
      (?P<backward> \s*,?\s*\b(?:because\s+of|due\s+to|owing\s+to|as\s+a\s+result\s+of|caused\s+by|because)\s+ )
    | (?P<verb>
        \s*,?\s*\b
        (?:(?:and|which|that|thus|thereby|so|it|this|they|easily|can|may|could|will|often|also|all|both|each|usually|sometimes
            |directly|then|to|further|eventually|gradually|finally|in\s+turn)\s+)*
        (?:caus(?:e|es|ing)|lead(?:s|ing)?\s+to|result(?:s|ing)?\s+in|trigger(?:s|ing)?|produc(?:es|ing)|induc(?:es|ing)
            |mak(?:es|ing|e)|giv(?:es?|ing)\s+rise\s+to|bring(?:s|ing)\s+(?:on|about)|provok(?:es|ing))
        \s+(?:the\s+|an?\s+)?
      )
    | (?P<so>
        \s*,?\s*\b(?:and\s+)?
        (?<!\bis\s)(?<!\bare\s)(?:so\s+that|so|thus|therefore|hence|thereby|consequently|as\s+a\s+result|and\s+then
            |which(?!\s+(?:is|are)\s+(?:most|more|often|also|usually|mostly|mainly|called|known|common)))\b\s*,?\s*
      )
    | (?P<comma> \s*[,;]\s*(?:and\s+(?:then\s+)?|then\s+|but\s+)? )
    | (?P<and> \s+and\s+ )
    """,
    re.VERBOSE | re.IGNORECASE,
)
OPENING = re.compile(r"^(?:when|if|once|because|as|since|after|whenever|due to|owing to|because of)\s+", re.IGNORECASE)
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


@dataclass(frozen=True)
class Clause:
    """A step on the way: its words, where they stand, and the connective before them, if any.

    ``shares`` says that the clause before it lends it its subject: "A compresses B *and causes* C".
    """

    text: str
    start: int
    end: int
    linked: bool
    opens: bool = False
    shares: bool = False

    @property
    def points_back(self) -> bool:
        """Whether it follows from what stands before it: "its stimulation", "when the stagnation ..."."""
        return bool(_POINTS_BACK.match(self.text))


def clauses(sentence: Sentence) -> Iterator[Clause]:
    """The steps of one sentence, without its audience and its circumstances."""
    for index, piece in enumerate(_pieces(sentence.text)):
        words = sentence.text[piece.start : piece.end]
        if _AUDIENCE.match(words) or _UNTREATED.search(words):
            continue
        opening = OPENING.match(words)
        length = opening.end() if opening else 0
        core = words[length:]
        if _CIRCUMSTANCE.match(core.strip(" .,")) or not is_phrase(tidy(core)):
            continue
        start, end = _trimmed(sentence.text, piece.start + length, piece.end)
        yield Clause(
            words,
            sentence.span.start + start,
            sentence.span.start + end,
            linked=piece.turned or (piece.linked and index > 0),
            opens=piece.start == 0,
            shares=piece.shares,
        )


def acted(sentence: Sentence, clause: Clause) -> list[Clause]:
    """A clause as who acts and what that does, twice where it does two things; none where it is no such clause.

    >>> text = "cirrhosis reduces the synthesis of albumin and raises the portal pressure"
    >>> [part.text for part in acted(Sentence(Span(0, len(text)), text), Clause(text, 0, len(text), linked=False))]
    ['cirrhosis', 'reduces the synthesis of albumin', 'cirrhosis', 'raises the portal pressure']
    """
    start = clause.start - sentence.span.start
    words = sentence.text[start : clause.end - sentence.span.start]
    found = action(words)
    if found is None or not is_phrase(tidy(words[: found.agent])):
        return []
    agent = Clause(words[: found.agent], clause.start, clause.start + found.agent, clause.linked, clause.opens)
    steps: list[Clause] = []
    for done in _doings(words, found.start):
        steps += [agent, Clause(words[done.start : done.end], clause.start + done.start, clause.start + done.end, True)]
    return steps


def _doings(words: str, start: int) -> Iterator[Span]:
    """The things a subject does, joined by "and": each begins with its verb."""
    for found in re.finditer(r"\s+and\s+", words[start:]):
        second = action(f"it {words[start + found.end() :]}")
        if second is not None and second.start == len("it "):
            yield Span(start, start + found.start())
            yield Span(start + found.end(), len(words))
            return
    yield Span(start, len(words))


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
    shares: bool = False


_SHARED_SUBJECT = re.compile(r"\s*,?\s*and\s+(?!.*\b(?:which|that|thus|thereby|so|it|this|they|then)\b)", re.IGNORECASE)


def _pieces(text: str) -> list[_Piece]:
    """Cut at links. "B because of A" is turned round, so that causes stand before effects."""
    pieces: list[_Piece] = []
    start, linked, shares = 0, False, False
    backwards: list[int] = []
    for found in _LINK.finditer(text):
        if found.start() == 0 and not found["verb"]:
            continue
        if _within_brackets(text, found.start()):
            continue
        if found["and"] and not (has_verb(text[start : found.start()]) and _is_clause(text[found.end() :])):
            continue
        if (found["comma"] or found["and"]) and not linked and _is_only_named(text[start : found.start()]):
            continue
        if found["backward"] and found.start() > 0:
            backwards.append(len(pieces) + 1)
        pieces.append(_Piece(start, found.start(), linked, shares=shares))
        start, linked = found.end(), bool(found["verb"] or found["so"])
        shares = bool(found["verb"] and _SHARED_SUBJECT.match(found[0]))
    pieces.append(_Piece(start, len(text), linked, shares=shares))
    for index in backwards:
        if 0 < index < len(pieces):
            effect, cause = pieces[index - 1], pieces[index]
            pieces[index - 1] = _Piece(cause.start, cause.end, effect.linked)
            pieces[index] = _Piece(effect.start, effect.end, linked=True, turned=True)
    return [piece for piece in pieces if text[piece.start : piece.end].strip(" ,.;")]


def _is_only_named(words: str) -> bool:
    """Whether words are the first of several things that share the verb to come: "A, B and C can"."""
    opening = OPENING.match(words)
    core = words[opening.end() :] if opening else words
    plain = not (opening or _AUDIENCE.match(words) or _CIRCUMSTANCE.match(core.strip(" .,")))
    return plain and all(len(name.split()) <= _LONGEST_NAME for name in core.split(",")) and not has_verb(core)


def _is_clause(words: str) -> bool:
    """Whether words begin with a subject and its verb: "the fluid leaks out", not "raises the pressure".

    >>> _is_clause("water moves into the tissue"), _is_clause("raises the portal pressure")
    (True, False)
    """
    head = re.split(r"[,;]|\b(?:and|which|so|because|but)\b", words)[0]
    subject = before_verb(head)
    return subject != head and 0 < len(subject.split()) <= _LONGEST_SUBJECT and bool(tidy(subject))


def _within_brackets(text: str, index: int) -> bool:
    return text.count("(", 0, index) > text.count(")", 0, index)
