"""`etiograph rebuild`: the store made anew from the canonical sources beside it, and compared with the one there is."""

import json
from pathlib import Path

import click

from ontology.iris import Iris
from service.cli import options
from service.store.rebuilding import Rebuilt
from service.store.rebuilding import rebuild as rebuilt


@click.command()
@options.data
@click.option("--replace", is_flag=True, help="Make the rebuilt store the current snapshot, as a new one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def rebuild(data: Path | None, replace: bool, as_json: bool) -> None:
    """Make the store anew from its sources and print every statement by which it differs from the current one.

    Without --replace nothing is changed, and the exit status is 1 if the two differ or cannot be compared.
    """
    settings = options.settings(data=data)
    found = rebuilt(options.snapshots(settings), Iris(settings.base), replace)
    if as_json:
        click.echo(json.dumps(_document(found), ensure_ascii=False, indent=2))
    else:
        _print(found)
    click.echo(_summary(found, replace), err=True)
    if not replace and found.differences != {}:
        raise SystemExit(1)


def _print(found: Rebuilt) -> None:
    for graph, differing in (found.differences or {}).items():
        click.echo(f"{graph or 'default graph'}: {len(differing):,} statements differ")
        for change in differing:
            click.echo(f"  {'+' if change.is_added else '-'} {change.statement}")


def _document(found: Rebuilt) -> dict[str, object]:
    differences = found.differences
    return {
        "snapshot": found.snapshot.number,
        "graphs": found.graphs,
        "statements": found.statements,
        "compared": differences is not None,
        "differences": {
            graph: [
                {"change": "added" if each.is_added else "removed", "statement": str(each.statement)} for each in all_
            ]
            for graph, all_ in (differences or {}).items()
        },
    }


def _summary(found: Rebuilt, replace: bool) -> str:
    made = (
        f"{found.graphs:,} graphs, {found.statements:,} statements rebuilt from the sources of {found.snapshot.number}"
    )
    if found.differences is None:
        outcome = "the store is damaged, so there is nothing to compare with"
    elif not found.differences:
        outcome = "equal to the store"
    else:
        outcome = f"{sum(map(len, found.differences.values())):,} statements differ"
    return f"{made}: {outcome}" + ("; the rebuilt store is current" if replace else "")
