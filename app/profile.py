"""What a live service refuses to start with: settings that are fit for a demonstration and not for real children.

Every fault is told at once, each with the variable that mends it.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.law.areas import AreaChanges, AreasBroken, read_changes
from app.law.book import LawBook
from app.settings import Mode, Settings


class UnsafeSettings(Exception):
    """The settings do not go together; the message says what to change."""


def refuse_unsafe_sending(settings: Settings) -> None:
    """Raise `UnsafeSettings` with what a sender of webhooks must not start with."""
    faults = [] if settings.mode is Mode.LOCAL else [*_webhooks(settings)]
    if settings.mode is Mode.LIVE and settings.webhook_key_file is None:
        faults.append("OOCD_WEBHOOK_KEY_FILE must name the file of the key behind the secrets of webhooks.")
    if faults:
        raise UnsafeSettings(" ".join(faults))


def refuse_unsafe_settings(settings: Settings, law_book: LawBook) -> None:
    """Raise `UnsafeSettings` with everything that a live service must not start with; local mode may."""
    if settings.mode is not Mode.LIVE:
        return
    faults = [
        *_tokens(settings),
        *_hosts(settings),
        *_log(settings),
        *_webhooks(settings),
        *_sensitive(settings),
        *_matrix(settings, law_book),
    ]
    if faults:
        raise UnsafeSettings(" ".join(faults))


def area_changes(settings: Settings) -> AreaChanges:
    """Return the changes of areas that the deployment knows of; raise `UnsafeSettings` if their file is not sound."""
    if settings.area_changes_file is None:
        return AreaChanges()
    try:
        return read_changes(settings.area_changes_file.read_text(encoding="utf-8"))
    except (AreasBroken, OSError, ValueError) as fault:
        raise UnsafeSettings(f"OOCD_AREA_CHANGES_FILE: {fault}") from None


def _tokens(settings: Settings) -> Iterator[str]:
    if settings.jwks_url is None:
        yield "A live service needs OOCD_JWKS_URL, the key set of its identity provider."
    elif not _is_remote(settings.jwks_url):
        yield "OOCD_JWKS_URL must be an https address of the identity provider, not of this machine."
    if not _is_remote(settings.issuer):
        yield "OOCD_ISSUER must be the https issuer of the identity provider; the local issuer is for local mode."
    if settings.sender_constrained and settings.public_url is None:
        yield "OOCD_SENDER_CONSTRAINED needs OOCD_PUBLIC_URL, which proofs of possession name."


def _hosts(settings: Settings) -> Iterator[str]:
    if not settings.hosts:
        yield "OOCD_HOSTS must list the names that the service goes by."
    if any("*" in host for host in settings.hosts):
        yield "OOCD_HOSTS must not hold a wildcard."
    if any("*" in origin or not origin.startswith("https://") for origin in settings.cors_origins):
        yield "OOCD_CORS_ORIGINS must list https origins, without a wildcard."


def _log(settings: Settings) -> Iterator[str]:
    if settings.audit_key_file is None:
        yield "OOCD_AUDIT_KEY_FILE must name the file of the Ed25519 key (PEM) that signs checkpoints of the audit log."


def _webhooks(settings: Settings) -> Iterator[str]:
    if settings.webhook_loopback:
        yield "OOCD_WEBHOOK_LOOPBACK is for local mode: a live service sends nothing to its own machine."


def _sensitive(settings: Settings) -> Iterator[str]:
    if not settings.sensitive_processing:
        return
    needed = {
        "OOCD_APD_REFERENCE": settings.apd_reference,
        "OOCD_SCHEDULE8_CONDITION": settings.schedule8_condition,
        "OOCD_CONTROLLER_ID": settings.controller_id,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        yield (
            "Protected characteristics may be processed only with an appropriate policy document, a condition of "
            f"Schedule 8 and a controller (DPA 2018 s35): set {', '.join(missing)}, or OOCD_SENSITIVE_PROCESSING=false."
        )


def _matrix(settings: Settings, law_book: LawBook) -> Iterator[str]:
    if settings.illustrative_matrix:
        yield "OOCD_ILLUSTRATIVE_MATRIX: illustrative scores are nobody's own and never score a real child's offence."
    shipped = law_book.illustrations
    if named := [one.id for one in law_book.editions if law_book.is_illustrative(one) and one not in shipped]:
        yield f"The law files pass illustrative scores off as a force's own: {', '.join(named)}."


def _is_remote(url: str) -> bool:
    """Return whether an address is an https one of another machine, in whatever spelling this one has."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        own = ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        own = host in {"", "localhost"} or host.endswith(".localhost")
    return parts.scheme == "https" and not own
