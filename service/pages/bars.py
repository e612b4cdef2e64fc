"""A limit in, the picture of it out: where on a line a result is the finding, and where a value lies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from ontology.decimals import written
from service.messages import gettext
from service.messages import marked as _

WIDTH = 240
"""Of the picture, in its own units."""

_MARGIN = 14
_PLACES = 4
_ABNORMAL: Mapping[str, str] = MappingProxyType(
    {
        "<": _("abnormal below %(limit)s"),
        "<=": _("abnormal at or below %(limit)s"),
        ">": _("abnormal above %(limit)s"),
        ">=": _("abnormal at or above %(limit)s"),
        "=": _("abnormal at exactly %(limit)s"),
        "range": _("abnormal from %(limit)s to %(upper)s"),
    }
)
_NORMAL: Mapping[str, str] = MappingProxyType(
    {
        "<": _("normal below %(limit)s"),
        "<=": _("normal at or below %(limit)s"),
        ">": _("normal above %(limit)s"),
        ">=": _("normal at or above %(limit)s"),
        "=": _("normal at exactly %(limit)s"),
        "range": _("normal from %(limit)s to %(upper)s"),
    }
)


@dataclass(frozen=True)
class Zone:
    """A stretch of the line; its kind is `finding`, `normal`, or `open` where the article says nothing."""

    kind: str
    start: float
    end: float

    @property
    def width(self) -> float:
        """How long it is."""
        return round(self.end - self.start, 2)


@dataclass(frozen=True)
class Tick:
    """An end of a zone and the number that stands at it; it is closed where the number itself belongs to the zone."""

    place: float
    label: str
    closed: bool


@dataclass(frozen=True)
class Bar:
    """A limit in one unit, and a value in that unit where there is one."""

    comparator: str
    limit: Decimal
    upper: Decimal | None
    unit: str
    is_reference: bool = False
    is_rounded: bool = False
    value: Decimal | None = None

    @property
    def words(self) -> str:
        """What the picture says, for those who do not see it."""
        table = _NORMAL if self.is_reference else _ABNORMAL
        limit, upper = self.ends
        words = gettext(table.get(self.comparator, "%(limit)s")) % {"limit": limit, "upper": upper}
        return f"{words} {self.unit}".rstrip()

    @property
    def plain(self) -> str:
        """The limit for programs, in no language and with all its digits."""
        ends = " to ".join(written(end) for end in (self.limit, self.upper) if end is not None)
        relation = "" if self.comparator == "range" else f"{self.comparator} "
        return f"{relation}{ends} {self.unit}".rstrip()

    @property
    def ends(self) -> tuple[str, str]:
        """The limit and the upper limit as they are shown; the same twice where there is one."""
        return _short(self.limit, self.is_rounded), _short(self._last, self.is_rounded)

    @property
    def alternative(self) -> str:
        """The words, with the value where there is one."""
        if self.value is None:
            return self.words
        measured = f"{written(self.value)} {self.unit}".rstrip()
        return gettext("%(limit)s; the value is %(value)s") % {"limit": self.words, "value": measured}

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The line from left to right."""
        return tuple(zone for zone in self._zones() if zone.width > 0)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The ends of what the limit speaks of."""
        closed = self.comparator in ("<=", ">=", "=", "range")
        ends = [self.limit] if self.upper is None else [self.limit, self.upper]
        return tuple(Tick(self._place(end), _short(end, self.is_rounded), closed) for end in ends)

    @property
    def pointer(self) -> float | None:
        """Where the value lies; one that lies off the line is at its end."""
        return None if self.value is None else self._place(self.value)

    @property
    def is_off(self) -> bool:
        """Whether the value lies off the line."""
        low, high = self._ends()
        return self.value is not None and not low <= self.value <= high

    @property
    def _last(self) -> Decimal:
        return self.limit if self.upper is None else self.upper

    def _zones(self) -> Iterator[Zone]:
        start, end = self._place(self.limit), self._place(self._last)
        left, right = _MARGIN / 2, WIDTH - _MARGIN / 2
        inside, outside = ("normal", "open") if self.is_reference else ("finding", "normal")
        if self.comparator in ("<", "<="):
            yield from (Zone(inside, left, start), Zone(outside, start, right))
        elif self.comparator in (">", ">="):
            yield from (Zone(outside, left, start), Zone(inside, start, right))
        else:
            # An exact value is a point, which has to be seen.
            wide = 0 if end > start else 3
            yield Zone(outside, left, start - wide)
            yield Zone(inside, start - wide, end + wide)
            yield Zone(outside, end + wide, right)

    def _ends(self) -> tuple[Decimal, Decimal]:
        """The numbers at both ends of the line: about as much on either side of the limit."""
        room = (self._last - self.limit) or abs(self.limit) or Decimal(1)
        low = self.limit - room
        return (max(low, Decimal(0)) if self.limit > 0 else low), self._last + room

    def _place(self, number: Decimal) -> float:
        low, high = self._ends()
        share = min(max((number - low) / (high - low), Decimal(0)), Decimal(1))
        return round(_MARGIN + float(share) * (WIDTH - 2 * _MARGIN), 2)


def _short(number: Decimal, is_rounded: bool) -> str:
    """A number as it is shown: one that has no end is cut, and says so.

    >>> _short(Decimal("6.993938586559"), True)
    '≈ 6.9939'
    """
    if not is_rounded:
        return written(number)
    places = max(_PLACES, _PLACES - 1 - number.adjusted())
    return f"≈ {written(round(number, places).normalize() + 0)}"
