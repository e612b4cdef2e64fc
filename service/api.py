"""`/api/…`: answers in JSON that are more than a query, each with the disclaimer."""

from dataclasses import asdict

from flask import Blueprint, Response, json

from service.addresses import base
from service.answers import answer, etag, not_modified
from service.current import current_store
from service.errors import UnknownThing, WrongRequest
from service.interpretation import interpretation
from service.messages import language
from service.names import written_iri
from service.neighbourhood import neighbourhood
from service.pages import hierarchy, trees
from service.parameters import parameter

blueprint = Blueprint("api", __name__, url_prefix="/api")

_PARAMETERS = ("test", "value", "unit", "group")


@blueprint.route("/interpret")
def interpret() -> Response:
    """What the graph says about a measured value: `?test=serum calcium&value=7.6&unit=mg/dL`, and `group` if wanted."""
    given = {name: parameter(name) for name in _PARAMETERS}
    store = current_store()
    tag = etag(store.snapshot.name, *given.values())
    if unchanged := not_modified(tag):
        return unchanged
    found = interpretation(
        store,
        base(),
        given["test"] or "",
        given["value"] or "",
        given["unit"] or "",
        given["group"],
    )
    return answer(json.dumps(asdict(found)).encode(), "application/json", tag)


@blueprint.route("/neighbourhood")
def around() -> Response:
    """What stands around a thing, as statements tell it: `?iri=id:hypocalcemia`."""
    store = current_store()
    wanted = parameter("iri") or ""
    name = written_iri(wanted, base())
    tag = etag(store.snapshot.name, "neighbourhood", wanted, language().tag)
    if unchanged := not_modified(tag):
        return unchanged
    found = neighbourhood(name) if name else None
    if found is None:
        raise UnknownThing("The graph says nothing about this.")
    return answer(json.dumps(found).encode(), "application/json", tag)


@blueprint.route("/children")
def children() -> Response:
    """What stands directly below a class, concept or entity in its tree: `?iri=eg:Condition`."""
    store = current_store()
    wanted = parameter("iri") or ""
    name = written_iri(wanted, base())
    if name is None:
        raise WrongRequest("Say below what: /api/children?iri=eg:Condition, or a whole IRI.")
    tag = etag(store.snapshot.name, "children", name)
    if unchanged := not_modified(tag):
        return unchanged
    found, number = hierarchy.below(name)
    shown = [trees.child(node) for node in found[: hierarchy.MOST]]
    rest = trees.all_below(name) if number > len(shown) else None
    body = {"iri": name, "children": shown, "more": number - len(shown), "rest": rest}
    return answer(json.dumps(body).encode(), "application/json", tag)
