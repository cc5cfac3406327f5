"""Tokens of a real provider (`oidc-provider`), read by a service in live mode over HTTPS: `make test-idp`.

The provider stands at a name of its own behind a certificate of an authority made for the run, as a force's would stand
behind its own authority (`SSL_CERT_FILE`). Clients prove themselves by `private_key_jwt`, never by a secret.
"""

import base64
import hashlib
import json
import secrets
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from jwt.algorithms import ECAlgorithm
from pydantic import SecretStr

from app.audit.signing import signer_from
from app.launch.urls import DatabaseUrls, text_of
from app.law.book import LawBook
from app.main import create_app
from app.settings import ClaimNames, Mode, Settings
from tests.frozen_clock import FrozenClock
from tests.idp.certificates import Key, a_key, certificate, write
from tests.serving import serving

pytestmark = [pytest.mark.anyio, pytest.mark.idp]
HERE = Path(__file__).parent
HOST, AREA = "idp.oocd.test", "E09000019"
OURS, ANOTHERS = "https://oocd.example/api", "https://other.example/api"
PUBLIC_URL = "https://oocd.example"
CASES = "/v1/cases"
CLAIMS: dict[str, Any] = {
    "user_name": "jo.practitioner",
    "realm_access": {"roles": ["ROLE_OOCD__CASES__RO"]},
    "oocd_agency": "YJS",
    "oocd_grade": "PRACTITIONER",
    "oocd_areas": [AREA],
    "staff_number": "LBI-77",
}
NAMES = ClaimNames(
    authorities="realm_access.roles",
    agency="oocd_agency",
    grade="oocd_grade",
    areas="oocd_areas",
    person="staff_number",
)


def _jwk(key: Key, **more: str) -> dict[str, Any]:
    return {**ECAlgorithm.to_jwk(key, as_dict=True), "alg": "ES256", "use": "sig", **more}


def _public(key: Key) -> dict[str, Any]:
    return {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True)}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Provider:
    """The provider of one test: its process, and what its clients hold."""

    folder: Path
    port: int
    clients: Key = field(default_factory=a_key)
    dpop: Key = field(default_factory=a_key)
    mtls: Key = field(default_factory=a_key)
    process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        """Return what the provider calls itself."""
        return f"https://{HOST}:{self.port}"

    def start(self, *signing: dict[str, Any]) -> None:
        """Start it with these signing keys, the first of which signs; stop what ran before."""
        self.stop()
        client = {"token_endpoint_auth_method": "private_key_jwt", "grant_types": ["client_credentials"]}
        client |= {"id_token_signed_response_alg": "ES256"}
        client |= {"redirect_uris": [], "response_types": [], "jwks": {"keys": [_public(self.clients) | {"kid": "c"}]}}
        bound = {
            "plain": {},
            "dpop": {"dpop_bound_access_tokens": True},
            "mtls": {"tls_client_certificate_bound_access_tokens": True},
        }
        config = {
            "port": self.port,
            "issuer": self.issuer,
            "tls": {"key": str(self.folder / "server.key"), "cert": str(self.folder / "server.pem")},
            "jwks": {"keys": signing},
            "audiences": {OURS: "oocd", ANOTHERS: "another"},
            "clients": [{"client_id": name, **client, **terms} for name, terms in bound.items()],
            "claims": dict.fromkeys(bound, CLAIMS),
        }
        place = self.folder / "provider.json"
        place.write_text(json.dumps(config), encoding="utf-8")
        self.process = subprocess.Popen(  # noqa: S603  (our own script)
            ["node", str(HERE / "provider.mjs"), str(place)],  # noqa: S607
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        said = list(self._until_ready())
        assert self.process.poll() is None, "".join(said)

    def _until_ready(self) -> Iterator[str]:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line == "ready\n":
                return
            yield line

    def stop(self) -> None:
        """End the process, if one runs."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    async def token(self, client: str = "plain", resource: str = OURS) -> str:
        """Return an access token for a client and a resource."""
        context = ssl.create_default_context(cafile=str(self.folder / "authority.pem"))
        if client == "mtls":
            context.load_cert_chain(self.folder / "client.pem", self.folder / "client.key")
        headers = {"DPoP": self.proof("POST", f"{self.issuer}/token")} if client == "dpop" else {}
        body = {
            "grant_type": "client_credentials",
            "resource": resource,
            "scope": "oocd",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self._assertion(client),
        }
        async with httpx.AsyncClient(verify=context) as http:
            answer = await http.post(f"{self.issuer}/token", data=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def _assertion(self, client: str) -> str:
        at = int(time.time())
        claims = {"iss": client, "sub": client, "aud": self.issuer, "jti": secrets.token_hex(8)}
        claims |= {"iat": at, "exp": at + 60}
        return jwt.encode(claims, self.clients, algorithm="ES256", headers={"kid": "c"})

    def proof(self, method: str, url: str, token: str | None = None, key: Key | None = None) -> str:
        """Return a DPoP proof for a request, with a token's hash if there is one."""
        signer = key or self.dpop
        claims = {"jti": secrets.token_hex(8), "htm": method, "htu": url, "iat": int(time.time())}
        claims |= {} if token is None else {"ath": _base64url(hashlib.sha256(token.encode()).digest())}
        return jwt.encode(claims, signer, algorithm="ES256", headers={"typ": "dpop+jwt", "jwk": _public(signer)})


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Prepare a provider at a name of its own, trusted through an authority made for this run."""
    authority, server, client = a_key(), a_key(), a_key()
    write(tmp_path / "authority.pem", cert=certificate("authority", authority))
    write(tmp_path / "server.pem", cert=certificate(HOST, server, by="authority", signer=authority))
    write(tmp_path / "server.key", key=server)
    write(tmp_path / "client.pem", cert=certificate("police.example", client, by="authority", signer=authority))
    write(tmp_path / "client.key", key=client)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    resolve = socket.getaddrinfo

    def at_home(host: Any, *terms: Any, **more: Any) -> Any:
        return resolve("127.0.0.1" if host in {HOST, HOST.encode()} else host, *terms, **more)

    monkeypatch.setattr(socket, "getaddrinfo", at_home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Provider(tmp_path, port, mtls=client)
    yield made
    made.stop()


@pytest.fixture
def now() -> FrozenClock:
    """Stand still at the present: the provider has a clock of its own."""
    return FrozenClock(datetime.fromtimestamp(int(time.time()), UTC))


@pytest.fixture
def live(provider: Provider, database: DatabaseUrls, tmp_path: Path) -> Settings:
    """Return the settings of a live service that trusts the provider."""
    signer_from(tmp_path / "audit.pem", make=True)
    return Settings(
        mode=Mode.LIVE,
        database_url=SecretStr(text_of(database.app)),
        issuer=provider.issuer,
        jwks_url=f"{provider.issuer}/jwks",
        audience="oocd",
        hosts=("127.0.0.1",),
        public_url=PUBLIC_URL,
        sensitive_processing=False,
        audit_key_file=tmp_path / "audit.pem",
        trusted_proxies=("127.0.0.1/32",),
        person_required=True,
        claims=NAMES,
    )


@pytest.fixture
async def http(live: Settings, law_book: LawBook, now: FrozenClock) -> AsyncIterator[httpx.AsyncClient]:
    """Serve in live mode."""
    app = create_app(live, clock=now, law_book=law_book)
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30) as it:
        yield it


async def _ask(http: httpx.AsyncClient, token: str, *, scheme: str = "Bearer", **headers: str) -> int:
    sent = {"Authorization": f"{scheme} {token}", "X-Purpose": "JOINT_DECISION", **headers}
    return (await http.get(CASES, headers=sent)).status_code


async def test_token_of_a_real_provider_is_read(provider: Provider, http: httpx.AsyncClient) -> None:
    """Signature through the provider's key set, `at+jwt`, claims under the names that are set."""
    provider.start(_jwk(a_key(), kid="one"))
    token = await provider.token()

    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    assert await _ask(http, token) == 200


async def test_token_for_another_audience_is_refused(provider: Provider, http: httpx.AsyncClient) -> None:
    """Of the same provider, the same client, the same key: for another service."""
    provider.start(_jwk(a_key(), kid="one"))

    assert await _ask(http, await provider.token(resource=ANOTHERS)) == 401


async def test_rotation_of_keys_is_followed(provider: Provider, http: httpx.AsyncClient, now: FrozenClock) -> None:
    """The new key signs beside the old one, and is fetched when it is first seen; withdrawn, the old one dies."""
    old, new = _jwk(a_key(), kid="old"), _jwk(a_key(), kid="new")
    provider.start(old)
    first = await provider.token()
    before = await _ask(http, first)
    provider.start(new, old)
    second = await provider.token()
    now.move(seconds=31)  # a key set is not fetched twice in half a minute

    overlap = [await _ask(http, second), await _ask(http, first)]
    provider.start(new)
    now.move(minutes=11)  # the key set is fetched anew after ten
    await _ask(http, second)
    now.move(minutes=-11)
    withdrawn = [await _ask(http, second), await _ask(http, first)]

    assert jwt.get_unverified_header(second)["kid"] == "new"
    assert (before, overlap, withdrawn) == (200, [200, 200], [200, 401])


async def test_token_bound_by_dpop_is_read_with_its_proof_alone(provider: Provider, http: httpx.AsyncClient) -> None:
    """Not as a bearer token, not with another's key, not for another path, not twice with one proof."""
    provider.start(_jwk(a_key(), kid="one"))
    token = await provider.token("dpop")
    good = provider.proof("GET", PUBLIC_URL + CASES, token)
    bad = [
        provider.proof("GET", PUBLIC_URL + CASES, token, key=a_key()),
        provider.proof("GET", f"{PUBLIC_URL}/v1/audit", token),
        good,
    ]

    answers = [await _ask(http, token), await _ask(http, token, scheme="DPoP", DPoP=good)]
    answers += [await _ask(http, token, scheme="DPoP", DPoP=proof) for proof in bad]

    assert answers == [401, 200, 401, 401, 401]


async def test_token_bound_by_mutual_tls_is_read_with_its_certificate_alone(
    provider: Provider, http: httpx.AsyncClient
) -> None:
    """The proxy in front ended mutual TLS and hands on the certificate; another's, or none, is refused."""
    provider.start(_jwk(a_key(), kid="one"))
    token = await provider.token("mtls")

    def shown(key: Key) -> str:
        from cryptography import x509  # noqa: PLC0415

        own = x509.load_pem_x509_certificate((provider.folder / "client.pem").read_bytes())
        der = (own if key is provider.mtls else certificate("thief", key)).public_bytes(Encoding.DER)
        return f":{base64.b64encode(der).decode()}:"

    answers = [
        await _ask(http, token),
        await _ask(http, token, **{"Client-Cert": shown(a_key())}),
        await _ask(http, token, **{"Client-Cert": shown(provider.mtls)}),
    ]

    assert answers == [401, 401, 200]


async def test_unbound_token_is_refused_where_binding_is_required(
    provider: Provider, live: Settings, law_book: LawBook, now: FrozenClock
) -> None:
    """`OOCD_SENDER_CONSTRAINED=true`: bound ones alone."""
    provider.start(_jwk(a_key(), kid="one"))
    required = live.model_copy(update={"sender_constrained": True})
    app = create_app(required, clock=now, law_book=law_book)
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        plain = await _ask(http, await provider.token())
        token = await provider.token("dpop")
        bound = await _ask(http, token, scheme="DPoP", DPoP=provider.proof("GET", PUBLIC_URL + CASES, token))

    assert (plain, bound) == (401, 200)


async def test_absent_provider_is_bridged_and_then_our_trouble(
    provider: Provider, http: httpx.AsyncClient, now: FrozenClock
) -> None:
    """Known keys serve while it is away; whoever comes before any key was read is told 503, and to come again."""
    nobody = jwt.encode({"iss": provider.issuer}, a_key(), algorithm="ES256", headers={"typ": "at+jwt", "kid": "x"})
    before = await _ask(http, nobody)
    provider.start(_jwk(a_key(), kid="one"))
    token = await provider.token()
    now.move(seconds=31)
    there = await _ask(http, token)
    provider.stop()
    now.move(seconds=60)

    away = await _ask(http, token)

    assert (before, there, away) == (503, 200, 200)
