"""Reading a database URL as operators write it, and probing what it leads to. No message holds any part of a secret."""

from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.launch.errors import LaunchError

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

OLDEST_SERVER = 15
CONNECT_SECONDS = 10.0


@dataclass(frozen=True)
class DatabaseUrls:
    """The same database seen by its two roles: the owner, for migrations, and the application."""

    owner: URL
    app: URL


@dataclass(frozen=True)
class Login:
    """Who a database URL turns out to be."""

    user: str
    may_make_roles: bool


def read_url(text: str, name: str) -> URL:
    """Read `postgresql://…` in any of its usual spellings as an asyncpg URL of SQLAlchemy.

    Raises:
        LaunchError: it is not a URL of a PostgreSQL database; `name` is the variable it came from.

    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise LaunchError(f"{name} is not a database URL; it looks like postgresql://user:password@host/name") from None
    if url.drivername not in {"postgresql", "postgres", "postgresql+asyncpg"}:
        raise LaunchError(f"{name} must begin with postgresql://, for no other database will do")
    if not url.database:
        raise LaunchError(f"{name} names no database; it looks like postgresql://user:password@host/name")
    words = {"ssl" if key == "sslmode" else key: value for key, value in url.query.items()}
    return url.set(drivername="postgresql+asyncpg", query=words)


def text_of(url: URL) -> str:
    """Write the URL out with its password, for a variable of a child process or a setting; never for a log."""
    return url.render_as_string(hide_password=False)


async def connect(url: URL, name: str) -> Connection:
    """Open one connection outside any pool.

    Raises:
        LaunchError: it leads nowhere, or not in; `name` says which URL.

    """
    try:
        return await asyncpg.connect(_dsn(url), timeout=CONNECT_SECONDS)
    except asyncpg.InvalidCatalogNameError:
        raise LaunchError(f"{name}: there is no database {url.database} at {_place(url)}") from None
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        raise LaunchError(f"{name}: {_place(url)} does not let {url.username} in with that password") from None
    except TimeoutError:
        raise LaunchError(f"{name}: {_place(url)} does not answer") from None
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        raise LaunchError(f"{name}: no database server can be reached at {_place(url)} ({why})") from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError, TypeError) as error:
        raise LaunchError(f"{name}: the connection to {_place(url)} failed ({type(error).__name__})") from None


async def probe(url: URL, name: str) -> Login:
    """Log in once, and say as whom.

    Raises:
        LaunchError: it leads nowhere, or not in, or the server is too old.

    """
    connection = await connect(url, name)
    try:
        if connection.get_server_version().major < OLDEST_SERVER:
            raise LaunchError(f"{name}: PostgreSQL {OLDEST_SERVER} or newer is needed at {_place(url)}")
        row = await connection.fetchrow(
            "SELECT rolname, rolsuper OR rolcreaterole AS may FROM pg_roles WHERE rolname = current_user"
        )
    finally:
        await connection.close()
    assert row is not None
    return Login(user=row["rolname"], may_make_roles=row["may"])


def _dsn(url: URL) -> str:
    """Write the URL as the driver itself reads it."""
    words = {"sslmode" if key == "ssl" else key: value for key, value in url.query.items()}
    return text_of(url.set(drivername="postgresql", query=words))


def _place(url: URL) -> str:
    """Say where a URL leads, without who and with what password."""
    host = url.host or url.query.get("host") or "the local socket"
    return f"{host}:{url.port}" if url.port else str(host)
