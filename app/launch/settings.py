"""Reading the settings for a command, with faults said in one line that holds no value."""

import os

from pydantic import SecretStr, ValidationError
from sqlalchemy import URL

from app.launch.errors import LaunchError
from app.launch.urls import text_of
from app.settings import Mode, Settings


def live_settings(database: URL) -> Settings:
    """Read the settings of a live service."""
    return _read(Mode.LIVE, database)


def local_settings() -> Settings:
    """Read the settings of local mode, in which the database is found later and the service is its own issuer."""
    return _read(Mode.LOCAL, URL.create("postgresql+asyncpg"))


def with_database(settings: Settings, database: URL) -> Settings:
    """Return the settings with the application's database in them."""
    return settings.model_copy(update={"database_url": SecretStr(text_of(database))})


def own_issuer(settings: Settings, port: int) -> Settings:
    """Return the settings with the port that was taken and, unless one is set, the issuer that follows from it."""
    issuer = settings.issuer if "OOCD_ISSUER" in os.environ else f"http://{settings.host}:{port}"
    return settings.model_copy(update={"port": port, "issuer": issuer})


def _read(mode: Mode, database: URL) -> Settings:
    try:
        return Settings(mode=mode, database_url=SecretStr(text_of(database)))
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        name = str(fault["loc"][0]).upper() if fault["loc"] else "The settings"
        raise LaunchError(f"{name} is set to something that it cannot be: {fault['msg']}") from None
