"""Which revision of the schema this release was made for, and which the database is at, without alembic."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.db.work import Database, Scope
from app.errors import Unavailable

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
_REVISION = text("SELECT version_num FROM alembic_version")
_NO_TABLE = "42P01"
_NOBODY = Scope(areas=frozenset(), client_id="")


def newest_revision() -> str:
    """Return the revision of the newest migration that ships, which its file's name begins with."""
    return max(place.name.partition("_")[0] for place in VERSIONS.glob("[0-9]*_*.py"))


async def revision_of(database: Database) -> str | None:
    """Return the revision that a database is at: "" before the first; None if the database does not answer."""
    try:
        async with database.work(_NOBODY) as work:  # a transaction: what only takes connections does not serve
            row = await work.one(_REVISION)
            return "" if row is None else str(row[0])
    except DBAPIError as trouble:
        return "" if getattr(trouble.orig, "sqlstate", None) == _NO_TABLE else None
    except (SQLAlchemyError, OSError, Unavailable):
        return None
