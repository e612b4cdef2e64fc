"""The questions of `queries/`, each with its words, its parameters as a form, and an address that runs it."""

from flask import redirect, render_template, request
from rdflib import URIRef
from werkzeug.wrappers import Response

from queries.errors import QuestionError
from queries.question import Question, question
from service.addresses import base
from service.errors import UnknownThing, WrongRequest
from service.names import folded, written_iri
from service.pages import register
from service.pages.called import called
from service.pages.entities import entities
from service.pages.examples import Example, gallery
from service.values import ANY


def render() -> str:
    """All questions, by what they are about."""
    return render_template("queries.html", gallery=gallery(), any=ANY)


def run(name: str) -> Response:
    """Lead to the answer of a question about what the form names: an IRI, a CURIE or a label; nothing means any."""
    try:
        asked = question(name)
        terms = {each.name: _term(asked, each.name) for each in asked.parameters if each.name in request.args}
        text = asked.bound(**terms)
    except QuestionError as error:
        raise UnknownThing(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    return redirect(Example(asked.name, asked.summary, text).address, 303)


def _term(asked: Question, parameter: str) -> URIRef | None:
    """What a field of the form names; None for any."""
    written = request.args[parameter].strip()
    if written in ("", ANY, "UNDEF"):
        return None
    wanted = folded(written)
    if register.is_crowd():
        named = called(written)
    else:
        named = next((each.iri for each in entities().all if folded(each.label) == wanted), None)
    found = named or written_iri(written, base())
    if found is None:
        raise WrongRequest(f"{asked.name}: nothing is called “{written[:80]}”; give a name, an IRI or a CURIE.")
    return found
