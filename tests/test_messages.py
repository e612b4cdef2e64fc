"""The pages speak the languages they say they speak: every message is collected, translated and compiled."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

from service.messages import LANGUAGES
from tests.requirements import ROOT
from tests.website import HTML, OWN, website

LOCALE = ROOT / "service" / "locale"
TRANSLATED = [language.tag.replace("-", "_") for language in LANGUAGES[1:]]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return website(tmp_path_factory.mktemp("messages"), [OWN])


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def test_every_message_in_code_and_pages_is_collected(tmp_path: Path) -> None:
    found = tmp_path / "found.pot"
    arguments = [
        "--mapping",
        "pyproject.toml",
        "--keywords",
        "marked marked_plural:1,2",
        "--output",
        str(found),
        "service",
    ]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "-q", "extract", *arguments], cwd=ROOT, check=True)
    collected = {message.id for message in catalogue(LOCALE / "etiograph.pot")}
    assert {message.id for message in catalogue(found)} == collected, "run make messages"


@pytest.mark.parametrize("tag", TRANSLATED)
def test_every_message_is_translated_with_its_placeholders(tag: str) -> None:
    messages = catalogue(LOCALE / tag / "LC_MESSAGES" / "etiograph.po")
    assert {message.id for message in messages} == {message.id for message in catalogue(LOCALE / "etiograph.pot")}
    wanting = [message.id for message in messages if message.id and (message.fuzzy or not message.string)]
    assert wanting == []
    assert [(message.id, errors) for message, errors in messages.check()] == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_what_is_compiled_is_what_is_written(tag: str) -> None:
    folder = LOCALE / tag / "LC_MESSAGES"
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(folder / "etiograph.po"))
    assert (folder / "etiograph.mo").read_bytes() == compiled.getvalue(), "run make messages"


@pytest.mark.parametrize(
    ("address", "accepts", "tag"),
    [
        ("/about", "", "en"),
        ("/about", "de-AT,de;q=0.9", "en"),
        ("/about", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("/about", "en;q=0.9,zh-Hans;q=0.1", "en"),
        ("/about?lang=zh-Hans", "en", "zh-Hans"),
        ("/about?lang=en", "zh-CN", "en"),
        ("/about?lang=tlh", "zh-CN", "zh-Hans"),
    ],
)
def test_a_page_is_in_the_language_asked_for(app: Flask, address: str, accepts: str, tag: str) -> None:
    page = app.test_client().get(address, headers=HTML | {"Accept-Language": accepts})
    assert page.headers["Content-Language"] == tag
    assert f'<html lang="{tag}">' in page.text
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))


def test_a_language_that_was_asked_for_is_kept(app: Flask) -> None:
    client = app.test_client()
    client.get("/about?lang=zh-Hans", headers=HTML)
    assert client.get("/articles", headers=HTML).headers["Content-Language"] == "zh-Hans"


def test_the_link_to_another_language_keeps_the_question(app: Flask) -> None:
    page = app.test_client().get("/search?q=a%26b%22%3E", headers=HTML)
    assert 'href="/search?q=a%26b%22%3E&amp;lang=zh-Hans"' in page.text
