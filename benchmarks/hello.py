"""A bare Flask application under the same server: what the server itself takes for a request."""

import sys
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import Interfaces, Loops, TaskImpl
from granian.log import LogLevels

from service.gateway import Gateway


def _hello() -> Flask:
    app = Flask("hello", static_folder=None, template_folder=None)
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


def _gateway() -> Any:  # noqa: ANN401 -- as granian declares it
    return Gateway(_hello().wsgi_app, 128, lambda: None)


if __name__ == "__main__":
    Granian(
        "hello",
        port=int(sys.argv[sys.argv.index("--port") + 1]),
        interface=Interfaces.RSGI,
        loop=Loops.asyncio,
        task_impl=TaskImpl.asyncio,
        log_level=LogLevels.error,
    ).serve(target_loader=_gateway, wrap_loader=False)
