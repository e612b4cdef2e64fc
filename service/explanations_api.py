"""`/api/why`: why a triple is in the graph, as JSON."""

from flask import Blueprint, Response, jsonify, request

from service.addresses import base
from service.current import current_store
from service.errors import WrongRequest
from service.explanations import document, explanation
from service.values import relation, thing

blueprint = Blueprint("explanations", __name__)


@blueprint.route("/api/why")
def why() -> Response:
    """The explanation of `subject`, `predicate` and `object`, each a label, a slug, a CURIE or an IRI."""
    store = current_store()
    subject, object_ = (thing(_given(name), store, base()) for name in ("subject", "object"))
    predicate = relation(_given("predicate"), store, base())
    return jsonify(document(explanation(store, base(), (subject, predicate, object_))))


def _given(name: str) -> str:
    values = [value.strip() for value in request.args.getlist(name)]
    if len(values) != 1 or not values[0]:
        example = "/api/why?subject=fatigue&predicate=causes&object=nocturnal-calf-cramp"
        raise WrongRequest(f"Give {name}, and only once: {example}")
    return values[0]
