"""The OpenAPI 3.1 document of the operations."""

from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from rdflib import URIRef

from etiograph import __version__
from service.interpretation import DISCLAIMER
from service.openapi.operations import OPERATIONS, Operation, Parameter
from service.openapi.shapes import Problem

_ANY = (400, 403, 406, 414, 429, 503)
"""What any address may answer: a Host or an address that cannot be read, rates, a service that stops."""


def document(server: str, licence: str) -> dict[str, Any]:
    """The document for a service that the world reaches at `server`."""
    shapes, components = _schemas()
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "etiograph",
            "version": __version__,
            "summary": "Symptom articles as a graph in which every statement leads back to its sentence",
            "description": DISCLAIMER,
            "termsOfService": f"{server}/about",
            "license": {"name": "Apache-2.0", "url": licence},
        },
        "servers": [{"url": server}],
        "externalDocs": {"url": f"{server}/void", "description": "SPARQL, graphs and dumps: the service description"},
        "paths": paths,
        "components": {"schemas": components},
    }


def _described(operation: Operation, shapes: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.sentence,
        "parameters": [_parameter(each) for each in operation.parameters],
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {"application/json": {"schema": shapes[f"{operation.name}/answer"]}},
            },
            **dict(_problems(sorted({*operation.statuses, *_ANY}), shapes["problem"])),
        },
    }
    if operation.method == "get":
        found["responses"]["304"] = {"description": "It has not changed since If-None-Match."}
    if operation.body:
        schema = shapes[f"{operation.name}/body"]
        found["requestBody"] = {"required": True, "content": {operation.body[0]: {"schema": schema}}}
    return found


def _problems(statuses: Iterable[int], schema: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401 -- JSON
    for status in statuses:
        content = {"application/problem+json": {"schema": schema}}
        yield str(status), {"description": HTTPStatus(status).phrase, "content": content}


def _parameter(of: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": of.kind}
    if of.kind == "integer":
        schema |= {"minimum": 0, "maximum": of.most}
    elif of.most:
        schema["maxLength"] = of.most
    found = {"name": of.name, "in": "query", "required": of.required, "description": of.sentence, "schema": schema}
    return found | ({"example": of.example} if of.example else {})


@cache
def _schemas() -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of each answer and body by its name, and those they share."""
    wanted: dict[str, Any] = {"problem": Problem}
    for operation in OPERATIONS:
        wanted[f"{operation.name}/answer"] = operation.answer
        if operation.body:
            wanted[f"{operation.name}/body"] = operation.body[1]
    template = "#/components/schemas/{name}"
    schemas, components = msgspec.json.schema_components(wanted.values(), schema_hook=_iri, ref_template=template)
    return dict(zip(wanted, schemas, strict=True)), components


def _iri(kind: type) -> dict[str, Any]:
    """The schema of what msgspec knows nothing of."""
    if issubclass(kind, URIRef):
        return {"type": "string", "format": "iri"}
    raise NotImplementedError(kind)
