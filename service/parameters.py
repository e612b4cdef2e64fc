"""The parameters of an address."""

from flask import request

from service.errors import WrongRequest


def parameter(name: str) -> str | None:
    """A parameter of this request, None where it is left out or empty. Raises WrongRequest where it comes twice."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise WrongRequest(f"There may be one parameter {name}; there are {len(values)}.")
    return values[0] or None if values else None
