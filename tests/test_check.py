"""`etiograph check` finds every kind of damage, each by the check that is there for it, and says what it did not do."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from ontology.mappings import FILE, read
from queries.question import checks
from service import circles
from service.cli import articles, main
from service.store.draft import Draft
from service.store.snapshots import Snapshots
from tests.requirements import ROOT

OWN = ROOT / "ontology/articles/calf-cramps-while-sleeping.txt"
PREFIXES = """
PREFIX eg: <https://w3id.org/etiograph/ontology#>
PREFIX id: <https://w3id.org/etiograph/id/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
DAMAGE = {
    "assertions-without-evidence": """
        DELETE { GRAPH ?g { ?a eg:evidence ?e } }
        WHERE { GRAPH ?g { ?a rdf:predicate eg:hasCaveat ; eg:evidence ?e } }""",
    "denied-or-quarantined-with-plain-triple": """
        DELETE { GRAPH ?g { ?a eg:status eg:Affirmed } } INSERT { GRAPH ?g { ?a eg:status eg:Denied } }
        WHERE { GRAPH ?g { ?a rdf:predicate eg:causes ; eg:status eg:Affirmed } }""",
    "entities-without-a-name": """
        DELETE { GRAPH ?g { id:calf skos:prefLabel ?n } } WHERE { GRAPH ?g { id:calf skos:prefLabel ?n } } ;
        DELETE WHERE { id:calf skos:prefLabel ?n }""",
    "mappings-of-what-is-not-loaded": """
        INSERT DATA { GRAPH id:mappings { id:anemia skos:exactMatch <http://purl.obolibrary.org/obo/HP_0001903> } }""",
    "orphaned-entities": "INSERT DATA { id:nobody a eg:Entity, eg:Symptom ; skos:prefLabel 'nobody' }",
    "quarantined-in-the-default-graph": "INSERT DATA { id:odd eg:status eg:Quarantined }",
    "quotes-cut-out-of-the-text": """
        DELETE { GRAPH ?g { ?x oa:start ?from } } INSERT { GRAPH ?g { ?x oa:start ?next } }
        WHERE { GRAPH ?g { ?x oa:start ?from . BIND (?from + 1 AS ?next) } }""",
    "terms-without-definition": """
        DELETE { GRAPH ?g { eg:Finding skos:definition ?d } } WHERE { GRAPH ?g { eg:Finding skos:definition ?d } } ;
        DELETE WHERE { eg:Finding skos:definition ?d }""",
    "unstated-causal-cycles": "INSERT DATA { id:nocturnal-calf-cramp eg:causes id:hypocalcemia }",
}
"""What each check is there to find."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("check") / "data"
    assert CliRunner().invoke(main, ["load", "--data", str(directory), str(OWN)]).exit_code == 0
    return directory


@pytest.fixture
def data(loaded: Path, tmp_path: Path) -> Path:
    """A copy of the data, to be damaged."""
    return Path(copytree(loaded, tmp_path / "data", symlinks=True))


def check(data: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", "--without-reasoner", *options, "--data", str(data)])


def failing(result: Result) -> set[str]:
    """The names of the checks that found a fault."""
    lines = [line.split(": ") for line in result.stdout.splitlines()]
    return {name for name, counts in lines if " 0 failed" not in counts} - {"all"}


def updated(update: str) -> Callable[[Draft], None]:
    return lambda draft: draft.store.update(PREFIXES + update)


def test_sound_data_passes_every_check(data: Path) -> None:
    result = check(data)
    assert (result.exit_code, result.stderr) == (0, "")
    assert {"seals", "sources", "quotes", "shapes", "mappings"} <= {
        line.partition(":")[0] for line in result.stdout.splitlines()
    }


def test_every_check_is_broken_once() -> None:
    assert DAMAGE.keys() == {each.name for each in checks()} | {circles.NAME}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_check_finds_what_it_is_there_for(data: Path, name: str) -> None:
    Snapshots(data).write(updated(DAMAGE[name]), "damage")
    result = check(data)
    assert result.exit_code == 1
    assert name in failing(result)
    assert "failed: " in result.stderr


@pytest.mark.parametrize(
    ("basis", "is_found"), [("StatedInText", False), ("Automatic", True), ("CuratorInference", True)]
)
def test_a_circle_is_a_fault_unless_an_article_states_every_link(data: Path, basis: str, is_found: bool) -> None:
    links = (("fatigue", "insomnia", "StatedInText"), ("insomnia", "fatigue", basis))
    for one, other, how in links:
        said = f"rdf:subject id:{one} ; rdf:predicate eg:causes ; rdf:object id:{other} ; eg:basis eg:{how}"
        update = f"INSERT DATA {{ id:{one} eg:causes id:{other} . [] {said} }}"
        Snapshots(data).write(updated(update), "half of a circle")
    assert ("unstated-causal-cycles" in failing(check(data))) is is_found


def test_a_damaged_file_is_named_and_the_content_is_skipped(data: Path) -> None:
    table = next(Snapshots(data).current().path.glob("*.sst"))
    table.write_bytes(table.read_bytes()[:-1] + b"?")
    result = check(data)
    assert result.exit_code == 1
    assert failing(result) == {"seals"}
    assert "content: 0 done, 0 failed, 1 skipped" in result.stdout
    assert f"failed: snapshot 1: {table.name} is not what was written" in result.stderr
    assert "To restore, run" in result.stderr


def test_an_older_snapshot_is_read_too(data: Path) -> None:
    Snapshots(data).write(updated("INSERT DATA { id:calf skos:note 'x' }"), "a note")
    first = Snapshots(data).numbered(1)
    (first.path / "CURRENT").write_text("other\n", encoding="utf-8")
    result = check(data)
    assert "seals" in failing(result)
    assert "failed: snapshot 1: CURRENT" in result.stderr
    assert "content" not in result.stdout


def test_a_lost_source_is_named(data: Path) -> None:
    snapshots = Snapshots(data)
    lost = snapshots.sources.path(min(snapshots.current().manifest.sources))
    lost.unlink()
    result = check(data)
    assert result.exit_code == 1
    assert failing(result) == {"sources"}
    assert f"failed: {lost} is missing" in result.stderr


def test_without_data_there_is_nothing_to_check(tmp_path: Path) -> None:
    result = check(tmp_path / "empty")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "holds no data yet" in result.stderr


def test_mappings_that_are_refused_fail_with_line_and_column(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "ontology" / FILE).read_text("utf-8").replace("HP:0002901", "XX:0002901", 1)
    monkeypatch.setattr(articles, "mapping_set", lambda: read(text, FILE))
    result = check(data)
    assert failing(result) == {"mappings"}
    assert "column object_id: unknown prefix XX" in result.stderr
