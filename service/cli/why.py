"""`etiograph why`: who says a triple, or which rule inferred it from which sentences."""

import json
from pathlib import Path

import click

from service.cli import options
from service.explanations import document, explanation, lines
from service.values import relation, thing


@click.command()
@options.data
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
def why(data: Path | None, form: str, subject: str, predicate: str, object_: str) -> None:
    """Say why a triple is in the graph: the article and sentence, or the rule and its premises.

    Each part is a label, a slug, a CURIE or an IRI. The exit status is 1 if no article speaks of it and no rule
    implies it.
    """
    settings = options.settings(data=data)
    store = options.store(settings)
    base = settings.base
    triple = (thing(subject, store, base), relation(predicate, store, base), thing(object_, store, base))
    found = explanation(store, base, triple)
    if form == "json":
        click.echo(json.dumps(document(found), ensure_ascii=False, indent=2))
        return
    for line in lines(found):
        click.echo(line)
