"""The articles of the corpus: where they are, their decoded text, and what the loader reads in them."""

from functools import cache
from pathlib import Path

from loaders.reading import Reading, read_article

CORPUS = Path(__file__).parent


def articles(folder: str = "*") -> list[Path]:
    """The articles of a folder, or all."""
    return sorted(CORPUS.glob(f"{folder}/*.txt"))


def decoded(path: Path) -> str:
    """The text whose code points offsets count."""
    data = path.read_bytes()
    return data.decode("utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data.decode("utf-8-sig")


@cache
def read(path: Path) -> Reading:
    """What is read in an article, once for all tests of a process."""
    return read_article(path)
