"""An update in pieces the engine can read: it takes prefixes before the first operation only, and no LOAD."""

from collections.abc import Iterator

from service.rewriting.edits import meaningful
from service.writing.operation import Operation, split


def pieces(text: str) -> Iterator[str | Operation]:
    """The update cut before every later prologue, and around every LOAD, which comes as an operation of its own.

    Each piece has all the declarations before it, and keeps its lines. Without a cut, the text is as it is.

    >>> list(pieces("PREFIX : <http://a/> CLEAR ALL ; PREFIX : <http://b/> DROP GRAPH :g"))
    ['PREFIX : <http://a/> CLEAR ALL ; ', 'PREFIX : <http://a/> PREFIX : <http://b/> DROP GRAPH :g']
    """
    start, declared, pending, is_cut = 0, "", False, False
    before = ""
    for operation in split(text, meaningful(text)):
        cuts = operation.is_load or operation.declares
        if pending and cuts:
            yield _piece(text, start, operation.start, declared)
        if operation.is_load:
            yield operation
            pending = False
        elif cuts or not pending:
            start, declared, pending = (operation.start, before, True) if is_cut or pending else (0, "", True)
        is_cut = is_cut or operation.is_load
        before = operation.prologue
    if pending or not is_cut:
        yield _piece(text, start, len(text), declared)


def _piece(text: str, start: int, end: int, declared: str) -> str:
    """A part of the text where it was, as far as the declarations before it leave the room."""
    lines = text.count("\n", 0, start)
    column = start - (text.rfind("\n", 0, start) + 1)
    before = f"{declared} " if declared and not lines else declared
    return before + "\n" * lines + " " * (column if lines else 0) + text[start:end]
