"""Putting the application together for a process that serves it."""

import asyncio
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from starlette.types import ASGIApp

from app.clock import SystemClock
from app.db.role import UnsafeRole, refuse_unsafe_role
from app.db.work import connect
from app.events import asyncapi
from app.launch.errors import LaunchError
from app.law.book import LawBook, LawBroken
from app.main import UnsafeSettings, create_app
from app.settings import Mode, Settings


def build(settings: Settings) -> ASGIApp:
    """Return the application, its law loaded and its database role found fit.

    Raises:
        LaunchError: law or settings are broken, or the database role could see around row-level security.

    """
    asyncio.run(_refuse_unsafe_role(settings))
    try:
        return create_app(settings, clock=SystemClock(), law_book=law_book())
    except UnsafeSettings as error:
        raise LaunchError(str(error)) from None


def describe() -> dict[str, Any]:
    """Return the OpenAPI document of the live service; nothing is connected to."""
    nowhere = SecretStr("postgresql+asyncpg://nobody@localhost/none")
    settings = Settings(
        mode=Mode.LIVE,
        database_url=nowhere,
        issuer="https://issuer.invalid",
        jwks_url="https://issuer.invalid/jwks.json",
        hosts=("oocd.invalid",),
        sensitive_processing=False,
        audit_key_file=Path("audit-signing.pem"),
    )
    return create_app(settings, clock=SystemClock(), law_book=law_book()).openapi()


def describe_events() -> dict[str, Any]:
    """Return the AsyncAPI document of the events and of the webhooks that tell of them."""
    return asyncapi.document()


def law_book() -> LawBook:
    """Return the law that ships, or raise `LaunchError` with all that is wrong with it."""
    try:
        return LawBook.load()
    except LawBroken as error:
        raise LaunchError(f"The law files are broken: {'; '.join(str(error).splitlines())}") from None


async def _refuse_unsafe_role(settings: Settings) -> None:
    database = connect(
        settings.database_url.get_secret_value(), pool_size=1, pool_timeout=settings.pool_timeout_seconds
    )
    try:
        await refuse_unsafe_role(database)
    except UnsafeRole as error:
        raise LaunchError(str(error)) from None
    finally:
        await database.close()
