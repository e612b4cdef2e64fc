"""What the requests that write have in common: their conditions, the way to the writing process, and the answer."""

from typing import BinaryIO

from flask import Response, current_app, json, request

from service.errors import Problem, Reported
from service.negotiation import choose, names_a_type
from service.writing.change import Change, Outcome
from service.writing.payload import line_of
from service.writing.writer import Writer

JSON = "application/json"


def made(change: Change, body: BinaryIO) -> Outcome:
    """Make a change. Raises what `Writer.write` raises, with the line that is wrong shown from the body."""
    writer: Writer = current_app.extensions["etiograph-writer"]
    try:
        return writer.write(change, body)
    except Reported as reported:
        place, parts = reported.problem.place, getattr(change.content, "parts", ())
        if place.get("text") == "" and isinstance(line := place.get("line"), int) and len(parts) == 1:
            raise Reported(_with_line(reported.problem, line_of(body, line))) from None
        raise


def answered(outcome: Outcome, location: str | None = None) -> Response:
    """201 where something was created, otherwise 204; who accepts JSON is told the snapshot."""
    headers = {"Location": location} if location else {}
    accept = request.headers.get("Accept")
    if names_a_type(accept) and choose(accept, [JSON]):
        document = {"snapshot": outcome.snapshot, "operations": outcome.operations, "created": outcome.created}
        body = json.dumps(document)
        return Response(body, 201 if outcome.created else 200, headers, content_type=JSON)
    response = Response(None, 201 if outcome.created else 204, headers)
    del response.headers["Content-Type"]  # there is nothing it would be the type of
    return response


def _with_line(problem: Problem, line: str) -> Problem:
    return Problem(problem.status, problem.title, problem.detail, {**problem.place, "text": line}, problem.headers)
