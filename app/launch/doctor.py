"""Looking over an installation: settings, law, keys, database, role, schema. Nothing is changed.

Each finding says what was looked at, whether it is well, and what to do; no value of a setting is repeated.
"""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from app.audit.signing import KEY_FILE, signer_from
from app.db.revision import newest_revision, revision_of
from app.db.role import UnsafeRole, refuse_unsafe_role
from app.db.work import Database, connect
from app.launch.errors import LaunchError
from app.launch.settings import live_settings, local_settings
from app.launch.urls import probe, read_url, text_of
from app.law.book import LawBook, LawBroken
from app.profile import UnsafeSettings, refuse_unsafe_settings
from app.settings import Mode, Settings
from app.webhooks.keys import keyring_of


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, and what is to be said of it."""

    what: str
    well: bool
    says: str


async def examine(*, local: bool) -> AsyncIterator[Finding]:
    """Look at everything, one after the other; what cannot be looked at for want of something before is left out."""
    yield Finding("Python", (3, 11) <= sys.version_info[:2] <= (3, 13), f"{sys.version_info[0]}.{sys.version_info[1]}")
    try:
        url = read_url(os.environ.get("DATABASE_URL", ""), "DATABASE_URL")
        settings = local_settings() if local else live_settings(url)
    except LaunchError as error:
        yield Finding("settings", well=False, says=str(error))
        return
    for finding in _at_rest(settings):
        yield finding
    try:
        await probe(url, "DATABASE_URL")
    except LaunchError as error:
        yield Finding("database", well=False, says=str(error))
        return
    yield Finding("database", well=True, says="answers")
    database = connect(text_of(url), pool_size=1, pool_timeout=settings.pool_timeout_seconds)
    async for finding in _within(database):
        yield finding
    await database.close()


def _at_rest(settings: Settings) -> Iterator[Finding]:
    """Look at what needs no database: law, settings, keys."""
    try:
        book = LawBook.load()
    except LawBroken as error:
        yield Finding("law", well=False, says=str(error).splitlines()[0])
        return
    yield Finding("law", well=True, says=book.digest)
    try:
        refuse_unsafe_settings(settings, book)
    except UnsafeSettings as error:
        yield Finding("settings", well=False, says=str(error))
    else:
        yield Finding("settings", well=True, says=settings.mode)
    yield _key_of_log(settings)
    yield _key_of_webhooks(settings)


def _key_of_log(settings: Settings) -> Finding:
    if settings.mode is Mode.LIVE and settings.audit_key_file is None:
        return Finding("key of the log", well=False, says="OOCD_AUDIT_KEY_FILE is not set")
    place = settings.audit_key_file or settings.data_dir / KEY_FILE
    if settings.mode is Mode.LOCAL and not place.exists():
        return Finding("key of the log", well=True, says="is made at the first start")
    try:
        return Finding("key of the log", well=True, says=signer_from(place, make=False).key_id)
    except (OSError, ValueError, TypeError) as error:
        return Finding("key of the log", well=False, says=f"OOCD_AUDIT_KEY_FILE: {type(error).__name__}")


def _key_of_webhooks(settings: Settings) -> Finding:
    try:
        keyring = keyring_of(settings)
    except (OSError, ValueError) as error:
        return Finding("key of webhooks", well=False, says=f"OOCD_WEBHOOK_KEY_FILE: {type(error).__name__}")
    return Finding("key of webhooks", well=True, says="none, so no webhooks" if keyring is None else keyring.key_id)


async def _within(database: Database) -> AsyncIterator[Finding]:
    """Look at the role and the schema."""
    at, newest = await revision_of(database), newest_revision()
    to_do = "" if at == newest else f"; this release needs {newest}: run `migrate`"
    yield Finding("schema", well=at == newest, says=f"{at or 'none'}{to_do}")
    try:
        await refuse_unsafe_role(database)
    except UnsafeRole as error:
        yield Finding("role", well=False, says=str(error))
    else:
        yield Finding("role", well=True, says="sees nothing around row-level security")
