"""Templates as they were compiled, kept where Python keeps its compiled modules: compiling all takes a second."""

import sys
from contextlib import suppress
from importlib.resources import files

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class Compiled(FileSystemBytecodeCache):
    """What was compiled holds for the same text, Python and Jinja; where nothing can be written, nothing is kept.

    A template must not put a constant through a filter that depends on a deployment: the result would be compiled in.
    """

    def __init__(self) -> None:
        super().__init__(str(files("service") / "__pycache__"), f"template-%s.{sys.implementation.cache_tag}.cache")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, unless Python is told not to do so with its modules."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):  # of whoever installed it, or on a read-only disk
                super().dump_bytecode(bucket)
