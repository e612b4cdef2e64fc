"""A lease on a generation: as long as it lives, in any process, the generation is not removed."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from service.store import seal


class Lease:
    """A shared lock on the seal of a generation. The kernel takes it back when the process ends, however it ends."""

    def __init__(self, directory: Path) -> None:
        """Take the lease. Raises FileNotFoundError where the generation is gone."""
        path = directory / seal.NAME
        self._descriptor = os.open(path, os.O_RDONLY)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        if not path.exists():  # it was put aside before the lock was had
            raise FileNotFoundError(path)

    def __del__(self) -> None:
        """Give it back."""
        with suppress(AttributeError):  # there was nothing to take
            os.close(self._descriptor)


def put_aside(directory: Path, elsewhere: Path) -> bool:
    """Rename a generation unless somebody reads it; says whether it was done."""
    try:
        descriptor = os.open(directory / seal.NAME, os.O_RDONLY)
    except FileNotFoundError:  # damaged: nobody can take a lease on it
        directory.rename(elsewhere)
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        directory.rename(elsewhere)  # with the lock held, so that no lease can be taken in between
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
