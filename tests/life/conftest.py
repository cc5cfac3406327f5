"""What tests of a case's life may ask for."""

from typing import Any

import httpx
import pytest

from tests.api.acting import Stage


@pytest.fixture
def stage(app: Any, client: httpx.AsyncClient) -> Stage:
    """Return the demo clients, ready to act on the running service."""
    return Stage(client, app.state.issuer)
