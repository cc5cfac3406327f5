"""The sender of webhooks as a process of its own: the same database as the service, the same key, no port."""

import asyncio
import os

from app.clock import SystemClock
from app.db.role import UnsafeRole, refuse_unsafe_role
from app.db.work import connect
from app.launch.errors import LaunchError
from app.launch.logs import configure
from app.launch.settings import live_settings, local_settings, with_database
from app.launch.stopping import SIGNALS
from app.launch.urls import probe, read_url
from app.profile import UnsafeSettings, refuse_unsafe_sending
from app.settings import Settings
from app.webhooks.keys import keyring_of
from app.webhooks.posting import Poster
from app.webhooks.sender import Sender
from app.webhooks.signing import Keyring
from app.webhooks.targets import TargetRules


def deliver(*, local: bool) -> None:
    """Send until a signal ends it; what is on its way by then is finished.

    Raises:
        LaunchError: the settings, the key or the database will not do.

    """
    given = os.environ.get("DATABASE_URL")
    if not given:
        raise LaunchError("DATABASE_URL must name the database, with the application's role")
    url = read_url(given, "DATABASE_URL")
    settings = with_database(local_settings(), url) if local else live_settings(url)
    configure(settings.mode)
    try:
        refuse_unsafe_sending(settings)
        keyring = keyring_of(settings)
    except (UnsafeSettings, OSError, ValueError) as error:
        raise LaunchError(str(error)) from None
    assert keyring is not None, "refuse_unsafe_sending lets no sender come here without"
    asyncio.run(probe(url, "DATABASE_URL"))
    asyncio.run(_deliver(settings, keyring))


async def _deliver(settings: Settings, keyring: Keyring) -> None:
    database = connect(
        settings.database_url.get_secret_value(),
        pool_size=settings.pool_size,
        pool_timeout=settings.pool_timeout_seconds,
    )
    rules = TargetRules(settings.webhook_loopback, settings.webhook_hosts)
    ending = asyncio.Event()
    for name in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(name, ending.set)
    try:
        await refuse_unsafe_role(database)
        async with Poster(rules) as poster:
            await Sender(database, SystemClock(), keyring, poster).run(settings.webhook_seconds, ending)
    except UnsafeRole as error:
        raise LaunchError(str(error)) from None
    finally:
        await database.close()
