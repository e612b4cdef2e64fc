"""The bundles are what their sources and the locked packages make, and nothing else is served as ours."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.requirements import ROOT, demanded

SOURCES = ROOT / "service/frontend"
VENDORED = [ROOT / "service/static/vendor", ROOT / "tests/vendor"]
LOCK = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))
PACKAGES = {name.removeprefix("node_modules/"): each for name, each in LOCK["packages"].items() if name}


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.parent.name)
def test_every_vendored_file_has_its_hash(folder: Path) -> None:
    listed = (line.split("  ") for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
    sums = {name: each for each, name in listed}
    held = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    held.pop("SHA256SUMS")
    assert held == sums


def test_versions_are_exact_and_locked_by_hash() -> None:
    wanted = json.loads((SOURCES / "package.json").read_text("utf-8"))
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert PACKAGES[name]["version"] == version
    assert all(each["integrity"].startswith("sha512-") for each in PACKAGES.values())
    assert not any("resolved" in each for each in PACKAGES.values()), "a lock names packages, not where they came from"


def test_every_bundled_package_has_a_licence_that_may_be_passed_on() -> None:
    named = (VENDORED[0] / "LICENSES.txt").read_text("utf-8")
    for name, each in PACKAGES.items():
        if not each.get("dev") and not each.get("optional"):
            assert each["license"] == "MIT", name
            assert f"{name} {each['version']} (MIT)" in named, name


def test_bundles_ask_nothing_of_anybody() -> None:
    for bundle in VENDORED[0].glob("*.js"):
        text = bundle.read_text("utf-8")
        assert not any(word in text for word in ("XMLHttpRequest", "fetch(", "sendBeacon", "eval(", "new Function"))


@pytest.mark.requires("npm")
def test_the_bundles_are_built_again_the_same(tmp_path: Path) -> None:
    for source in SOURCES.iterdir():
        if source.is_file():
            shutil.copy(source, tmp_path)
    fetched = npm(tmp_path, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    if fetched.returncode and "npm" not in demanded():
        pytest.skip(f"the packages cannot be had: {fetched.stderr[-300:]}")
    assert fetched.returncode == 0, fetched.stderr
    built = npm(tmp_path, "run", "build", "--", str(tmp_path / "static"), str(tmp_path / "tests"))
    assert built.returncode == 0, built.stderr
    for folder, again in zip(VENDORED, (tmp_path / "static", tmp_path / "tests"), strict=True):
        assert {path.name: path.read_bytes() for path in again.iterdir()} == {
            path.name: path.read_bytes() for path in folder.iterdir()
        }, "run make frontend"


def npm(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["npm", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
