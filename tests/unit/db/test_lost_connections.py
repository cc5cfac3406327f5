"""Trouble of the driver: a connection that is lost in any way is trouble that passes, never a fault of the service."""

import asyncpg
import pytest

from app.db.work import _known
from app.errors import InternalError, Unavailable
from app.http.edge import as_error

LOST = (
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InternalClientError("got result for unknown protocol state 3"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.AdminShutdownError("terminating connection due to administrator command"),
    ConnectionResetError(),
)


@pytest.mark.parametrize("trouble", LOST, ids=lambda one: type(one).__name__)
def test_lost_connection_is_told_as_unavailable(trouble: Exception) -> None:
    """Whoever called may try again."""
    assert isinstance(as_error(_known(trouble)), Unavailable)


def test_statement_that_is_wrong_is_a_fault() -> None:
    """Trying again would not help."""
    assert isinstance(as_error(_known(asyncpg.UndefinedColumnError("no such column"))), InternalError)
