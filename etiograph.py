"""The front door: `create_app` for the web, `main` for the command line.

In the wheel this file is `etiograph/__init__.py`, with the four folders beside it. Putting its own directory first on
`sys.path` lets `import ontology` mean ours there as well as in a checkout (docs/decisions/0001).
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.app import create_app
    from service.cli import main

__version__ = "0.1.0"
__all__ = ["create_app", "main"]

_HERE = str(Path(__file__).resolve().parent)
if sys.path[:1] != [_HERE]:
    sys.path.insert(0, _HERE)


def __getattr__(name: str) -> object:
    """Import on first use, so that `etiograph --version` need not load a web framework."""
    if name == "create_app":
        from service.app import create_app

        return create_app
    if name == "main":
        from service.cli import main

        return main
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
