"""The wheel is one `etiograph` folder that works anywhere on disk, and the sdist builds the same wheel."""

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pytest

from tests.requirements import ROOT

FOLDERS = ("ontology", "loaders", "queries", "service")
DOORS = {"etiograph/__init__.py": "etiograph.py", "etiograph/__main__.py": "service/__main__.py"}
"""Files that stand elsewhere in the wheel than in the checkout."""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a program to its successful end; what it printed."""
    ran = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout.strip()


def build(source: Path, target: str, into: Path) -> Path:
    """Build a wheel or sdist with the locked hatchling, fetching nothing."""
    run(sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", into, cwd=source)
    (built,) = into.glob({"wheel": "*.whl", "sdist": "*.tar.gz"}[target])
    return built


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder the wheel, and only the wheel, is installed in."""
    target = tmp_path_factory.mktemp("a site with spaces")
    pip: Sequence[str] = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install")
    run(*pip, "--quiet", "--no-deps", "--no-index", "--target", target, wheel, cwd=target)
    return target


def test_nothing_but_etiograph_appears_beside_other_packages(site: Path) -> None:
    beside = {path.name for path in site.iterdir()} - {"bin", "__pycache__"}
    assert {name.removesuffix(".dist-info").split("-")[0] for name in beside} == {"etiograph"}
    assert len(beside) == 2


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_a_folder_is_in_the_wheel(wheel: Path, folder: str) -> None:
    here = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
    unshipped = ("service/frontend/",)
    wanted = {
        f"etiograph/{path}"
        for path in here - set(DOORS.values())
        if "__pycache__" not in path and not path.startswith(unshipped)
    }
    shipped = {name for name in contents(wheel) if name.startswith(f"etiograph/{folder}/")}
    assert shipped == wanted


def test_the_doors_of_the_wheel_are_those_of_the_checkout(wheel: Path) -> None:
    shipped = contents(wheel)
    assert {door: shipped[door] for door in DOORS} == {door: (ROOT / path).read_bytes() for door, path in DOORS.items()}


def test_the_sdist_builds_the_same_wheel(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    run("tar", "-xzf", sdist, cwd=tmp_path)
    (unpacked,) = tmp_path.iterdir()
    assert contents(build(unpacked, "wheel", tmp_path / "dist")) == contents(wheel)


def test_the_sdist_carries_what_its_makefile_needs(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in archive.getnames()}
    locks = {"requirements-build.txt", "requirements.txt", "requirements-dev.txt"}
    assert names >= locks | {"Makefile", "LICENSE", "etiograph.py", ".ci/python", ".ci/packages", "tests/conftest.py"}


@pytest.mark.parametrize("module", ["etiograph", *FOLDERS])
def test_the_installed_files_are_used_and_not_the_checkout(site: Path, tmp_path: Path, module: str) -> None:
    ask = f"import etiograph, {module}; print({module}.__file__)"
    assert Path(run(sys.executable, "-c", ask, cwd=tmp_path, PYTHONPATH=str(site))).is_relative_to(site)


def test_data_is_found_beside_the_code(site: Path, tmp_path: Path) -> None:
    ask = "import etiograph; from importlib.resources import files; print(files('ontology') / 'etiograph.ttl')"
    found = Path(run(sys.executable, "-c", ask, cwd=tmp_path, PYTHONPATH=str(site)))
    assert found.is_file()
    assert found.is_relative_to(site)


def test_the_module_and_the_command_work_from_anywhere(site: Path, tmp_path: Path) -> None:
    by_module = run(sys.executable, "-m", "etiograph", "--version", cwd=tmp_path, PYTHONPATH=str(site))
    by_command = run(site / "bin/etiograph", "--version", cwd=tmp_path, PYTHONPATH=str(site))
    assert by_module == by_command
    assert "0.1.0" in by_module


def test_the_folders_run_as_a_module_in_the_checkout() -> None:
    assert "0.1.0" in run(sys.executable, "-m", "service", "--version", cwd=ROOT)
