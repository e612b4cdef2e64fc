"""What some tests need and a laptop may lack: how each is found, and what to do when it is not there.

A test whose need is missing is skipped with the reason, unless `ETIOGRAPH_REQUIRE` (names, comma between) lists it:
then it fails. CI lists them all, so nothing goes unchecked there without anybody noticing.
"""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SEED_ARTICLE = "calf-cramps-while-sleeping.txt"


@dataclass(frozen=True)
class Requirement:
    """Something outside the project, the way to find it, and the cure for its absence."""

    find: Callable[[], Path | None]
    cure: str


def program(*names: str) -> Callable[[], Path | None]:
    """The first of some programs that is on the PATH."""

    def find() -> Path | None:
        return next((Path(found) for found in map(shutil.which, names) if found), None)

    return find


def seed_article() -> Path | None:
    """The original article, which the project may not contain, in the folder `ETIOGRAPH_SEED` names."""
    article = Path(os.environ.get("ETIOGRAPH_SEED") or "../shared/seed")
    article = ROOT / article / SEED_ARTICLE
    return article if article.is_file() else None


def w3c_suites() -> Path | None:
    """The W3C's suites, which `make` unpacks from a pinned package into the environment."""
    return next(Path(sys.prefix).glob("w3c/*/test/data/suites/w3c"), None)


REQUIREMENTS = {
    "seed": Requirement(seed_article, f"set ETIOGRAPH_SEED to the folder that holds {SEED_ARTICLE}"),
    "java": Requirement(program("java"), "install default-jre-headless"),
    "chromium": Requirement(program("chromium", "chromium-browser", "google-chrome"), "install chromium"),
    "w3c": Requirement(w3c_suites, "make .venv/w3c/unpacked"),
    "npm": Requirement(program("npm"), "install nodejs and npm"),
    "virtuoso": Requirement(program("virtuoso-t"), "install virtuoso-opensource"),
}


def demanded() -> frozenset[str]:
    """The names that must not be missing here; an unknown one is an error, or a typing slip would allow skips."""
    names = frozenset(filter(None, map(str.strip, os.environ.get("ETIOGRAPH_REQUIRE", "").split(","))))
    if unknown := names - REQUIREMENTS.keys():
        known = ", ".join(REQUIREMENTS)
        raise pytest.UsageError(f"ETIOGRAPH_REQUIRE names {', '.join(sorted(unknown))}; known are {known}")
    return names


def require(name: str) -> Path:
    """The path of what is needed; without it the calling test is skipped, or fails where the name is demanded."""
    requirement = REQUIREMENTS[name]
    if found := requirement.find():
        return found
    reason = f"no {name} here: {requirement.cure}"
    if name in demanded():
        pytest.fail(f"{reason} (ETIOGRAPH_REQUIRE lists {name})", pytrace=False)
    pytest.skip(reason)
