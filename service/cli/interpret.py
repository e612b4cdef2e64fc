"""`etiograph interpret`: what the graph says about a measured value, with the sentences behind it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from service.cli import options
from service.errors import ServiceError, WrongRequest
from service.interpretation import (
    DISCLAIMER,
    Cause,
    Caveat,
    Comparison,
    Evidence,
    Interpretation,
    Reference,
    interpretation,
)

_WORDS = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above", "=": "equal to", "range": "within"}

_CONCERNED = {
    True: "at risk of what the finding supports",
    False: "no article names them as at risk of what the finding supports",
    None: "without a finding there is nothing to say of them",
}


class _CalledWrongly(click.ClickException):
    """A refusal with the exit status of a missing argument."""

    exit_code = 2


class _Interpret(click.Command):
    """A command whose refusals, too, carry the disclaimer."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:  # noqa: ANN401 -- as click declares it
        try:
            return super().make_context(*arguments, **options)
        except click.UsageError as error:
            raise click.UsageError(f"{error.format_message()}\n{DISCLAIMER}", error.ctx) from None

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- as click declares it
        try:
            return super().invoke(ctx)
        except WrongRequest as error:
            raise _CalledWrongly(f"{error}\n{DISCLAIMER}") from None
        except ServiceError as error:
            raise click.ClickException(f"{error}\n{DISCLAIMER}") from None


# An unknown option is let through because a value may begin with a minus.
@click.command(cls=_Interpret, context_settings={"ignore_unknown_options": True})
@options.data
@click.option("--group", metavar="NAME", help="A group of people: does the finding concern it?")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.argument("test")
@click.argument("value", default="")
@click.argument("unit", default="")
def interpret(data: Path | None, group: str | None, form: str, test: str, value: str, unit: str) -> None:
    """Say which finding a value of a test is, what it supports, in whom, and from which sentence.

    TEST is a label, a synonym, a slug, a CURIE or an IRI; UNIT is a UCUM code or how articles write it:
    etiograph interpret "serum calcium" 7.6 mg/dL. All three may stand in one argument. General information, not
    medical advice.
    """
    settings = options.settings(data=data)
    found = interpretation(options.store(settings), settings.base, test, value, unit, group)
    click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2) if form == "json" else "\n".join(_lines(found)))


def _lines(found: Interpretation) -> Iterator[str]:
    yield found.disclaimer
    yield ""
    yield f"{found.test.label} <{found.test.iri}>"
    yield found.summary
    for comparison in found.thresholds:
        yield from _indented(_threshold(comparison, found.value))
    for reference in found.references:
        yield from _indented(_reference(reference, found.value))
    for threshold in found.incomparable:
        yield f"  not compared, for it has no limit in {found.unit}: {threshold.label}"
    if found.group:
        yield f"{found.group.group.label}: {_CONCERNED[found.group.concerned]}"
    for caveat in found.caveats:
        yield from _caveat(caveat)


def _reference(reference: Reference, value: str) -> Iterator[str]:
    where = "is within" if reference.position == "within" else f"is {reference.position}"
    name = f": {reference.finding.label}" if reference.finding else ""
    yield f"{value} {where} the reference range {_printed(reference.ends, reference)}{name}"
    yield from _indented(map(_sentence, reference.evidence))


def _limit(of: Comparison) -> str:
    return _printed(f"{of.limit} to {of.upper}" if of.upper else of.limit, of)


def _printed(ends: str, of: Comparison | Reference) -> str:
    return f'{ends} {of.unit}{" (rounded)" if of.rounded else ""}, printed as "{of.printed}"'


def _threshold(comparison: Comparison, value: str) -> Iterator[str]:
    word = _WORDS.get(comparison.comparator, comparison.comparator)
    is_beyond = "is" if comparison.beyond else "is not"
    yield f"{value} {is_beyond} {word} {_limit(comparison)}: " + (
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
