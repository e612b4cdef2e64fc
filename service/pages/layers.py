"""Nodes and arrows in, a layered drawing out: in columns for a desk or in rows for a phone, always the same."""

import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

_GAP = 44
_APART = 10
_LINE = 17
_CAPTION = 15
_PADDING = 8
_LETTER = 7.2
"""Width of a letter of a label; one of an East Asian script is twice as wide."""

_WIDE = 880
_NARROW = 340
_GUTTER = 46


@dataclass(frozen=True)
class Node:
    """Something to draw: what it is called, and a few words above that."""

    key: Hashable
    label: str
    caption: str = ""


@dataclass(frozen=True)
class Arrow:
    """From one node to another."""

    source: Hashable
    target: Hashable


@dataclass(frozen=True)
class Box:
    """A node in its place; `x` and `y` are of its left upper corner."""

    node: Node
    x: float
    y: float
    width: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Room for the caption and every line."""
        return 2 * _PADDING + _LINE * len(self.lines) + (_CAPTION if self.node.caption else 0)

    @property
    def is_cut(self) -> bool:
        """Whether the lines leave something out."""
        return "".join("".join(self.lines).split()) != "".join(self.node.label.split())

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2

    @property
    def written(self) -> tuple[tuple[float, str], ...]:
        """Each line with the height it stands at."""
        first = self.y + _PADDING + (_CAPTION if self.node.caption else 0) + 13
        return tuple((first + _LINE * number, line) for number, line in enumerate(self.lines))


_Course = Callable[[Box, Box], tuple[str, str]]


@dataclass(frozen=True)
class Curve:
    """An arrow as SVG draws it: the path of its line and the corners of its head."""

    arrow: Arrow
    path: str
    head: str


@dataclass(frozen=True)
class Drawing:
    """Everything in its place."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]


def layers(centre: Hashable, nodes: Iterable[Node], arrows: Sequence[Arrow]) -> tuple[tuple[Node, ...], ...]:
    """The nodes in layers: what leads to the centre before it, what it leads to after it.

    A node stands one layer before or behind the first node from which it was reached.

    >>> found = layers("b", map(Node, "abc", "abc"), [Arrow("a", "b"), Arrow("b", "c")])
    >>> [[node.key for node in layer] for layer in found]
    [['a'], ['b'], ['c']]
    """
    depth: dict[Hashable, int] = {centre: 0}
    onwards = [(arrow.source, arrow.target) for arrow in arrows]
    back = [(target, source) for source, target in onwards]
    _reach(depth, onwards, 1)
    _reach(depth, back, -1)
    for ends, step in ((onwards, 1), (back, -1)):  # what neither leads to the centre nor follows from it
        _reach(depth, ends, step, list(depth))
    found: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        if node.key in depth:
            found[depth[node.key]].append(node)
    return tuple(tuple(found[number]) for number in sorted(found))


def _reach(
    depth: dict[Hashable, int], ends: Sequence[tuple[Hashable, Hashable]], step: int, begin: Iterable[Hashable] = ()
) -> None:
    """Give a depth to everything that the arrows reach, from the centre or from the nodes to begin with."""
    waiting = list(begin) or [next(iter(depth))]
    for here in waiting:
        for near, far in ends:
            if near == here and far not in depth:
                depth[far] = depth[here] + step
                waiting.append(far)


def columns(centre: Hashable, nodes: Iterable[Node], arrows: Sequence[Arrow]) -> Drawing:
    """The layers from left to right, each in the middle of the height."""
    found = layers(centre, nodes, arrows)
    width = min(230.0, (_WIDE - _GAP * (len(found) - 1)) / len(found))
    stacks = [[_box(node, 0, width) for node in layer] for layer in found]
    heights = [sum(box.height for box in stack) + _APART * (len(stack) - 1) for stack in stacks]
    tallest = max(heights)
    boxes = [
        _moved(box, number * (width + _GAP), top)
        for number, stack in enumerate(stacks)
        for box, top in zip(stack, _tops(stack, (tallest - heights[number]) / 2), strict=True)
    ]
    return _drawing(len(found) * (width + _GAP) - _GAP, tallest, boxes, arrows, _across)


def rows(centre: Hashable, nodes: Iterable[Node], arrows: Sequence[Arrow]) -> Drawing:
    """The layers from top to bottom, one box to a row; the arrows run beside them."""
    stack = [_box(node, _GUTTER, _NARROW - _GUTTER) for layer in layers(centre, nodes, arrows) for node in layer]
    boxes = [_moved(box, _GUTTER, top) for box, top in zip(stack, _tops(stack, 0), strict=True)]
    return _drawing(_NARROW, boxes[-1].y + boxes[-1].height, boxes, arrows, _beside)


def wrapped(label: str, width: float, most: int = 3) -> tuple[str, ...]:
    """A label in as many lines as it needs, three at most.

    >>> wrapped("excitability threshold", 120)
    ('excitability', 'threshold')
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in label)
    letters = max(6, int((width - 2 * _PADDING) / _LETTER * len(label) / (len(label) + wide or 1)))
    if len(max(label.split(), default="")) > letters:  # no spaces, which are narrow, so that its letters are wider
        letters = max(6, int(letters * 0.8))
    return tuple(textwrap.wrap(label, letters, max_lines=most, placeholder=" …")) or (label[:letters],)


def _box(node: Node, x: float, width: float) -> Box:
    return Box(node, x, 0, width, wrapped(node.label, width))


def _moved(box: Box, x: float, y: float) -> Box:
    return Box(box.node, x, y, box.width, box.lines)


def _tops(stack: Sequence[Box], first: float) -> Iterator[float]:
    return accumulate((box.height + _APART for box in stack[:-1]), initial=first)


def _drawing(width: float, height: float, boxes: Sequence[Box], arrows: Iterable[Arrow], curve: _Course) -> Drawing:
    places: Mapping[Hashable, Box] = {box.node.key: box for box in boxes}
    drawn = (
        Curve(arrow, *curve(places[arrow.source], places[arrow.target]))
        for arrow in arrows
        if arrow.source in places and arrow.target in places and arrow.source != arrow.target
    )
    return Drawing(round(width), round(height), tuple(boxes), tuple(drawn))


def _across(source: Box, target: Box) -> tuple[str, str]:
    """To the right where the target is in a later column, to the left where it is in an earlier one."""
    if source.x == target.x:
        return _arc(source, target, 22)
    forward = source.x < target.x
    start = source.x + source.width if forward else source.x
    end = target.x if forward else target.x + target.width
    bend = _GAP / 2 if forward else -_GAP / 2
    path = f"M{start:.0f} {source.middle:.0f}C{start + bend:.0f} {source.middle:.0f} "
    return f"{path}{end - bend:.0f} {target.middle:.0f} {end:.0f} {target.middle:.0f}", _head(
        end, target.middle, forward=forward
    )


def _beside(source: Box, target: Box) -> tuple[str, str]:
    """An arc in the gutter, the wider the farther it goes."""
    return _arc(source, target, min(_GUTTER * 1.25, 18 + abs(source.middle - target.middle) / 12))


def _arc(source: Box, target: Box, bend: float) -> tuple[str, str]:
    x, start, end = source.x, source.middle, target.middle
    return f"M{x:.0f} {start:.0f}C{x - bend:.0f} {start:.0f} {x - bend:.0f} {end:.0f} {x:.0f} {end:.0f}", _head(
        x, end, forward=True
    )


def _head(x: float, y: float, *, forward: bool) -> str:
    back = x - 8 if forward else x + 8
    return f"{x:.0f},{y:.0f} {back:.0f},{y - 4:.0f} {back:.0f},{y + 4:.0f}"
