"""The mechanism an item tells: steps in order, with the word that links them or none."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from loaders.article import Sentence
from loaders.context import Context
from loaders.normalised import Span
from loaders.phrases import is_phrase, tidy
from loaders.polarity import denied, modality
from loaders.populations import is_group
from loaders.rules.steps import OPENING, Clause, acted, clauses
from loaders.statements import Statement, Term
from loaders.verbs import has_verb
from ontology.lexicon.concepts import concepts, key, worded_as

_TYPES = ("CausalProcess", "NormalProcess", "Condition", "Symptom", "Exposure")
_EXISTING = re.compile(r"\b(?:occur|happen|exist|appear|has|have|in|the|body|there|is|are|present|of|human|a)\b")
_CAUSING = re.compile(
    r"\b(?:cause[sd]?|makes?|lead to|leads to|result in|related to|due to|a cause|hint|mean|indicate|suggest)\b|"
    r"\bno relation\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:more common|most common|commonly seen|often seen|mostly seen|common in|frequent occurrence|prone|"
    r"at risk|risk|factors?|should|doctor|people usually|known as|called|"
    r"more likely|less likely|high[- ]incidence|"
    r"victims|as\s+follows|many\s+causes|not\s+only|harmless|suffers?\s+from\s+it|aggravat\w+|(?:is|are)\s+(?:\w+\s+)?(?:triggered|induced)\s+by|"
    r"(?:is|are|be)\s+(?:\w+\s+){0,3}causes?\b|liable|play\w*\s+an?\s+(?:\w+\s+)?(?:part|role)|it\s+(?:is|may\s+be|can\s+be)\s+(?:\w+\s+)?seen\s+in|"
    r"(?:happens?|occurs?|appears?|found|seen)\s+(?:mostly\s+|mainly\s+|more\s+|often\s+|\w+ly\s+)*(?:in|among)\s+(?:the\s+)?(?:elderly|women|men|children|people|patients|infants|girls|boys|\w+\s+(?:women|men|people|girls|boys|adults|patients|persons|workers))|"
    r"for example|such as|not caused|history|inherit|side effect|kinds? of)\b",
    re.IGNORECASE,
)


def mechanism(context: Context, section: str, sentences: Iterable[Sentence], chain: Term | None) -> Iterator[Statement]:
    """The steps an explanation goes through, as one statement for each pair of neighbours.

    ``chain`` is the cause they belong to; without one, it is the step they begin with.
    """
    told = [sentence for sentence in sentences if _tells(sentence.text)]
    steps = [step for sentence in told for step in _steps(context, chain, sentence)]
    depth: dict[str, int] = {}
    for (before, left), (after, right), linked in _links(context, steps):
        if left.slug == right.slug:
            continue
        chain = chain or left
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


_Step = tuple[Clause, Term]


def in_prose(context: Context, section: str, sentence: Sentence) -> Iterator[Statement]:
    """The steps of a sentence of prose; that something causes the symptom is a cause, and no step."""
    kept = [
        found
        for found in mechanism(context, section, [sentence], None)
        if not context.grounding.mentions_symptom(found.object.written if found.object else "")
    ]
    yield from (replace(found, chain=kept[0].subject) for found in kept)


def _steps(context: Context, chain: Term | None, sentence: Sentence) -> list[_Step]:
    """The clauses of a sentence with the things they name.

    "A can cause the symptom" by itself is a cause, not a mechanism.
    """
    told = _opened(context, sentence, list(clauses(sentence)))
    steps = [(clause, term) for clause in told if (term := _step(context, chain, clause)) is not None]
    if (
        len(steps) == 2
        and steps[1][1].slug == context.symptom.slug
        and not steps[0][0].points_back
        and not has_verb(steps[0][0].text)
    ):
        return []
    return steps


def _opened(context: Context, sentence: Sentence, told: list[Clause]) -> list[Clause]:
    """The clauses; the first taken apart into who acts and what that does, where no clause of its own follows it."""
    if not told or (len(told) > 1 and not told[1].shares):
        return told
    parts = acted(sentence, told[0])
    about_symptom = any(context.grounding.mentions_symptom(part.text) for part in parts[1::2])
    return [*parts, *told[1:]] if parts and not about_symptom and not is_group(tidy(parts[0].text)) else told


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


def _tells(sentence: str) -> bool:
    """Whether a sentence may tell steps: it is no aside, no denial, and no bare list of names."""
    is_list = "," in sentence and not has_verb(sentence) and not _LINKED.search(sentence)
    return not (is_list or _ASIDE.search(sentence) or _is_denial(sentence))


_LINKED = re.compile(r"\b(?:due\s+to|because|caus\w+|lead\w*|result\w*|so|mak\w+)\b", re.IGNORECASE)


def _is_denial(sentence: str) -> bool:
    """Whether a sentence denies a causal relation rather than tells one."""
    return any(
        found[0].casefold() == "no relation" or denied(sentence[: found.start()])
        for found in _CAUSING.finditer(sentence)
    )


def _is_lack(text: str) -> bool:
    return bool(re.search(r"\b(?:not|cannot|no longer|insufficient)\b", text, re.IGNORECASE))


def _step(context: Context, chain: Term | None, clause: Clause) -> Term | None:
    phrase = tidy(OPENING.sub("", clause.text))
    if known := worded_as(clause.text, context.grounding.topic, _TYPES):
        return Term(known, phrase)
    if not is_phrase(phrase) or (is_group(phrase) and (len(phrase.split()) < 4 or not has_verb(phrase))):
        return None
    if context.grounding.is_symptom(phrase):
        return Term(context.symptom.concept, phrase)
    if chain is not None and _restates(phrase, chain):
        return Term(chain.concept, phrase)
    return context.grounding.term(phrase, *_TYPES)


def _restates(phrase: str, cause: Term) -> bool:
    """Whether a phrase is only the cause once more ("hypocalcemia occurs in the body"), not a step of its own."""
    name, words = key(cause.label), key(phrase)
    return name in words and not _EXISTING.sub("", words.replace(name, "", 1)).strip()
