"""`/update`: SPARQL updates by POST, as the SPARQL 1.1 Protocol describes (section 2.2)."""

import io
import re
import time
from dataclasses import replace
from typing import BinaryIO, cast

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from service.current import current_settings, public_address
from service.errors import UnsupportedType, WrongRequest
from service.federation.rewriting import answered as solved
from service.federation.rewriting import federation_rules
from service.forms import FORM, decoded, form, refuse_other_charsets
from service.names import is_iri
from service.writing.authority import writer
from service.writing.change import Change, Update
from service.writing.loads import Load, fetched, loads
from service.writing.payload import received, stored
from service.writing.requests import answered, made

blueprint = Blueprint("update", __name__)

_BODY = "application/sparql-update"
_MAY_ASK = re.compile("load|service", re.IGNORECASE)


@blueprint.route("/update", methods=["POST"])
def update() -> Response:
    """Carry out an update: all of it, or nothing."""
    access = writer()
    text, parameters = _sent()
    content = Update(
        f"{public_address()}/update",
        _graphs(parameters, "using-graph-uri"),
        _graphs(parameters, "using-named-graph-uri"),
    )
    return answered(made(*_with_others(Change(content, access), text)))


def _with_others(change: Change, text: str) -> tuple[Change, BinaryIO]:
    """The change with what others say: solutions in the place of each SERVICE, documents for each LOAD."""
    rules, content = federation_rules(current_settings()), cast(Update, change.content)
    if not rules.addresses or len(text) > current_settings().query_characters or not _MAY_ASK.search(text):
        return change, io.BytesIO(text.encode())
    until = time.monotonic() + rules.seconds
    text = solved(text, rules, until=until)
    found = [*fetched(_loads(text, content.base), rules, until)]
    documents = tuple(each and each[0] for each in found)
    raw = text.encode()
    body = stored((raw, *(each[1] for each in found if each)))
    return replace(change, content=replace(content, length=len(raw), documents=documents)), body


def _loads(text: str, base: str) -> list[Load]:
    """The LOADs of an update; where one cannot be read, none, for the process that writes refuses them all."""
    try:
        return loads(text, base)
    except SyntaxError:
        return []


def _sent() -> tuple[str, MultiDict[str, str]]:
    """The text of the update, and the parameters beside it. Raises WrongRequest, UnsupportedType, BodyTooLarge."""
    settings = current_settings()
    if request.mimetype not in (_BODY, FORM):
        raise UnsupportedType(f"An update comes as {_BODY}, or as the parameter update of {FORM}.")
    refuse_other_charsets("an update")
    if "update" in request.args or "query" in request.args:
        raise WrongRequest("The update belongs into the body of the request, not into its address.")
    # In a form a character can take three bytes.
    raw = received(settings.update_bytes * (3 if request.mimetype == FORM else 1))
    if request.mimetype == _BODY:
        return decoded(raw.read(), "update"), request.args
    found = form(raw.read())
    if "query" in found:
        raise WrongRequest("A request holds a query or an update; queries are answered at /sparql.")
    updates = found.getlist("update")
    if len(updates) != 1:
        raise WrongRequest(f"There must be exactly one parameter update; there are {len(updates)}.")
    return updates[0], MultiDict([*request.args.items(multi=True), *found.items(multi=True)])


def _graphs(parameters: MultiDict[str, str], name: str) -> tuple[str, ...]:
    for iri in (graphs := tuple(parameters.getlist(name))):
        if not is_iri(iri):
            raise WrongRequest(f"{name} is not an absolute IRI: {iri[:200]}")
    return graphs
