"""The examples of README do what they show, against a real server."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.writers import TOKEN

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
WRITTEN = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    """Commands with the output README shows below them."""
    parts = [re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE) for block in blocks("console")]
    return [(part[index], part[index + 1]) for part in parts for index in range(1, len(part), 2)]


def run(command: list[str], address: str) -> str:
    """The output of a command, with the server's address in the place of README's."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # the commands are those of README
        [part.replace(WRITTEN, address) for part in command],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "ETIOGRAPH_WRITE_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("\r\n", "\n")


@pytest.mark.parametrize(("command", "shown"), examples(), ids=lambda value: value[:40])
def test_a_command_prints_what_readme_shows(command: str, shown: str, address: str) -> None:
    assert run(["bash", "-c", command], address) == shown


@pytest.mark.parametrize("program", blocks("python"))
def test_a_program_prints_what_its_comments_show(program: str, address: str) -> None:
    shown = "".join(f"{line[2:]}\n" for line in program.splitlines() if line.startswith("# "))
    assert run([sys.executable, "-c", program], address) == shown


def test_every_folder_of_the_map_exists() -> None:
    named = set(re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE))
    assert {"ontology", "loaders", "queries", "service", "tests", "docs"} <= named
    assert all((ROOT / name).is_dir() for name in named)


@pytest.mark.parametrize("target", re.findall(r"\]\(([\w./-]+)\)", README))
def test_every_local_link_of_readme_exists(target: str) -> None:
    assert (ROOT / target).exists()
