"""A phrase finds its concept: the symptom of the article, a concept of the lexicon, or a local one by its own words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from loaders.phrases import tidy
from loaders.statements import Term, local
from ontology.lexicon.concepts import Concept, ancestors, concepts, key, named, worded_as
from ontology.lexicon.tables import table

_MODIFIER = re.compile(
    r"^(?P<core>.+?)\s+(?P<when>(?:while|when|during|after|before|on|at|in the|in|upon|with|from)\s+.+)$|"
    r"^(?P<context>morning|afternoon|daytime|night|nighttime|night-time|nocturnal|evening|chronic|acute|excessive|frequent|sudden|recurrent|"
    r"persistent|repeated|continuous|intermittent|long-term|transient|severe|mild|slight|early|unexplained|postprandial|exertional|low|high)\s+(?P<bare>.+)$",
    re.IGNORECASE,
)


_OWN_KINDS = {"Finding": "finding", "ReliefMeasure": "relief", "BodySite": "site"}


@dataclass(frozen=True)
class Grounding:
    """What names mean in one article: its symptom, the names of the symptom, and its topic."""

    symptom: Term
    symptom_keys: frozenset[str]
    topic: str
    broader_keys: frozenset[str] = frozenset()
    head_keys: frozenset[str] = frozenset()
    core_words: frozenset[str] = frozenset()
    also_called: frozenset[str] = frozenset()

    def calling(self, names: Iterable[str]) -> "Grounding":
        """The same, with names the article itself gives its symptom, as far as they mean nothing broader."""
        return replace(self, also_called=frozenset(key(tidy(name)) for name in names) - {""} - self.broader_keys)

    def term(self, phrase: str, *types: str) -> Term:
        """The concept of a tidied phrase; the first type is that of a local concept."""
        if key(phrase) in self.symptom_keys:
            return Term(self.symptom.concept, phrase)
        if found := named(phrase, types) or worded_as(phrase, self.topic, types):
            return Term(found, phrase)
        return local(phrase, types[0])

    def other(self, phrase: str, *types: str) -> Term:
        """As ``term``, where the phrase cannot mean the symptom itself: an alternative, a broader name.

        A finding or a relief measure is a thing of its own kind, even if a condition or a test bears its name.
        """
        found = named(phrase, types) or worded_as(phrase, self.topic, types)
        kind = _OWN_KINDS.get(types[0])
        if kind is None:
            return Term(found, phrase) if found else local(phrase, types[0])
        if found and found.type == types[0]:
            return Term(found, phrase)
        term = local(phrase, types[0])
        return replace(term, concept=replace(term.concept, slug=f"{term.slug}-{kind}"))

    def is_symptom(self, phrase: str) -> bool:
        """Whether a phrase, or its last words, name the symptom."""
        plain = key(_bare(tidy(phrase)))
        if plain in self.symptom_keys or plain in self.head_keys:
            return True
        return any(
            re.match(rf"{re.escape(name)} (?:in|of|with|together|that|on|at|during|through|by|via|because)\b", plain)
            for name in self.symptom_keys
        )

    def mentions_symptom(self, clause: str) -> bool:
        """Whether a name of the symptom stands anywhere in a clause, or begins it by its head alone ("the itching")."""
        begins = key(_bare(tidy(clause)))
        named_so = _names_any(clause, self.symptom_keys | self.also_called)
        head, *rest = begins.split() or [""]
        described = head in self.head_keys and (not rest or rest[0] in _DESCRIBING)
        return named_so or begins in self.head_keys or described or self._is_turned(begins)

    def _is_turned(self, plain: str) -> bool:
        """Whether words begin with all words of the symptom's name in another order: "swelling of one leg"."""
        words = plain.split()
        return bool(words) and words[0] in self.head_keys and self.core_words <= set(words[:7])

    def speaks_of_symptom(self, clause: str) -> bool:
        """Whether a clause names the symptom or something broader: a leg muscle spasm, where it is a calf cramp."""
        return _names_any(clause, self.symptom_keys | self.also_called | self.broader_keys)


_DESCRIBING = frozenset({"that", "which", "with", "without", "when", "while", "during", "after", "on"})
_WEAK = re.compile(
    r"^(?:(?:such|this|the|low|mild|slight|severe|obvious|repeated|persistent|sudden|local|corresponding|"
    r"symptoms? of)\s+)+",
    re.IGNORECASE,
)


def _bare(phrase: str) -> str:
    """A phrase without the verb that says no more than that it is there, and without how much there is of it.

    >>> _bare("low fever can appear again and again")
    'fever'
    """
    there = re.sub(
        r"\s+(?:(?:can|may|will|easily|often|then|also|are|is)\s+)*(?:appears?|occurs?|happens?|follows?|develops?|comes?|arises?|"
        r"sets in|produced|caused|seen|formed|induced)\b.*$",
        "",
        phrase,
    )
    return _WEAK.sub("", there)


def _heads(name: str) -> Iterator[str]:
    """The bare symptom in a name that says more: pain of "stomach pain after meals"."""
    if found := _MODIFIER.match(name):
        name = found["core"] or found["bare"]
    head = re.split(r"\s+(?:of|in)\s+", name)[0].split()[-1]
    concept = named(head, ("Symptom",))
    if concept and concept.type == "Symptom":
        yield key(head)
        yield from map(key, (concept.label, *concept.alternatives))


def _core_words(name: str) -> frozenset[str]:
    """The words of a name that carry meaning."""
    if found := _MODIFIER.match(name):
        name = found["core"] or found["bare"]
    return frozenset(key(name).split()) - {"of", "in", "the", "and"}


def _names_any(clause: str, names: frozenset[str]) -> bool:
    words = " ".join(key(word) for word in re.findall(r"[\w-]+", clause))
    return any(f" {name} " in f" {words} " for name in names)


def grounding(title: str, text: str) -> Grounding:
    """The grounding of an article, from its title and the text that gives its topic."""
    name = re.sub(r"\s*\([^)]*\)\s*$", "", title).strip(" .:")
    symptom = Term(_titled(name) or local(name, "Symptom").concept, title)
    broader = (key(other) for above in ancestors(symptom.concept) for other in _all_names(above))
    return Grounding(
        symptom,
        frozenset(_symptom_keys(title, name, symptom.concept)),
        text,
        frozenset(broader),
        frozenset(_heads(name)),
        _core_words(name),
    )


def _titled(name: str) -> Concept | None:
    """The concept of a title: by its own label, or by any name where symptoms are told apart with care."""
    found = named(name, ("Symptom",))
    curated = {row["slug"] for row in table("symptoms")}
    return found if found and (key(found.label) == key(name) or found.slug in curated) else None


def _all_names(concept: Concept) -> tuple[str, ...]:
    return (concept.label, *concept.alternatives, *concept.as_written)


def _symptom_keys(title: str, name: str, concept: Concept) -> set[str]:
    names = {key(title), key(name), key(concept.label), *map(key, concept.alternatives)}
    if found := _MODIFIER.match(name):
        names.add(key(found["core"] or found["bare"]))
        name = found["core"] or found["bare"]
    names |= set(_turned(name))
    if bracket := re.search(r"\(([^)]+)\)\s*$", title):
        names.add(key(bracket[1]))
    if parent := concepts().get(concept.broader):
        names |= {key(parent.label), *map(key, parent.alternatives)}
    return names - {""}


def _turned(name: str) -> Iterator[str]:
    """The same name the other way round, as far as its words are things.

    >>> sorted(_turned("Eyelid edema")), sorted(_turned("itching of the skin"))
    (['edema of eyelid'], ['skin itching'])
    """
    if found := re.fullmatch(r"(?P<what>[\w-]+) (?:of|in) (?:the )?(?P<where>[\w-]+)", name):
        yield key(f"{found['where']} {found['what']}")
    elif found := re.fullmatch(r"(?P<where>[\w-]+) (?P<what>[\w-]+)", name):
        site = named(found["where"], ("BodySite",))
        if site is not None and site.type == "BodySite":
            yield key(f"{found['what']} of {found['where']}")


def title_parts(title: str) -> tuple[str, str] | None:
    """A title as name and circumstance, where it has both.

    >>> title_parts("Calf cramps while sleeping")
    ('Calf cramps', 'while sleeping')
    """
    found = _MODIFIER.match(title.strip())
    if not found:
        return None
    return (found["core"], found["when"]) if found["core"] else (found["bare"], found["context"])
