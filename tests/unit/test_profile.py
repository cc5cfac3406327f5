"""The live profile: everything that it refuses to start with."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.http.signpost import walk
from app.law.book import LawBook
from app.law.model import MatrixStatus
from app.main import create_app
from app.profile import UnsafeSettings
from app.settings import Mode, Settings

SAFE: dict[str, Any] = {
    "mode": Mode.LIVE,
    "database_url": SecretStr("postgresql+asyncpg://nobody@localhost/none"),
    "issuer": "https://idp.example",
    "jwks_url": "https://idp.example/jwks.json",
    "hosts": ("oocd.example",),
    "apd_reference": "APD-1",
    "schedule8_condition": "1",
    "controller_id": "ZA000000",
    "audit_key_file": Path("audit-signing.pem"),
}
UNSAFE: dict[str, tuple[dict[str, Any], str]] = {
    "no key set": ({"jwks_url": None}, "OOCD_JWKS_URL"),
    "a key set without TLS": ({"jwks_url": "http://idp.example/jwks.json"}, "OOCD_JWKS_URL"),
    "the local issuer": ({"issuer": "http://127.0.0.1:8000"}, "OOCD_ISSUER"),
    "an issuer on this machine": ({"issuer": "https://localhost"}, "OOCD_ISSUER"),
    "an issuer on this machine by another number": ({"issuer": "https://127.0.0.2"}, "OOCD_ISSUER"),
    "an issuer on this machine with a dot": ({"issuer": "https://localhost."}, "OOCD_ISSUER"),
    "a key set on this machine, the newer way": ({"jwks_url": "https://[::1]/jwks"}, "OOCD_JWKS_URL"),
    "no hosts": ({"hosts": ()}, "OOCD_HOSTS"),
    "any host": ({"hosts": ("*",)}, "wildcard"),
    "any host of a domain": ({"hosts": ("*.example",)}, "wildcard"),
    "any origin": ({"cors_origins": ("*",)}, "OOCD_CORS_ORIGINS"),
    "an origin without TLS": ({"cors_origins": ("http://panel.example",)}, "OOCD_CORS_ORIGINS"),
    "no policy document": ({"apd_reference": None}, "OOCD_APD_REFERENCE"),
    "no condition": ({"schedule8_condition": None}, "OOCD_SCHEDULE8_CONDITION"),
    "no controller": ({"controller_id": None}, "OOCD_CONTROLLER_ID"),
    "no key for the log": ({"audit_key_file": None}, "OOCD_AUDIT_KEY_FILE"),
    "illustrative scores": ({"illustrative_matrix": True}, "illustrative"),
    "proofs of an address that nobody named": ({"sender_constrained": True}, "OOCD_PUBLIC_URL"),
}


def live(**changes: Any) -> Settings:
    """Return settings that a live service may start with, but for the changes."""
    return Settings(**{**SAFE, **changes})


@pytest.mark.parametrize(("changes", "says"), UNSAFE.values(), ids=UNSAFE.keys())
def test_live_service_refuses(law_book: LawBook, changes: dict[str, Any], says: str) -> None:
    """It does not start, and says which setting mends it."""
    with pytest.raises(UnsafeSettings, match=says):
        create_app(live(**changes), law_book=law_book)


def test_live_service_tells_every_fault_at_once(law_book: LawBook) -> None:
    """Nobody starts it five times to learn of five faults."""
    with pytest.raises(UnsafeSettings, match=r"OOCD_JWKS_URL.*OOCD_HOSTS.*OOCD_APD_REFERENCE"):
        create_app(live(jwks_url=None, hosts=(), apd_reference=None), law_book=law_book)


def test_live_service_has_neither_issuer_nor_illustrative_scores_nor_docs(law_book: LawBook) -> None:
    """No token is made here, no score is anybody's invention, and the page of the description is off."""
    app = create_app(live(), law_book=law_book)

    paths = {getattr(route, "path", "") for route in walk(app.routes)}
    assert not hasattr(app.state, "issuer")
    assert {edition.status for edition in app.state.services.law_book.editions}.isdisjoint({"ILLUSTRATIVE"})
    assert "/docs" not in paths


def test_live_service_refuses_law_files_that_pass_illustrative_scores_off_as_licensed(law_book: LawBook) -> None:
    """The same scores under another name and status are still nobody's own."""
    (shipped,) = law_book.illustrations
    copied = shipped.model_copy(update={"id": "force-1", "status": MatrixStatus.LICENSED})

    with pytest.raises(UnsafeSettings, match="force-1"):
        create_app(live(), law_book=replace(law_book, editions=(*law_book.editions, copied)))


def test_docs_page_of_a_live_service_can_be_chosen(law_book: LawBook) -> None:
    """Who wants it asks for it."""
    app = create_app(live(docs=True), law_book=law_book)

    assert "/docs" in {getattr(route, "path", "") for route in walk(app.routes)}


def test_live_service_without_sensitive_processing_needs_no_policy_document(law_book: LawBook) -> None:
    """It takes no protected characteristics then."""
    settings = live(sensitive_processing=False, apd_reference=None, schedule8_condition=None, controller_id=None)

    assert create_app(settings, law_book=law_book)
