"""Content negotiation never picks what is not acceptable, and the closest range decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats import GRAPHS, TABLES, media_types
from service.negotiation import choose, media_ranges, names_a_type

OFFERS = [*media_types(TABLES), *media_types(GRAPHS), "text/html"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

CASES = [
    (None, ["a/a", "b/b"], "a/a"),
    ("", ["a/a", "b/b"], "a/a"),
    ("*/*", ["a/a", "b/b"], "a/a"),
    ("b/b", ["a/a", "b/b"], "b/b"),
    ("B/B", ["a/a", "b/b"], "b/b"),
    ("a/a;q=0.1, b/b;q=0.2", ["a/a", "b/b"], "b/b"),
    ("*/*, b/b", ["a/a", "b/b"], "b/b"),
    ("*/*;q=0.9, b/b;q=0.1", ["a/a", "b/b"], "a/a"),
    ("*/*, a/a;q=0", ["a/a", "b/b"], "b/b"),
    ("a/*;q=0, a/a", ["a/a", "a/b"], "a/a"),
    ("a/*, a/a;q=0", ["a/a", "a/b"], "a/b"),
    ("a/a;q=0", ["a/a"], None),
    ("c/c", ["a/a"], None),
    ("a/a;charset=utf-8;q=0.5, b/b;q=0.4", ["a/a", "b/b"], "a/a"),
    ('a/a;title="x, y;q=0", b/b;q=0.4', ["a/a", "b/b"], "a/a"),
    ("rubbish", ["a/a"], "a/a"),
    ("*/b", ["a/a"], "a/a"),
    (BROWSER, ["application/xml", "text/html"], "text/html"),
    ("text/turtle;q=1.000, text/csv;q=0.999", ["text/csv", "text/turtle"], "text/turtle"),
]


@pytest.mark.parametrize(("accept", "offers", "best"), CASES)
def test_an_accept_header_picks_the_best_offer(accept: str | None, offers: list[str], best: str | None) -> None:
    assert choose(accept, offers) == best


@pytest.mark.parametrize(("accept", "does"), [(None, False), ("*/*", False), ("*/*;q=0.5", False), ("text/*", True)])
def test_an_accept_header_names_a_type_unless_anything_will_do(accept: str | None, does: bool) -> None:
    assert names_a_type(accept) is does


types = st.sampled_from([*OFFERS, "*/*", "text/*", "application/*", "image/png"])
elements = st.tuples(types, st.integers(0, 1000)).map(lambda pair: f"{pair[0]};q={pair[1] / 1000:.3f}")
headers = st.lists(elements, min_size=1, max_size=6).map(", ".join)


@given(headers)
def test_what_is_picked_is_acceptable_and_nothing_acceptable_is_refused(accept: str) -> None:
    chosen = choose(accept, OFFERS)
    acceptable = {offer: _wanted(offer, accept) for offer in OFFERS}
    if chosen is None:
        assert not any(acceptable.values())
    else:
        assert acceptable[chosen] == max(acceptable.values()) > 0


def _wanted(offer: str, accept: str) -> float:
    """The quality of an offer by the letter of RFC 9110, written another way than in the service."""
    by_range: dict[str, float] = {}
    for range_ in media_ranges(accept):
        name = f"{range_.type}/{range_.subtype}"
        by_range[name] = max(by_range.get(name, 0.0), range_.quality)
    for name in (offer, f"{offer.split('/')[0]}/*", "*/*"):
        if name in by_range:
            return by_range[name]
    return 0.0


@given(st.text(max_size=200))
def test_any_text_is_read_as_an_accept_header(accept: str) -> None:
    assert choose(accept, OFFERS) in (*OFFERS, None)
