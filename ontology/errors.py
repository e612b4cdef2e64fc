"""What can be wrong with a word, a number or a unit.

OntologyError
├── LexiconError         a table of the lexicon does not fit its columns (ontology/lexicon/tables.py)
├── MappingsRefused      the file of mappings has faults (ontology/mappings.py)
├── NotANumber           what should be a value is no decimal number
├── TooFine              a measured value of more decimal places than are compared
├── Impossible           a measured value that its quantity never has
├── MissingUnit          a value without a unit
├── UnknownUnit          no unit of that code
└── Inconvertible        two units of which one does not turn into the other
    └── Endless          they do, but this value becomes a fraction without an end
"""


class OntologyError(Exception):
    """Anything wrong with a word, a number or a unit; the message is a sentence for the user."""


class NotANumber(OntologyError):
    """What should be a value is no decimal number."""


class TooFine(OntologyError):
    """A measured value of more decimal places than are compared."""


class Impossible(OntologyError):
    """A measured value that its quantity never has."""


class MissingUnit(OntologyError):
    """A value without a unit."""


class UnknownUnit(OntologyError):
    """No unit of that code."""


class Inconvertible(OntologyError):
    """Two units of which one does not turn into the other."""


class Endless(Inconvertible):
    """The units convert, but this value becomes a fraction without an end (or with too many digits)."""
