"""Content negotiation: which of the media types on offer a client likes best (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_RANGE = re.compile(
    r"""\s* (?P<type> [\w!#$%&'*+.^`|~-]+ ) / (?P<subtype> [\w!#$%&'*+.^`|~-]+ )
        (?P<parameters> (?: \s* ; \s* [\w!#$%&'*+.^`|~-]+ \s* = \s* (?: "[^"\\]*" | [^\s;,"]* ) | \s* ; )* ) \s* $""",
    re.VERBOSE | re.ASCII,
)
_QUALITY = re.compile(
    r"; \s* q \s* = \s* ( 0 (?: \. \d* )? | 1 (?: \. 0* )? | \. \d+ ) \s* (?: ; | $ )", re.VERBOSE | re.IGNORECASE
)
_ELEMENT = re.compile(r'(?:[^,"]|"[^"]*")+')


@dataclass(frozen=True)
class MediaRange:
    """One element of an Accept header. Parameters other than `q` do not tell our offers apart and are not kept."""

    type: str
    subtype: str
    quality: float = 1.0

    @property
    def specificity(self) -> int:
        """How closely it names a type: 0 for anything, 1 for a family, 2 for one type."""
        return (self.type != "*") + (self.subtype != "*")

    def covers(self, media_type: str) -> bool:
        """Whether a type without parameters falls into it.

        >>> MediaRange("text", "*").covers("text/turtle")
        True
        """
        kind, _, name = media_type.partition("/")
        return self.type in ("*", kind) and self.subtype in ("*", name)


def media_ranges(accept: str) -> tuple[MediaRange, ...]:
    """Read an Accept header; what is not a media range is left out.

    >>> media_ranges("text/turtle;q=0.5, nonsense, */*")
    (MediaRange(type='text', subtype='turtle', quality=0.5), MediaRange(type='*', subtype='*', quality=1.0))
    """
    matches = filter(None, map(_RANGE.match, _ELEMENT.findall(accept)))
    ranges = (
        MediaRange(each["type"].lower(), each["subtype"].lower(), _quality(each["parameters"])) for each in matches
    )
    return tuple(range_ for range_ in ranges if range_.type != "*" or range_.subtype == "*")


def _quality(parameters: str) -> float:
    match = _QUALITY.search(parameters)
    return float(match[1]) if match else 1.0


def quality(media_type: str, ranges: Iterable[MediaRange]) -> tuple[float, int]:
    """How much a type is wanted, and how closely it was named: the closest range decides, whatever its quality.

    >>> quality("text/csv", media_ranges("text/*;q=0.9, text/csv;q=0"))
    (0.0, 2)
    """
    covering = [(range_.specificity, range_.quality) for range_ in ranges if range_.covers(media_type)]
    specificity, wanted = max(covering, default=(0, 0.0))
    return wanted, specificity


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """The best of the offers, or None if none is acceptable.

    Between equals the one that is named more closely wins, then the one offered first.

    >>> choose("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    >>> choose("image/png", ["text/csv"]) is None
    True
    """
    ranges = media_ranges(accept or "")
    if not ranges:
        return offers[0] if offers else None
    graded = [(*quality(offer, ranges), -place, offer) for place, offer in enumerate(offers)]
    best = max(graded, default=(0.0, 0, 0, ""))
    return best[3] if best[0] > 0 else None


def names_a_type(accept: str | None) -> bool:
    """Whether an Accept header asks for more than just anything.

    >>> names_a_type("*/*"), names_a_type("text/*")
    (False, True)
    """
    return any(range_.specificity for range_ in media_ranges(accept or ""))
