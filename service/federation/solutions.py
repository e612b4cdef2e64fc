"""Solutions in SPARQL JSON, and how they are written as a VALUES block."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.names import is_iri

_VARIABLE = re.compile(r"[A-Za-z_\u00c0-\uffff0-9]\w*")
_LANGUAGE = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--(?:ltr|rtl))?")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"})

EMPTY = "{}"
"""The one solution that binds nothing: what a failed SERVICE SILENT stands for."""


BLANK = "urn:etiograph:blank:"
"""What the IRIs begin with that stand for blank nodes of others: VALUES can hold none."""


@dataclass(frozen=True)
class Solutions:
    """Solutions of another service, their terms as SPARQL writes them."""

    names: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def values(self) -> str:
        """A group that holds the solutions and nothing else.

        >>> Solutions(("a", "b"), (("<x:y>", "UNDEF"),)).values()
        '{ VALUES (?a ?b) { (<x:y> UNDEF) } }'
        """
        head = " ".join(f"?{name}" for name in self.names)
        rows = " ".join(f"({' '.join(row)})" for row in self.rows)
        return f"{{ VALUES ({head}) {{ {rows} }} }}"


def together(parts: Sequence[Solutions]) -> Solutions:
    """All solutions of several answers.

    >>> together([Solutions(("a",), (("1",),)), Solutions(("b", "a"), (("2", "3"),))]).values()
    '{ VALUES (?a ?b) { (1 UNDEF) (3 2) } }'
    """
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    rows = (dict(zip(part.names, row, strict=True)) for part in parts for row in part.rows)
    return Solutions(names, tuple(tuple(row.get(name, "UNDEF") for name in names) for row in rows))


def solutions(body: bytes, scope: str) -> Solutions:
    """The solutions of an answer.

    `scope` is part of the IRIs of its blank nodes, whose names hold within one answer only; to leave them unbound would
    join what does not belong together (RDF 1.1 Concepts, section 3.5). Raises ValueError, saying what is wrong.

    >>> solutions(b'{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "bnode", "value": "b"}}]}}', "1:")
    Solutions(names=('a',), rows=(('<urn:etiograph:blank:1:62>',),))
    """
    names, rows = read(body)
    return Solutions(tuple(names), tuple(tuple(term(row.get(name), BLANK + scope) for name in names) for row in rows))


def read(body: bytes) -> tuple[list[str], list[dict[str, Any]]]:
    """The variables and the rows of SPARQL JSON. Raises ValueError for what is none."""
    try:
        found = json.loads(body)
        names, rows = found["head"]["vars"], found["results"]["bindings"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("its answer is not SPARQL JSON") from None
    if not isinstance(names, list) or not all(isinstance(name, str) and _VARIABLE.fullmatch(name) for name in names):
        raise ValueError("its answer names variables that cannot be")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("its answer is not SPARQL JSON")
    return names, rows


def term(value: object, blank: str) -> str:
    r"""A term of an answer as SPARQL writes it. Raises ValueError for what is none.

    >>> term({"type": "literal", "value": 'say "a"\n', "xml:lang": "en"}, ""), term(None, "")
    ('"say \\"a\\"\\n"@en', 'UNDEF')
    """
    match value:
        case None:
            return "UNDEF"
        case {"type": "uri", "value": str(iri)} if is_iri(iri):
            return f"<{iri}>"
        case {"type": "bnode", "value": str(name)}:
            return f"<{blank}{name.encode().hex()}>"
        case {"type": "literal" | "typed-literal", "value": str(text), **rest}:
            return f'"{_written(text)}"{_kind(rest)}'
        case {"type": "triple", "value": {"subject": subject, "predicate": predicate, "object": object_}}:
            return f"<<( {' '.join(term(each, blank) for each in (subject, predicate, object_))} )>>"
    raise ValueError("its answer holds a term that cannot be")


def _written(text: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("its answer holds half a character")
    return text.translate(_ESCAPES)


def _kind(rest: Mapping[Any, object]) -> str:
    """The language or the datatype of a literal."""
    language, datatype = rest.get("xml:lang"), rest.get("datatype")
    direction = rest.get("its:dir")
    if isinstance(language, str) and language:
        tag = f"{language}--{direction}" if direction else language
        if not _LANGUAGE.fullmatch(tag):
            raise ValueError("its answer holds a language that cannot be")
        return f"@{tag}"
    if datatype is None:
        return ""
    if not isinstance(datatype, str) or not is_iri(datatype):
        raise ValueError("its answer holds a datatype that is no IRI")
    return f"^^<{datatype}>"
