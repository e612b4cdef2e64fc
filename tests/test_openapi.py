"""The API is what its OpenAPI document says, whatever it is sent: schemathesis draws requests and reads the answers."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from service.openapi.operations import OPERATIONS, Operation
from tests.website import HTML, OWN, page, website

MODES = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
"""What the document allows for, and what it does not."""

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    made = website(tmp_path_factory.mktemp("described"), [OWN])
    made.extensions["etiograph.search"].prepare().join()
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def described(app: Flask) -> OpenApiSchema:
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@settings(max_examples=25, deadline=None)
@given(st.data())
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_the_api_is_as_it_is_described(described: OpenApiSchema, operation: Operation, data: st.DataObject) -> None:
    case = data.draw(described[operation.path][operation.method].as_strategy(generation_mode=data.draw(MODES)))
    case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})


def test_every_operation_is_described(app: Flask) -> None:
    routes = {
        (each.rule, method.lower())
        for each in app.url_map.iter_rules()
        if each.rule.startswith("/api/")
        for method in (each.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(each.path, each.method) for each in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_an_example_answers(client: FlaskClient, operation: Operation) -> None:
    reply = (
        client.post(operation.path, data=operation.body_example, content_type=operation.body[0])
        if operation.body
        else client.get(operation.example)
    )
    found: Any = reply.get_json()
    assert reply.status_code == 200
    assert found


def test_the_page_explains_every_operation(client: FlaskClient) -> None:
    shown = page(client.get("/api", headers=HTML))
    for operation in OPERATIONS:
        assert operation.sentence in shown.one(operation.name).text
        for parameter in operation.parameters:
            assert parameter.sentence in shown.one(operation.name).text


def test_the_document_names_the_service_and_its_terms(client: FlaskClient) -> None:
    found: Any = client.get("/openapi.json", base_url="https://health.example").get_json()
    assert found["openapi"] == "3.1.0"
    assert found["servers"] == [{"url": "https://health.example"}]
    assert "not medical advice" in found["info"]["description"]
    again = client.get("/openapi.json", headers={"If-None-Match": client.get("/openapi.json").headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if not each.body], ids=lambda each: each.name)
def test_a_form_of_the_page_is_answered_as_it_is_sent(client: FlaskClient, operation: Operation) -> None:
    """A browser sends the fields that are left empty, too."""
    given = {each.name: each.example for each in operation.parameters}
    assert client.get(operation.path, query_string=given).status_code == 200
