"""The shape of an article: headings, items of every mark, paragraphs, sentences, what is no prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.article import Article, Item, Paragraph, article
from loaders.source import source


def shape(text: str) -> Article:
    return article(source("a.txt", text.encode()))


def heads(text: str) -> list[str]:
    """The heads of all items that are nested in no other."""
    return [block.head.text for section in shape(text).sections for block in section.blocks if isinstance(block, Item)]


@pytest.mark.parametrize(
    "body",
    [
        "(1) Cold: x is.\n(2) Fatigue: y is.",
        "1. Cold: x is.\n2. Fatigue: y is.",
        "1, Cold: x is.\n2, Fatigue: y is.",
        "1) Cold: x is.\n2) Fatigue: y is.",
        "1、Cold: x is.\n2、Fatigue: y is.",
        "①Cold: x is.\n②Fatigue: y is.",
        "（１） Cold： x is.\n（２） Fatigue： y is.",
        "First, Cold: x is.\nSecond, Fatigue: y is.",
        "(1) Cold: x is. (2) Fatigue: y is.",
        "The causes are: (1) Cold: x is; (2) Fatigue: y is.",
        "(1) Cold: x is.\n(4) Fatigue: y is.",
        "1. Cold\n\nx is so.\n\n2. Fatigue\n\ny is so.",
        "Cold: x is.\n\nFatigue: y is.",
    ],
)
def test_items_of_every_mark_are_the_same_items(body: str) -> None:
    assert heads(f"Title\n\nCause\n\n{body}\n") == ["Cold", "Fatigue"]


@pytest.mark.parametrize(
    "line",
    [
        "Serum calcium is below 2.1 and 0.7 mmol/L.",
        "It lasts 1, 2 or 3 days.",
        "Take 1 tablet, 2 times a day.",
        "See figure (2) and table 1.",
    ],
)
def test_numbers_in_prose_are_no_items(line: str) -> None:
    assert heads(f"Title\n\nCause\n\n{line}\n") == []


def test_items_of_another_mark_are_nested() -> None:
    outer = next(
        block
        for section in shape(
            "T\n\nCause\n\n1) Blood\n  (1) Bleeding: a is.\n  (2) Thirst: b is.\n2) Nerves: c is.\n"
        ).sections
        for block in section.blocks
    )
    assert isinstance(outer, Item)
    assert [child.head.text for child in outer.children] == ["Bleeding", "Thirst"]


def test_headings_may_be_doubled_missing_empty_and_out_of_order() -> None:
    found = shape(
        "T\n\nDiagnosis\n\nDifferential diagnosis\n\n1, A: b is.\n\nExamine\n\nCause\n\nCause\n\n(1) C: d is.\n"
    )
    assert [section.kind for section in found.sections] == ["differential", "cause"]


def test_a_heading_repeated_before_its_first_sentence_is_no_prose() -> None:
    found = shape("T\n\nIntroduction\n\nIntroduction Calf cramps: They hurt.\n\nCause\n\nIt is so.\n")
    first = found.sections[0].blocks[0]
    assert isinstance(first, Paragraph)
    assert first.sentences[0].text == "Calf cramps: They hurt."


def test_disclaimer_and_furniture_are_told_from_prose() -> None:
    found = shape(
        "T\n\nCause\n\nCold can cause T.\n\nThis page is not medical advice.\n\n"
        "Was this article helpful? Thanks for the feedback.\n"
    )
    assert [sentence.text for sentence in found.disclaimers] == ["This page is not medical advice."]
    assert len(found.furniture) == 1
    assert [sentence.text for _, sentence in found.sentences()] == ["T", "Cold can cause T."]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("One is. Two is.", 2),
        ("Calcium is 0.75mmol / L. Next is.", 2),
        ("Some drugs, e.g. aspirin, do.", 1),
        ("It ends here.Then it goes on.", 2),
        ("It hurts . It stops.", 2),
        ("One is; two is.", 2),
    ],
)
def test_sentences_end_where_they_end(line: str, count: int) -> None:
    found = shape(f"T\n\nCause\n\n{line}\n").sections[0].blocks[0]
    assert isinstance(found, Paragraph)
    assert len(found.sentences) == count


@given(
    st.lists(
        st.sampled_from(
            ["(1) A: b is.", "2. C", "Cause", "Examine", "First, x.", "", "Prose is here. And more.", "D: e."]
        ),
        max_size=14,
    )
)
def test_every_sentence_is_cut_out_of_the_text_where_it_says(lines: list[str]) -> None:
    found = shape("\n".join(["Title", "Cause", *lines, "The end is."]))
    for _, sentence in found.sentences():
        assert found.text.cut(sentence.span) == sentence.text
