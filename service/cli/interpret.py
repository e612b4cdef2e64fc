"""`etiograph interpret`: what the graph says about a measured value, with the sentences behind it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from service.cli import options
from service.errors import WrongRequest
from service.interpretation import Cause, Caveat, Comparison, Evidence, Interpretation, interpretation

_WORDS = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above", "=": "equal to", "range": "within"}

_CONCERNED = {
    True: "at risk of what the finding supports",
    False: "no article names them as at risk of what the finding supports",
    None: "without a finding there is nothing to say of them",
}


class _CalledWrongly(click.ClickException):
    """A refusal in one sentence, with the exit status of a missing argument."""

    exit_code = 2


# An unknown option is let through because a value may begin with a minus.
@click.command(context_settings={"ignore_unknown_options": True})
@options.data
@click.option("--group", metavar="NAME", help="A group of people: does the finding concern it?")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.argument("test")
@click.argument("value")
@click.argument("unit", default="")
def interpret(data: Path | None, group: str | None, form: str, test: str, value: str, unit: str) -> None:
    """Say which finding a value of a test is, what it supports, in whom, and from which sentence.

    TEST is a label, a synonym, a slug, a CURIE or an IRI; UNIT is a UCUM code or how articles write it:
    etiograph interpret "serum calcium" 7.6 mg/dL. General information, not medical advice.
    """
    settings = options.settings(data=data)
    try:
        found = interpretation(options.store(settings), settings.base, test, value, unit, group)
    except WrongRequest as error:
        raise _CalledWrongly(str(error)) from None
    click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2) if form == "json" else "\n".join(_lines(found)))


def _lines(found: Interpretation) -> Iterator[str]:
    yield found.disclaimer
    yield ""
    yield f"{found.test.label} <{found.test.iri}>"
    yield found.summary
    for comparison in found.thresholds:
        yield from _indented(_threshold(comparison, found.value))
    for threshold in found.incomparable:
        yield f"  not compared, for it has no limit in {found.unit}: {threshold.label}"
    if found.group:
        yield f"{found.group.group.label}: {_CONCERNED[found.group.concerned]}"
    for caveat in found.caveats:
        yield from _caveat(caveat)


def _threshold(comparison: Comparison, value: str) -> Iterator[str]:
    ends = f"{comparison.limit} to {comparison.upper}" if comparison.upper else comparison.limit
    word = _WORDS.get(comparison.comparator, comparison.comparator)
    is_beyond = "is" if comparison.beyond else "is not"
    yield f'{value} {is_beyond} {word} {ends} {comparison.unit}, printed as "{comparison.printed}": ' + (
        comparison.finding.label if comparison.beyond else f"not {comparison.finding.label} by this limit"
    )
    yield from _indented(map(_sentence, comparison.evidence))
    if comparison.beyond:
        for cause in comparison.supports:
            yield from _indented(_cause(cause))


def _cause(cause: Cause) -> Iterator[str]:
    yield f"supports {cause.cause.label} ({', '.join(cause.bases)})"
    yield from _indented(map(_sentence, cause.evidence))
    for caused in cause.causes:
        yield f"  which causes {caused.thing.label}"
        yield from _indented(_indented(map(_sentence, caused.evidence)))
    for group in cause.groups:
        yield f"  at risk of it: {group.group.label}" + (" (the group you asked about)" if group.asked else "")
        yield from _indented(_indented(map(_sentence, group.evidence)))


def _caveat(caveat: Caveat) -> Iterator[str]:
    yield f"Caveat for {caveat.symptom.label}: {caveat.caveat.label}"
    yield from _indented(map(_sentence, caveat.evidence))


def _sentence(evidence: Evidence) -> str:
    return f'"{evidence.sentence}" ({evidence.article.label}, {evidence.start} to {evidence.end}) <{evidence.iri}>'


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
