"""A file is decoded as it is, or refused with a reason and a remedy."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.errors import REMEDIES, Reason, Refused
from loaders.normalised import Span, normalised
from loaders.reading import reading
from loaders.source import LARGEST, read, source

ARTICLE = "Nosebleed\n\nCause\n\n(1) Dry air: dry air can cause nosebleed.\n"


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE.encode(),
        b"\xef\xbb\xbf" + ARTICLE.encode(),
        ARTICLE.encode("utf-16"),
        ARTICLE.encode("utf-16-le"),
        ARTICLE.encode("utf-16-be"),
        ARTICLE.replace("Dry air", "Dry – air").encode("cp1252"),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)
def test_an_encoding_is_recognised(data: bytes) -> None:
    assert source("a.txt", data).text.replace("Dry – air", "Dry air") == ARTICLE


def test_newlines_stay_as_they_are() -> None:
    assert source("a.txt", b"A\r\nB\rC\n").text == "A\r\nB\rC\n"


REFUSED: list[tuple[bytes, Reason]] = [
    (b"", "empty"),
    (b" \n\t\n", "empty"),
    (b"\xef\xbb\xbf", "empty"),
    (b"PK\x03\x04\x00\x00\x14\x00", "binary"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
    (b"Nosebleed\x07\n\nCause\n", "binary"),
    (b"<!DOCTYPE html><html><body>Cause</body></html>", "html"),
    (b"Nosebleed\n<p>Cause</p>\n", "html"),
    (b"x" * (LARGEST + 1), "too-large"),
    ("流鼻血的原因".encode("gb18030") * 9, "undecodable"),
    (b"\xff\xfe\x00", "undecodable"),
    (b"just a line of text", "not-template"),
    (b"A title\n\nSome prose without any heading at all.\n", "not-template"),
    (b"A title\n\nCause\n\nlorem ipsum\n", "nothing-found"),
]


@pytest.mark.parametrize(("data", "reason"), REFUSED)
def test_what_is_no_article_is_refused(data: bytes, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        reading(source("a.txt", data))
    assert refused.value.reason == reason
    assert str(refused.value).startswith(f"a.txt: refused ({reason}): ")
    assert REMEDIES[reason] in str(refused.value)


def test_a_missing_file_is_refused_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="missing") as refused:
        read(tmp_path / "nowhere.txt")
    assert str(tmp_path) not in str(refused.value)


@given(st.text(max_size=300))
def test_every_normalised_character_comes_from_its_source(text: str) -> None:
    plain = normalised(text)
    assert len(plain.text) == len(plain.starts) == len(plain.ends)
    for index in range(len(plain.text)):
        start, end = plain.origin(Span(index, index + 1))
        assert 0 <= start < end <= len(text)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert refusal(data) in {None, *REMEDIES}


def refusal(data: bytes) -> Reason | None:
    """Why a file is refused; None where it is read."""
    try:
        reading(source("a.txt", data))
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize("words", ["can may often also ", "not ", "people with a, ", "is also known as ", "a "])
def test_endless_repetition_says_nothing_and_ends(words: str) -> None:
    text = f"Nosebleed\n\nCause\n\nDry air can cause nosebleed. {words * 150}\n"
    found = reading(source("a.txt", text.encode())).statements
    assert [statement.subject.slug for statement in found if statement.type == "cause"] == ["dry-air"]
