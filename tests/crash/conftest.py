"""What tests of crashes may ask for."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that goes away, with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="oocd-") as name:
        yield Path(name)
