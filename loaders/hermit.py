"""Ontologies in, HermiT's answers out. HermiT is the one owlready2 ships; nothing else of owlready2 is used.

owlready2 would rewrite the numbers (1.10 becomes 1.1, 0.00000001 an illegal 1e-08), so HermiT reads N-Triples we write.
One Java machine reasons over many small ontologies in turn, which is far quicker than over one large: the time grows
with the square of the measurements.
"""

import re
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from os import pathsep
from pathlib import Path
from tempfile import TemporaryDirectory

from rdflib import Graph, URIRef

from loaders.errors import ReasonerFailed, ReasonerMissing

_TYPE = re.compile(r"^Type\( <([^>]+)> <([^>]+)> \)$", re.MULTILINE)
_SATISFIABLE = "owl#Thing is satisfiable"
_INCONSISTENT = "InconsistentOntologyException"
_SECONDS = 300
Types = frozenset[tuple[URIRef, URIRef]]
"""Individuals with the classes they are in."""


def types(ontologies: Sequence[Graph]) -> Types | None:
    """Which individual is in which class, asserted or not; None if one of the ontologies is inconsistent."""
    output = _run("--classifyIs", ontologies)
    if output is None:
        return None
    return frozenset((URIRef(individual), URIRef(class_)) for individual, class_ in _TYPE.findall(output))


def consistent(ontologies: Sequence[Graph]) -> int:
    """How many ontologies, from the first on, are consistent; all of them, or those before the first that is not."""
    with TemporaryDirectory() as folder:
        return _hermit("--consistency", _written(ontologies, Path(folder))).stdout.count(_SATISFIABLE)


def _run(action: str, ontologies: Sequence[Graph]) -> str | None:
    with TemporaryDirectory() as folder:
        done = _hermit(action, _written(ontologies, Path(folder)))
    return None if done.returncode else done.stdout


def _written(ontologies: Sequence[Graph], folder: Path) -> list[Path]:
    paths = [folder / f"{number}.nt" for number in range(len(ontologies))]
    for path, ontology in zip(paths, ontologies, strict=True):
        ontology.serialize(path, format="nt", encoding="utf-8")
    return paths


def _hermit(action: str, paths: list[Path]) -> "subprocess.CompletedProcess[str]":
    command = [_java(), "-Xmx1g", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-cp", _classpath()]
    command += ["org.semanticweb.HermiT.cli.CommandLine", action, *(path.as_uri() for path in paths)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise ReasonerFailed(f"HermiT gave no answer in {_SECONDS} s; give it fewer measurements at a time") from error
    if done.returncode and _INCONSISTENT not in done.stderr:
        said = next((line for line in done.stderr.splitlines() if line.strip()), "nothing")
        raise ReasonerFailed(f"HermiT stopped with status {done.returncode} and said: {said}")
    return done


def _java() -> str:
    if found := shutil.which("java"):
        return found
    raise ReasonerMissing("there is no java on the PATH, so nothing was reasoned; install default-jre-headless")


def _classpath() -> str:
    found = find_spec("owlready2")
    if found is None or found.origin is None:
        raise ReasonerMissing("owlready2, which ships HermiT, is not installed; install the project's dependencies")
    folder = Path(found.origin).parent / "hermit"
    return pathsep.join((str(folder), str(folder / "HermiT.jar")))
