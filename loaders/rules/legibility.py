"""What an article got wrong: expressions read as something else, and sentences that make no sense where they stand."""

import re
from collections.abc import Iterator
from functools import cache

from loaders.article import Article, Sentence
from loaders.context import Context
from loaders.normalised import Span
from loaders.statements import Statement, Term, local
from ontology.lexicon.concepts import concepts, key
from ontology.lexicon.tables import alternatives, table
from ontology.wording import worded

_LEAST_WORDS = 6
_MOST_SHARED = 0.16
_MOST_KNOWN = 0.5
_COMMON = frozenset(
    {
        "a", "an", "the", "and", "or", "but", "of", "in", "on", "at", "by", "to", "for", "from", "with",
        "as", "is", "are", "was", "be", "been", "has", "have", "had", "can", "may", "will", "should", "not",
        "no", "it", "its", "this", "that", "these", "those", "when", "if", "then", "than", "before",
        "after", "into", "over", "under", "between", "also", "very", "more", "most", "less", "least",
        "same", "other", "each", "both", "all", "some", "any", "one", "two", "which", "who", "what",
        "where", "there", "their", "they", "them", "he", "she", "his", "her", "do", "does", "did", "so",
        "because", "while", "during", "only", "often", "usually", "always", "must", "could", "would",
    }
)  # fmt: skip


def corrections(context: Context) -> Iterator[Statement]:
    """Every expression of ``corrections.tsv`` the article has, within its topic, at each of its places."""
    text = context.article.text.text
    for row in table("corrections"):
        if row["topic"] != "*" and not worded(row["topic"], context.grounding.topic):
            continue
        for found in re.finditer(rf"(?<!\w){re.escape(row['as_written'])}(?!\w)", text, re.IGNORECASE):
            subject, *others = (Term(concepts()[slug], found[0]) for slug in alternatives(row["concept"]))
            yield Statement(
                "correction",
                subject,
                None,
                Span(found.start(), found.end()),
                _section(context.article, found.start()),
                f"correction.{row['kind']}",
                1.0,
                text=row["reading"],
                basis="CuratorInference",
                legibility="Corrected",
                reason=row["reason"],
                kind=row["kind"],
                others=tuple(others),
            )


def _section(article: Article, start: int) -> str:
    return next(
        (kind for kind, sentence in article.sentences() if sentence.span.start <= start < sentence.span.end), ""
    )


def quarantined(context: Context, section: str, sentence: Sentence) -> Statement | None:
    """The statement that a sentence makes no sense in its place, or None for a sentence that does."""
    if section == "title":
        return None
    for row in table("misplaced"):
        if worded(row["wording"], sentence.text) and not worded(
            row["topic"], _without(context.grounding.topic, sentence.text)
        ):
            return _quarantine(section, sentence, "quarantine.misplaced", 0.9, row["reason"])
    if section in ("examination", "diagnosis") and _is_foreign(context, sentence.text):
        return _quarantine(
            section,
            sentence,
            "quarantine.foreign",
            0.6,
            "hardly a word of it occurs elsewhere in the article or in the lexicon",
        )
    return None


def _quarantine(section: str, sentence: Sentence, rule: str, confidence: float, reason: str) -> Statement:
    subject = local(sentence.text.rstrip(" ."), "Passage")
    return Statement(
        "quarantine",
        subject,
        None,
        sentence.span,
        section,
        rule,
        confidence,
        text=sentence.text,
        basis="Automatic",
        legibility="Garbled",
        reason=reason,
    )


def _without(text: str, sentence: str) -> str:
    """The rest of the text; a sentence the article repeats still counts once."""
    return text.replace(sentence, " ", 1)


@cache
def _lexicon_words() -> frozenset[str]:
    proper = (name for concept in concepts().values() for name in (concept.label, *concept.alternatives))
    return frozenset(word for name in proper for word in key(name).split() if len(word) > 2)


def _is_foreign(context: Context, sentence: str) -> bool:
    """Whether too few of a sentence's words are known from the rest of the article or from the lexicon."""
    words = list({key(word) for word in re.findall(r"[A-Za-z]+", sentence) if word.casefold() not in _COMMON})
    if len(words) < _LEAST_WORDS:
        return False
    rest = {key(word) for word in re.findall(r"[A-Za-z]+", _without(context.grounding.topic, sentence))}
    shared = sum(word in rest for word in words) / len(words)
    known = sum(word in rest or word in _lexicon_words() for word in words) / len(words)
    return shared <= _MOST_SHARED and known <= _MOST_KNOWN and not re.search(r"\d", sentence)
