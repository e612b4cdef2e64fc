"""Causes as items name them: in their heads, and in lists under their heads."""

import re
from collections.abc import Iterator

from loaders.article import Item, Sentence
from loaders.context import Context
from loaders.normalised import Span
from loaders.phrases import is_phrase, listed, tidy
from loaders.polarity import denied, frequency, modality
from loaders.populations import is_group
from loaders.statements import Statement, Term
from loaders.verbs import action, before_verb, has_verb
from ontology.lexicon.concepts import CAUSE_TYPES, key, named
from ontology.lexicon.labels import PREDISPOSING, label_kind

_LONG_HEAD = 9
_LONGEST_MEMBER = 6
_LONGEST_DOING = 9
"""Words of what people do ("suppressing the urge to go to stool") or of what has a place ("tumor of the ...")."""


def cause_terms(context: Context, item: Item) -> list[Term]:
    """The causes an item's head names; "A and B" are two when the lexicon or their shortness says so."""
    head = tidy(re.split(r",?\s*\b(?:such as|including|for example|e\.g\.)(?=\s)", tidy(item.head.text))[0])
    told = _subjects(item.head.text) if has_verb(head) or action(head) else []
    if names := _head_list(item, head) or (told if len(told) > 1 else []):
        return [context.grounding.other(name, *CAUSE_TYPES) for name in names]
    if len(head.split()) > _LONG_HEAD or not item.named:
        head = tidy(
            re.split(r",|\b(?:such as|which|because|due to|can|may|is|are|makes?|causes?|leads?|results?)\b", head)[0]
        )
    if not is_phrase(head):
        return []
    if named(head, CAUSE_TYPES):
        return [context.grounding.other(head, *CAUSE_TYPES)]
    parts = listed(re.sub(r"\s*\([^)]*\)$", "", head))
    if len(parts) > 1 and all(len(part.split()) <= 5 for part in parts) and not _is_one_name(parts):
        return [context.grounding.other(part, *CAUSE_TYPES) for part in parts]
    return [context.grounding.other(head, *CAUSE_TYPES)]


_ADJECTIVE = re.compile(r"\w+(?:ous|al|ic|ar|ive|ary|ine)", re.IGNORECASE)
_TAKING = re.compile(r"^(?:taking|use of|using|long-term use of)\s+(?P<what>.+)$", re.IGNORECASE)


def _is_one_name(parts: list[str]) -> bool:
    """Whether "and" stands inside a name: diseases of the mouth and throat, nervous and muscular diseases."""
    is_site = (known := named(parts[-1], ("BodySite",))) is not None and known.type == "BodySite"
    of_both = " of " in parts[0] and " of " not in parts[-1] and named(parts[-1]) is None
    return is_site or of_both or (bool(_ADJECTIVE.fullmatch(parts[0])) and named(parts[0]) is None)


def _head_list(item: Item, head: str) -> list[str]:
    """The causes of an item that is nothing but a list of them: "hard brushing, wrong use of toothpicks, food"."""
    if item.body and len(head.split()) <= _LONG_HEAD:
        return []
    taken = _TAKING.match(head)
    names = listed(taken["what"] if taken else head)
    enough = len(names) > 2 or (len(names) == 2 and "," in head)
    return names if enough and all(_is_member(name) for name in names) else []


def causes(context: Context, section: str, item: Item) -> Iterator[Statement]:
    """The head of an item of the cause section is a cause, unless the item denies it."""
    negated = _denies(context, item)
    said = item.head if not item.body else item.body[0] if negated else _said(context, item)
    told = said.text if item.body else ""
    span = Span(item.head.span.start, said.span.end)
    for term in [] if is_label(context, tidy(item.head.text)) else cause_terms(context, item):
        yield Statement(
            "cause",
            term,
            context.symptom,
            span,
            section,
            "cause.item",
            0.95,
            negated=negated,
            modality=modality(told),
            frequency=frequency(told),
        )


def is_label(context: Context, head: str) -> bool:
    """Whether a head names a kind of causes, alone or before the symptom: "pathological chest tightness"."""
    words = re.sub(r"\s*\(.*\)$", "", key(head))
    kinds = (words.removesuffix(name).strip() for name in context.grounding.symptom_keys if words.endswith(f" {name}"))
    return label_kind(head) is not None or any(label_kind(kind) for kind in kinds)


def _said(context: Context, item: Item) -> Sentence:
    """The sentence with which the quote supports the claim: the first that comes to speak of the symptom."""
    return next((told for told in item.body if context.grounding.speaks_of_symptom(told.text)), item.body[0])


def _denies(context: Context, item: Item) -> bool:
    """Whether an item's first sentence denies that its head causes the symptom."""
    sentence = item.body[0].text if item.body else item.head.text
    head = key(tidy(item.head.text))
    for found in re.finditer(
        r"\b(?:caused by|cause[sd]?|lead to|leads to|result in|related to|due to|responsible for|a cause)\b",
        sentence,
        re.IGNORECASE,
    ):
        if not denied(sentence[: found.start()].rstrip() + " "):
            continue
        subject = key(re.split(r",|;", sentence[: found.start()])[-1])
        if found[0].lower() in ("caused by", "related to", "due to") and context.grounding.mentions_symptom(
            sentence[: found.start()]
        ):
            return True
        if (head and head in subject) or re.match(r"^(?:it|this|they)\b", subject):
            return True
    return False


_SUBJECTS = re.compile(
    r"^(?P<list>[^.;:]+?)(?:(?<!\bthe)\s+(?:can|may|could|will|often|all|both|also|make|cause|lead|inhibit|reduce|increase|impair|widen|remove|raise|lower|damage|affect)\b|[.;]?$)",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(
    r"^(?P<kind>[^.;:(),]*?)\b(?:such as|for example|including|e\.g\.|(?<!who )(?<!that )like)\s+(?P<list>[^.;:()]+)",
    re.IGNORECASE,
)


_OWN_CAUSE = re.compile(r"\s+(?:caused\s+by|due\s+to|because\s+of|resulting\s+from|secondary\s+to)\b.*$", re.IGNORECASE)
"""What a cause comes from is no part of its name: "beriberi due to lack of vitamin B1"."""


def members(context: Context, section: str, item: Item) -> Iterator[Statement]:
    """Causes an item lists under its head: "Drugs: A, B and C", "A, B and C can …", "diseases such as A and B"."""
    if _denies(context, item) or not (item.body or _EXAMPLES.search(item.head.text) or _bracketed(item.head.text)):
        return
    first = item.body[0] if item.body else item.head
    names = [*(_subjects(first.text) if item.body else []), *_examples(item.head.text), *_bracketed(item.head.text)]
    named_in = dict.fromkeys(names, first) if all(map(_is_member, names)) else {}
    for sentence in item.body:
        for name in (*_examples(sentence.text), *_within(context, sentence.text), *_belonging(sentence.text)):
            if _is_member(name):
                named_in.setdefault(name, sentence)
    kind = "predisposing" if label_kind(tidy(item.head.text)) == PREDISPOSING else "cause"
    for name, said in named_in.items():
        term = context.grounding.other(_OWN_CAUSE.sub("", name), *CAUSE_TYPES)
        yield Statement(
            kind, term, context.symptom, said.span, section, f"{kind}.member", 0.7, modality=modality(said.text)
        )


_BELONG = re.compile(
    r"^(?P<list>[^.;:]+?)\s+(?:also\s+)?(?:belongs?\s+to|(?:is|are)\s+(?:included|counted)|fall\s+under)\b"
)


def _belonging(sentence: str) -> list[str]:
    """Illnesses said to belong to the kind the head names: "Anemia and heart failure belong to this group"."""
    found = _BELONG.match(sentence)
    names = listed(found["list"]) if found else []
    return names if all(map(_is_illness, names)) else []


_CIRCUMSTANCE = re.compile(r"(?:after|when|if|in|during|for|as|while|although|because|once)\b", re.IGNORECASE)


def _subjects(sentence: str) -> list[str]:
    """The list a sentence opens with; before a verb that says what they do, things the lexicon knows as causes."""
    if _CIRCUMSTANCE.match(sentence):
        return []
    if found := _SUBJECTS.match(sentence):
        names = listed(found["list"]) if re.search(r",|\band\b|\bor\b", found["list"]) else []
        if len(names) > 1 and all(map(_is_member, names)):
            return names
    done = action(sentence)
    names = listed(sentence[: done.agent]) if done else listed(before_verb(sentence.rstrip(".")))
    known = sum(map(_is_illness, names))
    mostly = known == len(names) or (known > 1 and 2 * known >= len(names) and all(map(_is_member, names)))
    return names if len(names) > (0 if done else 1) and mostly else []


_ILLNESS = re.compile(
    r"(?:itis|osis|[ao]?emia|[a-z]oma|pathy|plegia|algia|penia|trophy|ectasia|infarction|injur(?:y|ies)|tumou?rs?|cancers?|"
    r"diseases?|syndromes?|disorders?|deficienc(?:y|ies)|stenosis|infections?|bleeding|hemorrhage|poisoning|failure|"
    r"insufficiency|obstruction|stones?|calcul(?:us|i)|polyps?|cysts?|ulcers?|abscess|hernia|prolapse|fractures?|trauma|"
    r"paralysis|embolism|thrombosis|edema|inflammation|allergy|operations?|surgery)$",
    re.IGNORECASE,
)
_FEW_WORDS = 4


def _is_illness(name: str) -> bool:
    """Whether the lexicon has a name as an illness, or its last word is one for illnesses."""
    known = named(name, ("Condition",))
    by_form = known is None and len(name.split()) <= _FEW_WORDS and _ILLNESS.search(name) is not None
    return by_form or (known is not None and known.type == "Condition")


def _bracketed(head: str) -> list[str]:
    """Illnesses a head holds in brackets: "Refractive errors (myopia, hyperopia)"."""
    found = re.search(r"\((?P<list>[^)]+)\)", head)
    names = listed(found["list"]) if found else []
    return names if len(names) > 1 and all(map(_is_illness, names)) else []


_WITHIN = re.compile(
    r"(?:in|with)\s+(?:patients\s+with\s+|people\s+with\s+|cases\s+of\s+)?(?P<name>[\w' -]{3,45}?),\s", re.IGNORECASE
)


def _within(context: Context, sentence: str) -> list[str]:
    """The illness in which what a sentence tells takes place: "In heart failure, water stays …"."""
    found = _WITHIN.match(sentence)
    name = tidy(found["name"]) if found else ""
    return [name] if _is_illness(name) and not context.grounding.is_symptom(name) else []


def _examples(text: str) -> list[str]:
    found = _EXAMPLES.search(text)
    if found and has_verb(found["kind"]):
        return []
    return (
        [re.sub(r"\s+\d[\d.]*\s*(?:mg|g|ml|mcg|μg)\b.*$", "", name) for name in listed(found["list"])] if found else []
    )


def _is_member(name: str) -> bool:
    """A short noun phrase that is neither a place of the body nor people."""
    known = named(name, ("BodySite",))
    name = _OWN_CAUSE.sub("", name)
    return (
        len(name.split()) <= (_LONGEST_MEMBER if not re.match(r"\w+ing\b|\w+ (?:of|in)\b", name) else _LONGEST_DOING)
        and not has_verb(name)
        and not is_group(name)
        and not (known and known.type == "BodySite")
    )
