"""A missing requirement is a skip on a laptop and a failure where it is demanded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.requirements import REQUIREMENTS, ROOT, SEED_ARTICLE, Requirement, demanded, require

TWO_TESTS = """
import pytest

def test_fixture(seed_text): ...

@pytest.mark.requires("seed")
def test_marker(): ...
"""


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> str:
    """A requirement that no machine meets."""
    monkeypatch.setitem(REQUIREMENTS, "unicorn", Requirement(lambda: None, "wait for one"))
    return "unicorn"


def test_what_is_there_is_handed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(REQUIREMENTS, "folder", Requirement(lambda: tmp_path, "make one"))
    assert require("folder") == tmp_path


def test_a_laptop_skips_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv("ETIOGRAPH_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no unicorn here: wait for one"):
        require(missing)


def test_a_demanded_requirement_fails_instead(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setenv("ETIOGRAPH_REQUIRE", "java, unicorn")
    with pytest.raises(pytest.fail.Exception, match="no unicorn here: wait for one"):
        require(missing)


def test_demanding_one_thing_leaves_the_others_skippable(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setenv("ETIOGRAPH_REQUIRE", "java")
    with pytest.raises(pytest.skip.Exception):
        require(missing)


@pytest.mark.parametrize("listed", ["", " ", ",", "java,", " java , seed "])
def test_the_list_may_be_written_loosely(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setenv("ETIOGRAPH_REQUIRE", listed)
    assert demanded() == {name for name in ("java", "seed") if name in listed}


def test_a_misspelt_demand_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETIOGRAPH_REQUIRE", "chromum")
    with pytest.raises(pytest.UsageError, match="chromum; known are seed, java, chromium"):
        demanded()


def test_the_seed_lies_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / SEED_ARTICLE).write_text("Calf cramps", encoding="utf-8")
    monkeypatch.setenv("ETIOGRAPH_SEED", str(tmp_path))
    assert require("seed") == tmp_path / SEED_ARTICLE


@pytest.mark.parametrize(("demand", "outcome"), [("", "2 skipped"), ("seed", "2 errors")])
def test_markers_and_fixtures_obey_in_a_real_run(tmp_path: Path, demand: str, outcome: str) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n", encoding="utf-8")
    (tmp_path / "test_it.py").write_text(TWO_TESTS, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "--rootdir", tmp_path, "-c", ROOT / "pyproject.toml", tmp_path],
        cwd=ROOT,
        env=os.environ | {"ETIOGRAPH_SEED": str(tmp_path), "ETIOGRAPH_REQUIRE": demand},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in ran.stdout
    assert "no seed here: set ETIOGRAPH_SEED to the folder" in ran.stdout
