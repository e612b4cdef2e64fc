"""What can be wrong with a question.

QuestionError
├── UnknownQuestion      no file of that name
├── UnknownParameter     the question has no parameter of that name
├── UnsuitableValue      a term that cannot stand in a query
└── MalformedQuestion    the file does not keep to the form of this folder
"""

from collections.abc import Iterable
from difflib import get_close_matches


class QuestionError(Exception):
    """Anything wrong with a question; the message is a sentence for the user."""


class UnknownQuestion(QuestionError):
    """No file of that name."""


class UnknownParameter(QuestionError):
    """The question has no parameter of that name."""


class UnsuitableValue(QuestionError):
    """A term that cannot stand in a query, such as a blank node."""


class MalformedQuestion(QuestionError):
    """The file does not keep to the form of this folder."""


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a message about a word that is not known.

    >>> suggestion("casues", ["causes", "tests"])
    'did you mean causes?'
    >>> suggestion("casues", ["causes-of-a-symptom", "names-of-a-thing"])
    'did you mean causes-of-a-symptom?'
    >>> suggestion("xyz", ["causes", "tests"])
    'there are causes, tests'
    >>> suggestion("xyz", [])
    'there are none'
    """
    names = sorted(known)
    if close := get_close_matches(word, names, n=3, cutoff=0.5) or [
        name for name in names if _shares_a_word(word, name)
    ]:
        return f"did you mean {' or '.join(close[:3])}?"
    return f"there are {', '.join(names) or 'none'}"


def _shares_a_word(word: str, name: str) -> bool:
    return any(get_close_matches(part, name.split("-"), cutoff=0.75) for part in word.split("-"))
