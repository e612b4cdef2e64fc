"""The benchmarks run, at their smallest; what they measure is never asserted, what they count is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.corpus import plain_statements, texts


@pytest.mark.requires("java")
def test_every_benchmark_runs_and_the_rules_infer_what_owl_rl_does(tmp_path: Path) -> None:
    systems = [f"--system={each}" for each in ("etiograph", "owlrl", "HermiT")]
    path = tmp_path / "results.json"
    ran = CliRunner().invoke(main, ["--size=1", "--files=1", "--seconds=300", f"--json={path}", *systems])
    assert ran.exit_code == 0, ran.output
    results = json.loads(path.read_text("utf-8"))["results"]
    assert all(each["seconds"] is not None for each in results), results
    amounts = {each["system"]: each["amount"] for each in results if each["task"] == "closure"}
    assert amounts["etiograph"] == amounts["owlrl"] >= amounts["HermiT"] > 0  # HermiT prints the most specific only


def test_the_articles_are_the_same_each_time() -> None:
    assert list(plain_statements(5)) == list(plain_statements(5))
    assert list(texts(5)) == list(texts(5))
    assert len(dict(texts(5))) == 5
