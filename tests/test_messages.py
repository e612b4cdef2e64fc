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
from service.pages import telling
from tests.requirements import ROOT
from tests.website import HTML, OWN, page, website

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
        "ontology",
        "queries",
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


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/id/nothing", "图谱中没有关于它的内容。"),
        ("/nowhere", "服务器上没有这个地址"),
        ("/term?iri=HP:1234567", "HP:1234567 不是"),
        ("/term?iri=calf", "HP:0002901"),
        ("/search?q=calf&page=0", "page 应为 1 到 10,000 的数字"),
        ("/changes?from=77", "快照 77 未保留"),
        ("/queries/causes-of-a-symptom?symptom=no such thing", "没有名为"),
        ("/ontology/9.9.9", "没有词汇表的 9.9.9 版"),
        ("/check?test=serum calcium&value=x&unit=mmol/L", "不是十进制数"),
        ("/check?test=serum calcium&value=1&unit=", "此检查的限值以 "),
        ("/check?test=serum calciun&value=1&unit=mmol/L", "您是否要找"),
        ("/sparql?query=SELECT * { ?s ?p }", "第 1 行第 19 列：此处缺少内容"),
        ("/sparql?query=SELECT * { ?s x:y ?o }", "此处不应有“?o”"),
        ("/sparql?query=CLEAR ALL", "CLEAR 是更新操作"),
    ],
)
def test_what_went_wrong_is_told_in_the_language_of_the_page(app: Flask, address: str, told: str) -> None:
    answer = app.test_client().get(address, headers=HTML | {"Accept-Language": "zh-CN"})
    assert answer.status_code >= 400
    assert told in page(answer).text


def test_a_program_is_told_in_its_language_too(app: Flask) -> None:
    answer = app.test_client().get("/sparql?query=CLEAR ALL", headers={"Accept-Language": "zh-CN"})
    assert answer.get_json()["title"] == "本服务不答复此查询"
    assert answer.get_json()["detail"].startswith("CLEAR 是更新操作")
    assert (answer.headers["Content-Language"], "Accept-Language" in answer.headers["Vary"]) == ("zh-Hans", True)
    assert app.test_client().get("/sparql?query=CLEAR ALL").headers["Content-Language"] == "en"


def test_what_is_not_known_is_told_as_it_is(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert telling.told("The sky is falling.") == "The sky is falling."


def test_the_words_of_vocabulary_and_questions_are_those_of_the_reader(app: Flask) -> None:
    def main(address: str) -> str:
        return page(app.test_client().get(address, headers=HTML | {"Accept-Language": "zh-CN"})).all("main")[0].text

    assert "作为疾病、失调或身体状态" in main("/ontology#Condition")
    assert "两个事物之间的关系是一条普通三元组" in main("/ontology")
    assert "疾病或状况" in main("/id/hypocalcemia")
    assert "什么引起一种症状，哪句话这样说？" in main("/queries")
    assert "哪些病因没有来源中的检查可以发现？" in main("/")
    assert "要解释的症状" in main("/sparql")
