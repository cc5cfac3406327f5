"""The two roles and the database, prepared by an administrator.

`oocd_owner` owns the tables and runs the migrations; `oocd_app` serves, and may do only what the migrations grant.
Neither is a superuser, bypasses row-level security, or may make roles or databases. What exists already is kept, and
refused if it has more rights than that.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

import asyncpg
from sqlalchemy import URL

from app.launch.errors import LaunchError
from app.launch.urls import Connection, DatabaseUrls, connect
from app.secret_files import make_once

OWNER = "oocd_owner"
APP = "oocd_app"
DATABASE = "oocd"
SCRAM_ROUNDS = 4096  # PostgreSQL's own number


async def prepare_embedded(administrator: URL) -> DatabaseUrls:
    """Prepare roles and a database of our own on an embedded server, where the socket's folder guards the door."""
    connection = await connect(administrator, "The embedded database")
    try:
        await _prepare_roles(connection, {})
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'")
            await connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
    finally:
        await connection.close()
    database = administrator.set(database=DATABASE)
    await _open_database(database)
    return DatabaseUrls(owner=database.set(username=OWNER), app=database.set(username=APP))


async def prepare_given(administrator: URL, data_dir: Path) -> DatabaseUrls:
    """Prepare roles with passwords in the database that an administrator's URL names.

    The passwords are made here, kept in `data_dir` for its owner alone, and set anew from there each time.
    """
    passwords = _passwords(data_dir / "database-passwords.json")
    connection = await connect(administrator, "DATABASE_URL")
    try:
        await _prepare_roles(connection, passwords)
    except asyncpg.InsufficientPrivilegeError as error:
        raise LaunchError(f"DATABASE_URL: the role may not prepare {OWNER} and {APP}: {error}") from None
    finally:
        await connection.close()
    await _open_database(administrator)
    return DatabaseUrls(
        owner=administrator.set(username=OWNER, password=passwords[OWNER]),
        app=administrator.set(username=APP, password=passwords[APP]),
    )


async def _prepare_roles(connection: Connection, passwords: Mapping[str, str]) -> None:
    """Make what is missing, set the passwords given, refuse what may too much."""
    present = {row["rolname"]: row["mighty"] for row in await connection.fetch(_ROLES, [OWNER, APP])}
    if mighty := [name for name, too_much in present.items() if too_much]:
        raise LaunchError(f"The database role {mighty[0]} has rights that it must not have; see `\\du {mighty[0]}`")
    for role in (OWNER, APP):
        verb = "ALTER" if role in present else "CREATE"
        password = f" PASSWORD '{scram_verifier(passwords[role])}'" if role in passwords else ""
        await connection.execute(f"{verb} ROLE {role} LOGIN{password}")
    if await connection.fetchval("SELECT pg_has_role($1::name, $2::name, 'MEMBER')", APP, OWNER):
        raise LaunchError(f"The database role {APP} must not be a member of {OWNER}")


_ROLES = """
    SELECT rolname, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication AS mighty
    FROM pg_roles WHERE rolname = ANY($1::text[])
"""


async def _open_database(administrator: URL) -> None:
    """Let the owner build in the database, and the application in."""
    name = '"' + str(administrator.database).replace('"', '""') + '"'
    connection = await connect(administrator, "DATABASE_URL")
    try:
        await connection.execute(
            f"GRANT CONNECT, CREATE ON DATABASE {name} TO {OWNER}; GRANT CONNECT ON DATABASE {name} TO {APP};"
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
            f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}; GRANT USAGE ON SCHEMA public TO {APP}"
        )
        opened = await connection.fetchval("SELECT has_schema_privilege($1::name, 'public', 'CREATE')", OWNER)
    except asyncpg.InsufficientPrivilegeError:
        opened = False
    finally:
        await connection.close()
    if not opened:  # without the right to grant, PostgreSQL only warns
        raise LaunchError(f"DATABASE_URL: the role does not own the database {name} and cannot open it to {OWNER}")


def _passwords(place: Path) -> dict[str, str]:
    """Read the passwords of the two roles, made on first use and readable by their owner alone."""
    try:
        make_once(place, json.dumps({role: secrets.token_urlsafe(24) for role in (OWNER, APP)}).encode())
        kept = json.loads(place.read_text())
        return {role: str(kept[role]) for role in (OWNER, APP)}
    except OSError as error:
        raise LaunchError(f"The data directory {place.parent} cannot be used: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise LaunchError(f"{place} cannot be read; move it away to have new passwords set") from None


def scram_verifier(password: str) -> str:
    """Answer what PostgreSQL keeps of an ASCII password, so that it stays out of the server's log (RFC 5802)."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, SCRAM_ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    served = hmac.digest(salted, b"Server Key", "sha256")
    words = (base64.b64encode(value).decode() for value in (salt, stored, served))
    return "SCRAM-SHA-256${}:{}${}:{}".format(SCRAM_ROUNDS, *words)
