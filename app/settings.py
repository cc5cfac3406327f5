"""What a deployment may set. Frozen; no defaults for secrets; every name is also an environment variable.

The variables carry the prefix `OOCD_`, but for `PORT`, `DATABASE_URL`, `DATABASE_OWNER_URL` and `DATA_DIR`, which
operators expect under those names.
"""

from enum import StrEnum
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mode(StrEnum):
    """Where the service runs: `LOCAL` issues its own tokens; `LIVE` never does."""

    LOCAL = "LOCAL"
    LIVE = "LIVE"


class ClaimNames(BaseSettings):
    """Under which names the identity provider writes the claims that the service reads."""

    model_config = SettingsConfigDict(env_prefix="OOCD_CLAIM_", frozen=True)

    client_id: str = "client_id"
    user_name: str = "user_name"
    person: str = "person"
    authorities: str = "authorities"
    agency: str = "agency"
    areas: str = "areas"
    grade: str = "grade"
    token_id: str = "jti"  # noqa: S105  (the name of a claim)


class Settings(BaseSettings):
    """The settings of one process; what has several values is written as JSON (`["oocd.example"]`).

    `requests_per_minute`: how much each client may ask (live mode alone); 0 sets no limit. `shared_quotas`: of all
    processes together; else of each.
    `hosts`: the names that the service answers to; any, if there are none (local mode alone). `public_url`: what
    callers know it by, which proofs of possession name. `docs`: the page at `/docs`; None means in local mode alone.
    `sensitive_processing`: whether protected characteristics are taken, for which a live service needs the three
    settings below it. `clients`: the only clients that are known, if any; `clients_barred`: those whose tokens are
    refused. `area_changes_file`: which areas were merged or split, and when (YAML). `person_required`: every person's
    token must carry the claim by which a person is known whatever the account (`OOCD_CLAIM_PERSON`); `same_person`:
    user names that are one person's, where the provider cannot say so.
    `sender_constrained`: every token must be bound to its sender (DPoP or mutual TLS). `trusted_proxies`:
    addresses that may hand on a client's certificate in `client_certificate_header`. `audit_key_file`: the Ed25519 key
    that signs checkpoints of the log (made in the data directory in local mode); `audit_former_keys`: public keys that
    signed before it, in base64; `audit_witness_dir`: where a copy of each checkpoint goes, for somebody else to keep.
    `law_digest`: the law that this deployment is to run by; with another the service is not ready. `metrics_token`: the
    bearer token that `/metrics` asks for; without it a live service has none to show.
    `webhook_key_file`: 32 bytes or more, from which the secrets of webhooks follow (made in the data directory in local
    mode); `webhook_hosts`: by client, the names at which it may be told, any public one if nothing is set;
    `webhook_loopback`: this machine may be told, without TLS (local mode alone).
    `export_reason_above`: of how many children at most a pack may be taken without a reason (`X-Reason`).
    """

    model_config = SettingsConfigDict(env_prefix="OOCD_", frozen=True, populate_by_name=True)

    mode: Mode = Mode.LIVE
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535, validation_alias=AliasChoices("port", "PORT"))
    data_dir: Path = Field(default=Path("var"), validation_alias=AliasChoices("data_dir", "DATA_DIR"))
    database_url: SecretStr = Field(validation_alias=AliasChoices("database_url", "DATABASE_URL"))
    pool_size: int = Field(default=10, ge=1, le=200)
    pool_timeout_seconds: float = Field(default=2.0, gt=0, le=30)

    body_timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    requests_per_minute: int = Field(default=6000, ge=0)
    shared_quotas: bool = True
    public_url: str | None = None
    hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    docs: bool | None = None
    protective_marking: str = Field(default="OFFICIAL-SENSITIVE", pattern=r"^[A-Z -]{1,60}$")

    sensitive_processing: bool = True
    apd_reference: str | None = None
    schedule8_condition: str | None = None
    controller_id: str | None = None
    audit_key_file: Path | None = None
    audit_former_keys: tuple[str, ...] = ()
    audit_witness_dir: Path | None = None
    audit_seal_seconds: float = Field(default=5.0, gt=0, le=3600)
    illustrative_matrix: bool = False
    export_reason_above: int = Field(default=100, ge=0)

    law_digest: str | None = None
    metrics_token: SecretStr | None = None
    webhook_key_file: Path | None = None
    webhook_hosts: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    webhook_loopback: bool = False
    webhook_seconds: float = Field(default=1.0, gt=0, le=60)

    issuer: str = "http://127.0.0.1:8000"
    audience: str = "oocd"
    jwks_url: str | None = None
    clock_skew_seconds: int = Field(default=30, ge=0, le=300)
    token_types: tuple[str, ...] = ("at+jwt",)
    token_lifetime_seconds: int = Field(default=5400, ge=60, le=86400)
    clients: tuple[str, ...] = ()
    clients_barred: tuple[str, ...] = ()
    area_changes_file: Path | None = None
    person_required: bool = False
    same_person: tuple[tuple[str, ...], ...] = ()
    sender_constrained: bool = False
    client_certificate_header: str = "Client-Cert"
    trusted_proxies: tuple[str, ...] = ()
    claims: ClaimNames = Field(default_factory=ClaimNames)
