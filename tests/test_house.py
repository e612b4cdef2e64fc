"""The root files agree: what is declared is locked, what is layered is shipped, CI runs what README says.

And each process imports what its work needs, since nearly all of the time until a server is ready goes into imports.
"""

import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from service.pages.compiled import Compiled
from tests.requirements import ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements-build.txt", "requirements.txt", "requirements-dev.txt")
PIN = re.compile(
    r"""
    ^ (?P<name> [a-z0-9-]+ ) == (?P<version> [^\s;]+ ) (?: [ ]; [ ] [^\\\n]+ )? [ ] \\ \n
    (?P<hashes> (?: [ ]{4} --hash=sha256:[0-9a-f]{64} (?: [ ] \\ )? \n )+ )
    """,
    re.MULTILINE | re.VERBOSE,
)
Lock = dict[str, set[str]]
"""Versions by name; more than one where the Python version or the system decides."""


def lock(name: str) -> Lock:
    versions: Lock = defaultdict(set)
    for pin in PIN.finditer((ROOT / name).read_text("utf-8")):
        versions[pin["name"]].add(pin["version"])
    return versions


def group(name: str) -> Iterator[str]:
    """What a dependency group asks for, with the groups it includes."""
    for entry in PYPROJECT["dependency-groups"][name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from group(entry["include-group"])


DECLARED = [
    *(("requirements-build.txt", line) for line in group("build")),
    *(("requirements.txt", line) for line in PYPROJECT["project"]["dependencies"]),
    *(("requirements-dev.txt", line) for line in PYPROJECT["project"]["dependencies"]),
    *(("requirements-dev.txt", line) for line in group("dev")),
]


@pytest.mark.parametrize(("locked_in", "declared"), DECLARED)
def test_a_declared_dependency_is_locked_at_an_allowed_version(locked_in: str, declared: str) -> None:
    requirement = Requirement(declared)
    versions = lock(locked_in)[canonicalize_name(requirement.name)]
    assert versions, f"{locked_in} lacks {requirement.name}: run make lock"
    for version in versions:
        assert requirement.specifier.contains(version), f"{locked_in} has {version}, not {declared}: run make lock"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_nothing_but_pins_with_hashes(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not PIN.sub("", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE))
    assert "://" not in text, "a lock names packages, not the place they came from"


def test_the_locks_agree_with_one_another() -> None:
    build, runtime, dev = map(lock, LOCKS)
    disagreeing = {name: dev[name] for part in (build, runtime) for name in part if dev[name] != part[name]}
    assert not disagreeing, "run make lock"


def test_the_build_backend_is_what_the_lock_installs() -> None:
    assert set(PYPROJECT["build-system"]["requires"]) <= set(group("build"))


def test_every_layer_is_shipped_and_every_shipped_folder_has_a_layer() -> None:
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    layers = PYPROJECT["tool"]["importlinter"]["root_packages"]
    assert wheel["only-include"] == layers
    assert wheel["sources"] == {layer: f"etiograph/{layer}" for layer in layers}
    assert set(layers) <= set(PYPROJECT["tool"]["pytest"]["testpaths"])
    assert set(layers) <= set(PYPROJECT["tool"]["mypy"]["files"])


def test_ci_ends_with_the_test_command_of_the_readme() -> None:
    command = (ROOT / ".ci/run").read_text("utf-8").splitlines()[-1]
    assert command == "make test"
    assert command in (ROOT / "README.md").read_text("utf-8")


LOADING = ("loaders", "owlready2", "pint", "pronto", "pyshacl", "rich", "ucumvert", "SPARQLWrapper")
WEB = ("flask", "granian", "jinja2", "prometheus_client", "werkzeug")
WITHOUT = {
    "service.cli": (*LOADING, *WEB, "msgspec", "pyoxigraph", "rdflib", "service.settings", "service.tokens"),
    "service.cli.serve": LOADING,
    "service.cli.writer": (*LOADING, *WEB),
    "service.workers.worker": (
        *(*LOADING, *WEB, "click", "msgspec", "queries", "rdflib"),
        *("service.errors", "service.rewriting", "service.tokens"),
    ),
}
"""What the entrance of each process leaves to the processes and the moments that need it."""


@pytest.mark.parametrize("entrance", WITHOUT)
def test_a_process_imports_no_more_than_its_work_needs(entrance: str) -> None:
    code = f"import sys, {entrance}; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not set(WITHOUT[entrance]) & set(found.stdout.split())


def test_a_compiled_template_is_kept_until_its_text_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (template := tmp_path / "page.html").write_text("calcium", "utf-8")

    def shown() -> tuple[str, bool]:
        cache = Compiled()
        cache.directory = str(tmp_path)
        page = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=cache, autoescape=True)
        was_kept = cache.get_bucket(page, template.name, str(template), template.read_text("utf-8")).code is not None
        return page.get_template(template.name).render(), was_kept

    assert [shown(), shown()] == [("calcium", False), ("calcium", True)]
    template.write_text("magnesium", "utf-8")
    assert [shown(), shown()] == [("magnesium", False), ("magnesium", True)]


def test_a_template_is_compiled_where_nothing_can_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    cache = Compiled()
    cache.directory = str(tmp_path / "missing")
    assert (
        Environment(bytecode_cache=cache, loader=DictLoader({"a": "b"}), autoescape=True).get_template("a").render()
        == "b"
    )


def test_no_merge_was_left_half_done() -> None:
    sign = re.compile("^(<{7}|>{7}|[|]{7}) ", re.MULTILINE)
    folders = ("docs", "loaders", "ontology", "queries", "service", "tests", ".ci", "benchmarks")
    files = [*ROOT.glob("*.*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    texts = [
        path for path in files if path.suffix in {".md", ".py", ".rq", ".ttl", ".html", ".css", ".js", ".toml", ".po"}
    ]
    assert len(texts) > 400
    assert [str(path) for path in texts if sign.search(path.read_text("utf-8"))] == []
