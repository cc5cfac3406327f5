"""The database's two roles, as an administrator's preparation leaves them."""

import asyncpg
import pytest

from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls, connect, probe


async def test_application_role_owns_nothing_and_may_not_build(database: DatabaseUrls) -> None:
    """The application cannot make a table, so it can never own what row-level security guards."""
    connection = await connect(database.app, "test")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine (id int)")

    await connection.close()


@pytest.mark.parametrize("role", ["oocd_owner", "oocd_app"])
async def test_roles_have_no_powers_over_the_server(server: EmbeddedServer, database: DatabaseUrls, role: str) -> None:
    """Neither role is a superuser, bypasses row-level security, or makes roles or databases."""
    connection = await connect(server.url(), "test")

    powers = await connection.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = $1",
        role,
    )

    await connection.close()
    assert set(powers.values()) == {False}


async def test_probe_tells_an_administrator_from_the_application(
    server: EmbeddedServer, database: DatabaseUrls
) -> None:
    """Only a role that may make roles is taken for an administrator."""
    administrator, application = await probe(server.url(), "test"), await probe(database.app, "test")

    assert (administrator.may_make_roles, application.may_make_roles) == (True, False)
