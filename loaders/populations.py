"""Groups of people: told from other phrases, lists of them taken apart, and "patients with X" turned into X."""

import re
from collections.abc import Iterator

from loaders.phrases import is_phrase, tidy
from loaders.statements import Term, local
from loaders.verbs import has_verb
from ontology.lexicon.concepts import named

_PEOPLE = re.compile(
    r"\b(?:people|persons?|patients?|women|woman|men|man|children|child|infants?|babies|newborns?|adults?|elderly|aged|adolescents?|teenagers?|"
    r"girls?|boys?|workers?|smokers?|drinkers?|athletes?|students?|drivers?|males?|females?|mothers?|diabetics?|vegetarians?|vegans?|"
    r"individuals?|those|toddlers?|teens?|youths?|runners?|swimmers?|farmers?|miners?|seniors?|patients|travell?ers|residents|users?|"
    r"pensioners|grandparents|players|musicians|teachers|singers|nurses|soldiers|population|families|sufferers|employees|drinkers)\b",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"^(?:the\s+)?(?:patients?|people|those|persons?|individuals?|anyone)\s+(?:with|who have|suffering from|"
    r"who suffer from|having|who take|who are)\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\s+(?P<clause>(?:who|whose|that)\s.+|(?:with|without|over|under|between|aged|of|from)\s.+|lacking\s.+|taking\s.+)$",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:\s+(?:than|because|when|if|during|after|since|while|but|in whom)\b.*|(?<!who)(?<!that)\s+(?:is|are)\b.*|"
    r"\s+(?:and|,)\s+(?:can|may|is|are|in|it|the (?:cramps?|pain))\b.*)$",
    re.IGNORECASE,
)


def is_group(phrase: str) -> bool:
    """Whether a phrase names people.

    >>> is_group("women over 50"), is_group("the calves and toes")
    (True, False)
    """
    return bool(_PEOPLE.search(phrase)) or _is_risk_group(phrase)


def _is_risk_group(phrase: str) -> bool:
    concept = named(phrase, ("RiskGroup",))
    return concept is not None and concept.type == "RiskGroup"


def groups(phrase: str, rule: str) -> Iterator[Term]:
    """The groups a phrase names; a relative clause at its end holds for all of them.

    >>> [term.label for term in groups("boys and girls under 10", "group.common-in")]
    ['boys under 10', 'girls under 10']
    """
    for part in re.split(r"\s+(?:and|or)\s+(?:in|among|for)\s+(?=[a-z])", phrase):
        yield from _groups(part, rule)


def _groups(phrase: str, rule: str) -> Iterator[Term]:
    phrase = tidy(_END.sub("", phrase))
    if rule == "group.prone":
        phrase = re.split(
            r"\b(?:but|and|so|because|which|while|therefore)\s+(?=the\s|people|patients|women|men)", phrase
        )[-1]
    found = _RELATIVE.search(phrase)
    people, clause = (phrase[: found.start()], " " + found["clause"]) if found else (phrase, "")
    members = [tidy(member) for member in re.split(r",\s*|\s+(?:and|or|as well as)\s+", people)]
    if not all(is_group(member) for member in members if member):
        members = [people]
    for member in members:
        name = tidy(f"{member}{clause}")
        if (
            is_phrase(name)
            and is_group(member)
            and len(name.split()) <= 14
            and not has_verb(member)
            and "whose" not in name
        ):
            concept = named(name, ("RiskGroup",))
            yield Term(concept, name) if concept and concept.type == "RiskGroup" else local(name, "RiskGroup")


def predisposition(type_: str, subject: Term) -> tuple[str, Term]:
    """The type and subject of a risk statement: "patients with X" turns into X predisposing, other groups stay groups.

    >>> predisposition("risk_group", local("patients with anemia", "RiskGroup"))[0]
    'predisposing'
    """
    if type_ != "risk_group" or not (found := _WITH.match(subject.label)):
        return type_, subject
    what = tidy(found["what"])
    concept = named(what, ("Condition", "Symptom", "Exposure", "ContextFactor"))
    return "predisposing", Term(concept, what) if concept else local(what, "Condition")
