"""A service of the live profile, with an identity provider whose keys are at hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from app.audit.signing import signer_from
from app.identity.keys import FixedKeys
from app.identity.local_issuer import LocalIssuer, local_issuer
from app.launch.urls import DatabaseUrls, text_of
from app.law.book import LawBook
from app.main import create_app, token_reader
from app.settings import Mode, Settings
from tests.frozen_clock import FrozenClock

ISSUER = "https://idp.example"


def live_service(
    database: DatabaseUrls, law_book: LawBook, clock: FrozenClock, folder: Path, **changes: Any
) -> tuple[FastAPI, LocalIssuer]:
    """Return a live service on a test's database, not started yet, and its identity provider."""
    provider = local_issuer(None, issuer=ISSUER, audience="oocd", now=clock.now)
    key_file = folder / "key.pem"
    signer_from(key_file, make=True)
    settings = Settings(
        mode=Mode.LIVE,
        database_url=SecretStr(text_of(database.app)),
        issuer=ISSUER,
        jwks_url=f"{ISSUER}/jwks.json",
        hosts=("127.0.0.1",),
        sensitive_processing=False,
        audit_key_file=key_file,
        **changes,
    )
    app = create_app(settings, clock=clock, law_book=law_book)
    tokens = token_reader(settings, FixedKeys(provider.keys), clock)
    app.state.services = replace(app.state.services, tokens=tokens)
    return app, provider
