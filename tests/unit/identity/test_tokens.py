"""Tokens: each line of the validation list is one test with a token that fails on that line alone."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from app.errors import Unauthenticated
from app.identity.binding import Binding, thumbprint
from app.identity.caller import Agency, Caller, Grade, Role
from app.identity.keys import FixedKeys
from app.identity.presented import Presented
from app.identity.tokens import Expected, TokenReader
from app.settings import ClaimNames

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ISSUER, AUDIENCE, KID = "https://idp.example", "oocd", "k1"
EC = ec.generate_private_key(ec.SECP256R1())
OTHER_EC = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
DPOP = ec.generate_private_key(ec.SECP256R1())
URL = "https://oocd.example"


def _jwk(key: Any, kid: str) -> PyJWK:
    algorithm = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    return PyJWK.from_dict({**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid})


KEYS = FixedKeys({KID: _jwk(EC, KID), "rsa": _jwk(RSA, "rsa")})


def a_reader(
    *, claims: ClaimNames | None = None, required: bool = False, proxies: tuple[str, ...] = (), **expected: Any
) -> TokenReader:
    """Return a reader that expects what the changes say."""
    skew = timedelta(seconds=30)
    terms = Expected(ISSUER, AUDIENCE, skew, claims or ClaimNames(), **expected)
    binding = Binding(required=required, public_url=URL, proxies=proxies, skew=skew, now=lambda: NOW)
    return TokenReader(KEYS, terms, binding, now=lambda: NOW)


def claims_of(**changes: Any) -> dict[str, Any]:
    """Return the claims of a sound token, changed; None leaves one out."""
    at = int(NOW.timestamp())
    sound = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "s", "client_id": "c", "jti": "j", "iat": at, "exp": at + 300,
        "authorities": ["ROLE_OOCD__CASES__RO"], "agency": "YJS", "areas": ["E09000019"], "user_name": "p",
        "grade": "MANAGER",
    }  # fmt: skip
    return {name: value for name, value in (sound | changes).items() if value is not None}


def a_token(key: Any = EC, algorithm: str = "ES256", header: dict[str, Any] | None = None, **changes: Any) -> str:
    """Return a token, sound but for the changes."""
    named = {"typ": "at+jwt", "kid": KID} | (header or {})
    return jwt.encode(claims_of(**changes), key, algorithm=algorithm, headers=named)


async def read(token: str, reader: TokenReader | None = None, scheme: str = "Bearer", **presented: Any) -> Caller:
    """Read a token as a request would present it."""
    sent = Presented(authorization=(f"{scheme} {token}",), **presented)
    return await (reader or a_reader()).read(sent)


def _segments(token: str) -> list[bytes]:
    return [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")[:2]]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _signed(header: bytes, claims: bytes, key: ec.EllipticCurvePrivateKey = EC) -> str:
    """Return a token whose segments are any bytes, truly signed."""
    signed = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{signed}.{_encoded(ECAlgorithm(ECAlgorithm.SHA256).sign(signed.encode(), key))}"


def _unsigned(**header: Any) -> str:
    raw = json.dumps({"typ": "at+jwt", "kid": KID, **header}).encode()
    return f"{_encoded(raw)}.{_encoded(json.dumps(claims_of()).encode())}."


PUBLIC_PEM = EC.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _confused() -> str:
    """Return a token whose HMAC is keyed with the public key."""
    import hmac  # noqa: PLC0415

    head = _encoded(json.dumps({"typ": "at+jwt", "kid": KID, "alg": "HS256"}).encode())
    signed = f"{head}.{_encoded(json.dumps(claims_of()).encode())}"
    return f"{signed}.{_encoded(hmac.digest(PUBLIC_PEM, signed.encode(), 'sha256'))}"


def _foreign_jwk(name: str, value: Any) -> str:
    return a_token(OTHER_EC, header={name: value})


AT = int(NOW.timestamp())
FORGED = {
    "no algorithm": lambda: _unsigned(alg="none"),
    "NONE in capitals": lambda: _unsigned(alg="NONE"),
    "a shared secret": lambda: a_token("secret-of-at-least-thirty-two-bytes!", "HS256"),
    "the public key as a secret": _confused,
    "an algorithm that is not ours": lambda: a_token(RSA, "PS256", {"kid": "rsa"}),
    "an algorithm of another family than the key's": lambda: a_token(RSA, "RS256"),
    "an EC token that names an RSA key": lambda: a_token(header={"kid": "rsa"}),
    "an algorithm that is a list": lambda: _signed(
        b'{"typ":"at+jwt","kid":"k1","alg":["ES256"]}', json.dumps(claims_of()).encode()
    ),
    "no type": lambda: a_token(header={"typ": ""}),
    "an ID token": lambda: a_token(header={"typ": "JWT"}),
    "a client assertion": lambda: a_token(header={"typ": "client-authentication+jwt"}),
    "another issuer": lambda: a_token(iss="https://evil.example"),
    "an issuer with a slash more": lambda: a_token(iss=ISSUER + "/"),
    "no issuer": lambda: a_token(iss=None),
    "another audience": lambda: a_token(aud="other"),
    "no audience": lambda: a_token(aud=None),
    "expired beyond the skew": lambda: a_token(exp=AT - 31),
    "no expiry": lambda: a_token(exp=None),
    "an expiry that is text": lambda: a_token(exp=str(AT + 300)),
    "an expiry that never comes": lambda: _signed(
        b'{"typ":"at+jwt","kid":"k1","alg":"ES256"}',
        json.dumps(claims_of(exp="@")).replace('"@"', "1e999").encode(),
    ),
    "an expiry that is true": lambda: a_token(exp=True),
    "not valid yet": lambda: a_token(nbf=AT + 31),
    "issued in the future": lambda: a_token(iat=AT + 31),
    "no time of issue": lambda: a_token(iat=None),
    "no id": lambda: a_token(jti=None),
    "no subject": lambda: a_token(sub=None),
    "no client": lambda: a_token(client_id=None),
    "a client that is a number": lambda: a_token(client_id=1),
    "a client with a line break": lambda: a_token(client_id="a\nb"),
    "an agency that is none": lambda: a_token(agency="MI5"),
    "a grade that is none": lambda: a_token(grade="CHIEF"),
    "areas that are an object": lambda: a_token(areas={"all": True}),
    "an area that smuggles in another": lambda: a_token(areas=["E09000019,*"]),
    "its own key in it": lambda: _foreign_jwk("jwk", _jwk(OTHER_EC, KID)._jwk_data),
    "where to fetch its key": lambda: _foreign_jwk("jku", "https://evil.example/jwks.json"),
    "where to fetch its certificate": lambda: _foreign_jwk("x5u", "https://evil.example/cert.pem"),
    "its own certificate in it": lambda: _foreign_jwk("x5c", [base64.b64encode(_certificate()).decode()]),
    "an unknown key": lambda: a_token(header={"kid": "k2"}),
    "a key id that is a path": lambda: a_token(header={"kid": "../../../dev/null"}),
    "a key id that is SQL": lambda: a_token(header={"kid": "' OR 1=1 --"}),
    "a key id of 5 kB": lambda: a_token(header={"kid": "k" * 5000}),
    "a key id of 10 kB": lambda: a_token(header={"kid": "k" * 10_000}),
    "a key id with NUL": lambda: a_token(header={"kid": "k1\x00"}),
    "an extension that is critical": lambda: a_token(header={"crit": ["x"], "x": 1}),
    "a header key twice": lambda: _signed(
        b'{"alg":"none","typ":"at+jwt","kid":"k1","alg":"ES256"}', json.dumps(claims_of()).encode()
    ),
    "another's signature": lambda: a_token(OTHER_EC),
    "changed claims": lambda: ".".join(
        [a_token().split(".")[0], _encoded(json.dumps(claims_of(areas=["*"])).encode()), a_token().split(".")[2]]
    ),
    "two parts": lambda: a_token().rsplit(".", 1)[0],
    "five parts": lambda: a_token() + ".x.y",
    "junk": lambda: "junk",
    "junk in its header": lambda: "!!" + a_token(),
    "a header that is a list": lambda: _signed(b"[1]", b"{}"),
    "claims that are a list": lambda: _signed(b'{"typ":"at+jwt","kid":"k1","alg":"ES256"}', b"[1]"),
    "8 kB and more": lambda: a_token(extra="x" * 9000),
    "letters beyond ASCII": lambda: a_token() + "é",
    "bound to what nobody knows": lambda: a_token(cnf={"x": "y"}),
    "bound to nothing": lambda: a_token(cnf={}),
    "bound to a certificate that was not shown": lambda: a_token(cnf={"x5t#S256": "x"}),
    "bound to a key that was not proved": lambda: a_token(cnf={"jkt": "x"}),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
async def test_forged_token_is_refused(forged: Any) -> None:
    """Each is refused, and none of them in another way."""
    with pytest.raises(Unauthenticated):
        await read(forged())


HEADERS: dict[str, tuple[str, ...]] = {
    "none": (),
    "empty": ("",),
    "a scheme alone": ("Bearer",),
    "another scheme": (f"Basic {a_token()}",),
    "two": (f"Bearer {a_token()}", f"Bearer {a_token()}"),
    "two spaces": (f"Bearer  {a_token()}",),
}


@pytest.mark.parametrize("sent", HEADERS.values(), ids=HEADERS.keys())
async def test_header_that_is_none_is_refused(sent: tuple[str, ...]) -> None:
    """Two `Authorization` headers are one too many: a proxy might have read the other."""
    with pytest.raises(Unauthenticated):
        await a_reader().read(Presented(authorization=sent))


SOUND = {
    "EC": a_token,
    "RSA": lambda: a_token(RSA, "RS256", {"kid": "rsa"}),
    "its type in full": lambda: a_token(header={"typ": "application/at+jwt"}),
    "several audiences": lambda: a_token(aud=["other", AUDIENCE]),
    "expired within the skew": lambda: a_token(exp=AT - 29),
    "early within the skew": lambda: a_token(nbf=AT + 29, iat=AT + 29),
    "no nbf": lambda: a_token(nbf=None),
}


@pytest.mark.parametrize("token", SOUND.values(), ids=SOUND.keys())
async def test_sound_token_is_read(token: Any) -> None:
    """What is right in every line is somebody."""
    caller = await read(token())

    assert (caller.client_id, caller.user_name, caller.agency, caller.grade) == ("c", "p", Agency.YJS, Grade.MANAGER)
    assert (caller.roles, caller.areas) == ({Role.CASES_RO}, {"E09000019"})


async def test_token_without_a_person_is_a_machines() -> None:
    """It can do nothing that only a person may do."""
    assert not (await read(a_token(user_name=None))).is_person


async def test_unknown_roles_are_worth_nothing() -> None:
    """Neither another service's role nor one in another spelling lets anybody in."""
    caller = await read(a_token(authorities=["ROLE_ADMIN", "role_oocd__cases__ro", "CASES__RO"]))

    assert caller.roles == frozenset()


async def test_claims_are_found_under_the_names_that_are_set() -> None:
    """A path with dots goes into an object; words may be a list or one text."""
    names = ClaimNames(client_id="azp", authorities="realm_access.roles", areas="oocd.areas", token_id="uti")
    token = a_token(
        client_id=None, azp="portal", authorities=None, realm_access={"roles": ["ROLE_OOCD__CASES__RO"]}, areas=None,
        oocd={"areas": "E09000019 E09000007"}, jti=None, uti="u",
    )  # fmt: skip

    caller = await read(token, a_reader(claims=names))

    assert (caller.client_id, caller.roles) == ("portal", {Role.CASES_RO})
    assert caller.areas == {"E09000019", "E09000007"}


async def test_types_are_those_that_are_set() -> None:
    """A provider that says JWT can be lived with; then at+jwt is not accepted beside it."""
    reader = a_reader(types=frozenset({"JWT"}))

    assert await read(a_token(header={"typ": "JWT"}), reader)
    with pytest.raises(Unauthenticated):
        await read(a_token(), reader)


async def test_token_that_lives_too_long_is_refused() -> None:
    """A token of a day outlives a posting; the longest life is the deployment's to set."""
    token = a_token(exp=AT + 7200)

    assert await read(token, a_reader(lifetime=timedelta(hours=2)))
    with pytest.raises(Unauthenticated):
        await read(token)


@pytest.mark.parametrize("terms", [{"clients": frozenset({"other"})}, {"barred": frozenset({"c"})}])
async def test_client_that_is_unknown_or_barred_is_refused(terms: Any) -> None:
    """A sound token of a client that is not, or no longer, one of ours is worth nothing."""
    with pytest.raises(Unauthenticated):
        await read(a_token(), a_reader(**terms))


# ── bound to a certificate ───────────────────────────────────────────────────


def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "police system")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(EC.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(EC, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


DER = _certificate()
SHOWN = f":{base64.b64encode(DER).decode()}:"
X5T = {"x5t#S256": _encoded(hashlib.sha256(DER).digest())}
PROXY = "10.0.0.7"


async def test_token_bound_to_the_certificate_shown_is_read() -> None:
    """The proxy that ended mutual TLS hands the certificate on."""
    reader = a_reader(proxies=("10.0.0.0/24",), required=True)

    assert await read(a_token(cnf=X5T), reader, certificates=(SHOWN,), peer=PROXY)


NOT_SHOWN: dict[str, dict[str, Any]] = {
    "from an address that is no proxy": {"certificates": (SHOWN,), "peer": "10.0.1.7"},
    "from no address": {"certificates": (SHOWN,), "peer": ""},
    "not at all": {"peer": PROXY},
    "twice": {"certificates": (SHOWN, SHOWN), "peer": PROXY},
    "as junk": {"certificates": (":AAAA:",), "peer": PROXY},
    "as no base64": {"certificates": ("é",), "peer": PROXY},
}


@pytest.mark.parametrize("presented", NOT_SHOWN.values(), ids=NOT_SHOWN.keys())
async def test_certificate_counts_from_a_proxy_alone(presented: dict[str, Any]) -> None:
    """A header that anybody can write proves nothing."""
    with pytest.raises(Unauthenticated):
        await read(a_token(cnf=X5T), a_reader(proxies=("10.0.0.0/24",)), **presented)


async def test_token_bound_to_another_certificate_is_refused() -> None:
    """A stolen token is worth nothing behind the thief's own certificate."""
    bound = {"x5t#S256": _encoded(hashlib.sha256(b"another").digest())}

    with pytest.raises(Unauthenticated):
        await read(a_token(cnf=bound), a_reader(proxies=(PROXY,)), certificates=(SHOWN,), peer=PROXY)


async def test_unbound_token_is_refused_where_binding_is_required() -> None:
    """A deployment may ask that every token be bound."""
    with pytest.raises(Unauthenticated):
        await read(a_token(), a_reader(required=True))


# ── bound to a key that proves itself (RFC 9449) ─────────────────────────────

PUBLIC = ECAlgorithm.to_jwk(DPOP.public_key(), as_dict=True)
BOUND = {"jkt": thumbprint(PUBLIC)}


def a_proof(token: str, *, key: Any = DPOP, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """Return a proof for a GET of /v1/cases with a token, sound but for the changes."""
    ath = _encoded(hashlib.sha256(token.encode()).digest())
    sound = {"jti": "p1", "iat": AT, "htm": "GET", "htu": f"{URL}/v1/cases", "ath": ath}
    claims = {name: value for name, value in (sound | changes).items() if value is not None}
    return jwt.encode(claims, key, algorithm="ES256", headers={"typ": "dpop+jwt", "jwk": PUBLIC} | (header or {}))


async def _prove(token: str, *proofs: str, scheme: str = "DPoP", reader: TokenReader | None = None) -> Caller:
    return await read(token, reader, scheme, proofs=proofs, path="/v1/cases")


async def test_token_with_its_proof_is_read() -> None:
    """A query in `htu` does not matter."""
    token = a_token(cnf=BOUND)

    assert await _prove(token, a_proof(token), reader=a_reader(required=True))
    assert await _prove(token, a_proof(token, htu=f"{URL}/v1/cases?limit=1#x"))


TOKEN = a_token(cnf=BOUND)
OTHER_JWK = ECAlgorithm.to_jwk(OTHER_EC.public_key(), as_dict=True)
PROOFS = {
    "none": lambda: (),
    "two": lambda: (a_proof(TOKEN), a_proof(TOKEN, jti="p2")),
    "another key's": lambda: (a_proof(TOKEN, key=OTHER_EC, header={"jwk": OTHER_JWK}),),
    "another key's signature": lambda: (a_proof(TOKEN, key=OTHER_EC),),
    "a private key in it": lambda: (a_proof(TOKEN, header={"jwk": ECAlgorithm.to_jwk(DPOP, as_dict=True)}),),
    "another type": lambda: (a_proof(TOKEN, header={"typ": "JWT"}),),
    "another method": lambda: (a_proof(TOKEN, htm="POST"),),
    "another path": lambda: (a_proof(TOKEN, htu=f"{URL}/v1/audit"),),
    "another host": lambda: (a_proof(TOKEN, htu="https://evil.example/v1/cases"),),
    "another token's": lambda: (a_proof("another"),),
    "no hash of the token": lambda: (a_proof(TOKEN, ath=None),),
    "too old": lambda: (a_proof(TOKEN, iat=AT - 91),),
    "from the future": lambda: (a_proof(TOKEN, iat=AT + 31),),
    "no id": lambda: (a_proof(TOKEN, jti=None),),
    "junk": lambda: ("junk",),
    "9 kB": lambda: (a_proof(TOKEN, x="y" * 9000),),
}


@pytest.mark.parametrize("proofs", PROOFS.values(), ids=PROOFS.keys())
async def test_proof_that_proves_nothing_is_refused(proofs: Any) -> None:
    """Each fails on its own line."""
    with pytest.raises(Unauthenticated):
        await _prove(TOKEN, *proofs())


async def test_proof_is_good_once() -> None:
    """Whoever overheard it cannot send it again."""
    reader = a_reader()
    await _prove(TOKEN, a_proof(TOKEN), reader=reader)

    with pytest.raises(Unauthenticated):
        await _prove(TOKEN, a_proof(TOKEN), reader=reader)


async def test_bound_token_is_no_bearer_token() -> None:
    """Even with its proof beside it."""
    with pytest.raises(Unauthenticated):
        await _prove(TOKEN, a_proof(TOKEN), scheme="Bearer")


async def test_unbound_token_is_not_made_bound_by_a_proof() -> None:
    """Anybody could make that proof."""
    token = a_token()

    with pytest.raises(Unauthenticated):
        await _prove(token, a_proof(token))


# ── a token that was seen before ─────────────────────────────────────────────


class _Moving:
    """A clock and a key set that change between two requests with one token."""

    def __init__(self) -> None:
        self.at, self.keys = NOW, {KID: _jwk(EC, KID)}
        skew = timedelta(seconds=30)
        binding = Binding(required=False, public_url=URL, proxies=(), skew=skew, now=lambda: self.at)
        self.reader = TokenReader(self, Expected(ISSUER, AUDIENCE, skew, ClaimNames()), binding, now=lambda: self.at)

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key of that id as it stands now."""
        return self.keys.get(kid)

    async def close(self) -> None:
        """Hold nothing open."""


async def test_token_seen_before_is_refused_when_its_time_is_over() -> None:
    """What is remembered of a token is its signature, not that it was let in."""
    moving, token = _Moving(), a_token()
    await read(token, moving.reader)

    moving.at += timedelta(hours=1)

    with pytest.raises(Unauthenticated):
        await read(token, moving.reader)


@pytest.mark.parametrize("keys", [{}, {KID: _jwk(OTHER_EC, KID)}])
async def test_token_seen_before_is_refused_when_its_key_is_gone(keys: dict[str, PyJWK]) -> None:
    """The issuer takes a key back, or puts another under its name: no token of it is good any more."""
    moving, token = _Moving(), a_token()
    await read(token, moving.reader)

    moving.keys = keys

    with pytest.raises(Unauthenticated):
        await read(token, moving.reader)


async def test_token_changed_in_one_place_is_not_the_token_seen_before() -> None:
    """Another signature under the same claims is looked at, and refused."""
    reader, token = a_reader(), a_token()
    await read(token, reader)

    with pytest.raises(Unauthenticated):
        await read(a_token(OTHER_EC), reader)
