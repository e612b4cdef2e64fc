"""Groups of people: told from other phrases, lists of them taken apart, and "patients with X" turned into X."""

import re
from collections.abc import Iterator

from loaders.phrases import is_phrase, listed, tidy
from loaders.statements import Term, local
from loaders.verbs import has_verb
from ontology.lexicon.concepts import named

_PEOPLE = re.compile(
    r"\b(?:people|persons?|patients?|women|woman|men|man|children|child|infants?|babies|newborns?|adults?|elderly|aged|adolescents?|teenagers?|"
    r"girls?|boys?|workers?|smokers?|drinkers?|athletes?|students?|drivers?|males?|females?|mothers?|diabetics?|vegetarians?|vegans?|"
    r"individuals?|those|toddlers?|teens?|youths?|runners?|swimmers?|farmers?|miners?|seniors?|patients|travell?ers|residents|users?|"
    r"cooks?|chefs|hairdressers|policemen|firefighters|sportsmen|populations?|crowds?|groups?|pensioners|grandparents|players|musicians|teachers|singers|nurses|soldiers|population|families|sufferers|employees|housewives|\w*persons|laborers|labourers|wearers|carriers|travelers|survivors|recipients|myopes|women|blondes|veterans|monks|clerks|waiters)\b",
    re.IGNORECASE,
)
_NAMED_AS = re.compile(
    r"\s*(?:$|[,;()]|(?:who|whose|with|without|over|under|above|below|between|aged?|older|younger|of|from|in|at|on|after|before|"
    r"during|for|than|that|taking|lacking|having|and|or|as|is|are|to|due|suffering|exposed|living|working|undergoing|receiving|\d)\b)",
    re.IGNORECASE,
)
"""What may stand behind a word for people that is not part of a longer name: "adult Still disease" are no adults."""
_WITH = re.compile(
    r"^(?:the\s+)?(?:patients?|people|those|persons?|individuals?|anyone)\s+(?:with|suffering from|"
    r"who have(?!\s+(?:taken|been|had|borne|undergone|worked|used|lost|given|not)\b)|"
    r"who suffer from|having|who take)\s+(?P<what>(?!.*\bconstitution$).+)$",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\s+(?P<clause>(?:who|whose|that)\s.+|(?:with|without|over|under|above|below|between|aged|of|from|after)\s.+|lacking\s.+|taking\s.+)$",
    re.IGNORECASE,
)
_SHARE = (
    r"(?:(?:about|over|more than|up to)\s+)*"
    r"(?:\d[\d.-]*\s*(?:%|percent|per cent)|half|most|many|one (?:third|quarter|half)|two thirds)"
)
_OF_THE_LAST = (" after", " of", " from")
"""Clauses that hold for the group right before them: the elderly, and women after menopause."""
_END = re.compile(
    r"(?:\s+(?:than|as\s+in|because|when|if|during|since|while|but|in whom)\b.*|"
    r"(?<!who)(?<!that)\s+(?:is|are)\b.*|"
    r"\s+(?:and|,)\s+(?:can|may|is|are|in|it|the (?:cramps?|pain))\b.*)$",
    re.IGNORECASE,
)


def is_group(phrase: str) -> bool:
    """Whether a phrase names people.

    >>> is_group("women over 50"), is_group("the calves and toes")
    (True, False)
    """
    return _is_risk_group(phrase) or any(_NAMED_AS.match(phrase, found.end()) for found in _PEOPLE.finditer(phrase))


def _is_risk_group(phrase: str) -> bool:
    concept = named(phrase, ("RiskGroup",))
    return concept is not None and concept.type == "RiskGroup"


def groups(phrase: str, rule: str) -> Iterator[Term]:
    """The groups a phrase names; a relative clause at its end holds for all of them.

    >>> [term.label for term in groups("boys and girls under 10", "group.common-in")]
    ['boys under 10', 'girls under 10']
    """
    for part in re.split(r",?\s+(?:and|or)\s+(?:in|among|for)\s+(?=[a-z])", phrase):
        plain = re.sub(rf"^\s*(?:in|among|of)\s+|^\s*{_SHARE}\s+of\s+(?:the\s+)?", "", part)
        ill = _WITH.match(tidy(plain))
        if ill is None or not _are_illnesses(ill["what"]):  # which are read one by one, as what they are
            yield from _groups(plain, rule)


def _are_illnesses(what: str) -> bool:
    """Whether what people have is several things, and no other people stand behind it."""
    return bool(re.search(r",|\band\b", what)) and not any(map(is_group, listed(what)[1:]))


def _groups(phrase: str, rule: str) -> Iterator[Term]:
    phrase = tidy(_END.sub("", phrase))
    if rule == "group.prone":
        phrase = _last_clause(phrase)
    apart = [tidy(member) for member in re.split(r",\s*(?:and\s+)?|\s+(?:and|or|as well as)\s+", phrase)]
    if len(apart) > 1 and any(map(_RELATIVE.search, apart[:-1])) and all(map(_could_be_group, apart)):
        for member in apart:
            yield from _groups(member, rule)
        return
    found = _RELATIVE.search(phrase)
    people, clause = (phrase[: found.start()], " " + found["clause"]) if found else (phrase, "")
    members = [tidy(member) for member in re.split(r",\s*|\s+(?:and|or|as well as)\s+", people)]
    if rule == "group.prone":
        members = _last_groups(members)
    if not all(map(_could_be_group, members)) or not any(map(is_group, members)):
        members = [people]
    for member in members:
        own = member == members[-1] or not clause.startswith(_OF_THE_LAST)
        name = tidy(f"{member}{clause}" if own else member)
        if (
            is_phrase(name)
            and _could_be_group(member)
            and len(name.split()) <= 14
            and not has_verb(member)
            and "whose" not in name
        ):
            concept = named(name, ("RiskGroup",))
            yield Term(concept, name) if concept and concept.type == "RiskGroup" else local(name, "RiskGroup")


_NEXT_CLAUSE = re.compile(r"\b(?:but|and|so|because|which|while|therefore)\s+(?=the\s|people|patients|women|men)")


def _last_clause(phrase: str) -> str:
    """A phrase from its last clause on; in a list of people, "and" begins no clause."""
    for found in reversed([*_NEXT_CLAUSE.finditer(phrase)]):
        before = tidy(re.split(r",|\band\b", phrase[: found.start()].rstrip(" ,"))[-1])
        if not is_group(before) or has_verb(before):
            return phrase[found.end() :]
    return phrase


def _last_groups(members: list[str]) -> list[str]:
    """The groups at the end of a list; what stands before them belongs to another clause."""
    first = next((index for index in range(len(members), 0, -1) if not _could_be_group(members[index - 1])), 0)
    return members[first:] if any(map(is_group, members[first:])) else members


def _could_be_group(phrase: str) -> bool:
    """Whether a member of a list of people may be people: miners, or a plural the lexicon does not know."""
    if is_group(phrase):
        return True
    known = named(phrase)
    return bool(re.fullmatch(r"(?:[\w-]+ )?[\w-]+(?:ers|ors|ists|ians|persons)", phrase)) and known is None


def predisposition(type_: str, subject: Term) -> tuple[str, Term]:
    """The type and subject of a risk statement: "patients with X" turns into X predisposing, other groups stay groups.

    >>> predisposition("risk_group", local("patients with anemia", "RiskGroup"))[0]
    'predisposing'
    """
    if type_ != "risk_group" or not (found := _WITH.match(tidy(subject.written))):
        return type_, subject
    what = tidy(found["what"])
    concept = named(what, ("Condition", "Symptom", "Exposure", "ContextFactor"))
    return "predisposing", Term(concept, what) if concept else local(what, "Condition")
