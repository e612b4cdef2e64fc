"""How to cite a thing of the graph: a sentence, BibTeX and CSL-JSON, with the state of the data it was seen in."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from service.description.dataset import LICENSE, TITLE


@dataclass(frozen=True)
class Citation:
    """A thing as it was in one snapshot."""

    label: str
    iri: str
    snapshot: int
    made: datetime
    """When the snapshot was made."""

    @property
    def sentence(self) -> str:
        """For a list of references.

        >>> Citation("fatigue", "https://example.org/id/fatigue", 7, datetime(2026, 11, 2)).sentence
        '“fatigue”. etiograph, snapshot 7 (2026-11-02). https://example.org/id/fatigue. Apache License 2.0.'
        """
        return (
            f"“{_line(self.label)}”. {TITLE}, snapshot {self.snapshot} ({self._day}). {self.iri}. Apache License 2.0."
        )

    @property
    def bibtex(self) -> str:
        """An entry for LaTeX; what TeX would read as a command is escaped."""
        fields = {
            "title": f"{{{_tex(_line(self.label))}}}",
            "organization": TITLE,
            "year": f"{self.made.year}",
            "version": f"snapshot {self.snapshot}",
            "date": self._day,
            "url": self.iri,
            "note": f"License: {LICENSE}",
        }
        lines = (f"  {name} = {{{value}}}," for name, value in fields.items())
        return "\n".join((f"@misc{{{self._key},", *lines, "}\n"))

    @property
    def csl(self) -> str:
        """A list with one item, as reference managers read it."""
        parts = [self.made.year, self.made.month, self.made.day]
        item = {
            "id": self._key,
            "type": "entry",
            "title": _line(self.label),
            "container-title": TITLE,
            "version": f"snapshot {self.snapshot}",
            "issued": {"date-parts": [parts]},
            "URL": self.iri,
            "license": str(LICENSE),
        }
        return json.dumps([item], ensure_ascii=False, indent=2) + "\n"

    @property
    def _day(self) -> str:
        return f"{self.made:%Y-%m-%d}"

    @property
    def _key(self) -> str:
        plain = unicodedata.normalize("NFKD", self.iri.rpartition("/")[2]).encode("ascii", "ignore").decode()
        return f"etiograph-{self.snapshot}-{re.sub(r'[^A-Za-z0-9]+', '-', plain).strip('-')[:60]}"


def _line(label: str) -> str:
    """A label without turns of direction and line breaks, and not without end."""
    plain = "".join(letter for letter in label if unicodedata.category(letter) != "Cf")
    return " ".join(plain.split())[:300]


def _tex(text: str) -> str:
    r"""A text TeX prints as it is.

    >>> _tex("50 % & {more}")
    '50 \\% \\& \\{more\\}'
    """
    text = re.sub(r"[&%$#_{}]", lambda found: f"\\{found[0]}", text.replace("\\", "\\textbackslash "))
    return text.replace("~", "\\textasciitilde ").replace("^", "\\textasciicircum ")
