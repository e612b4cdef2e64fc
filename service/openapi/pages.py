"""`/openapi.json` for programs, `/api` for people: both say what `operations` says."""

from flask import Blueprint, Response, json, render_template

from service.answers import answer, etag, not_modified
from service.current import public_address
from service.description.dataset import LICENSE
from service.openapi.document import document
from service.openapi.operations import OPERATIONS

blueprint = Blueprint("openapi", __name__)


@blueprint.route("/openapi.json")
def openapi() -> Response:
    """The OpenAPI document of this service."""
    body = json.dumps(document(public_address(), str(LICENSE))).encode()
    tag = etag("openapi", body)
    if unchanged := not_modified(tag):
        return unchanged
    return answer(body, "application/json", tag)


@blueprint.route("/api")
def api() -> str:
    """The operations, with addresses to try."""
    return render_template("api.html", operations=OPERATIONS, address=public_address())
