"""One server that takes changes, for every case; each case says itself what data it begins with."""

from collections.abc import Iterator

import pytest

from tests.writers import Writable, fill, writable


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    data = tmp_path_factory.mktemp("conformance")
    fill(data)
    with writable(data) as running:
        yield running
