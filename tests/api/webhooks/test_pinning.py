"""Where a message really goes: to the address that was judged, under the name that was registered."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.webhooks import posting
from app.webhooks.posting import Poster
from app.webhooks.targets import TargetRules
from app.webhooks.words import AttemptOutcome
from tests.api.webhooks.receiving import receiving

pytestmark = pytest.mark.anyio
NAME = "hooks.police.example"


def _certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server of that name shows, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime(2020, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(begins).not_valid_after(begins + timedelta(days=36500))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = builder.sign(key, hashes.SHA256())
    place = folder / "server.pem"
    place.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(place)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


class Names:
    """A resolver that answers as a test says, in turn, and remembers what it was asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, name: str, _port: int) -> Sequence[str]:
        """Answer once."""
        self.asked.append(name)
        return self._answers.pop(0)


@pytest.fixture
def loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine stand for the internet, for what comes after the judgement."""
    monkeypatch.setattr(posting, "is_public", lambda address: address == "127.0.0.1")


@pytest.mark.usefixtures("loopback_is_public")
async def test_connection_is_to_the_judged_address_with_name_and_certificate_kept(tmp_path: Path) -> None:
    """The name is resolved once; TLS and `Host` speak of the name."""
    server, trusting = _certificate(tmp_path, NAME)
    spoken: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: spoken.append(name)
    names = Names(["127.0.0.1"])
    async with receiving(server) as receiver, Poster(TargetRules(), resolve=names, verify=trusting) as poster:
        reply = await poster.post(f"https://{NAME}:{receiver.port}/in", {}, b"{}")

    assert reply.outcome is AttemptOutcome.DELIVERED
    assert (names.asked, spoken) == ([NAME], [NAME])
    assert receiver.received[0].headers["host"] == f"{NAME}:{receiver.port}"


@pytest.mark.usefixtures("loopback_is_public")
async def test_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    """Nothing of the message is sent."""
    server, trusting = _certificate(tmp_path, "other.example")
    names = Names(["127.0.0.1"])
    async with receiving(server) as receiver, Poster(TargetRules(), resolve=names, verify=trusting) as poster:
        reply = await poster.post(f"https://{NAME}:{receiver.port}/in", {}, b"{}")

    assert reply.outcome is AttemptOutcome.UNREACHABLE
    assert receiver.received == []


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], []],
)
async def test_name_that_leads_inside_is_not_connected_to(addresses: list[str]) -> None:
    """Though it was registered when it led elsewhere; one such address among several is enough."""
    async with receiving() as receiver, Poster(TargetRules(), resolve=Names(addresses)) as poster:
        reply = await poster.post(f"https://{NAME}:{receiver.port}/in", {}, b"{}")

    assert reply.outcome is AttemptOutcome.TARGET_REFUSED
    assert receiver.connections == 0


async def test_this_machine_is_refused_without_the_setting() -> None:
    """Even written as a number, should such an address have come into the database."""
    async with receiving() as receiver, Poster(TargetRules()) as poster:
        reply = await poster.post(receiver.url, {}, b"{}")

    assert reply.outcome is AttemptOutcome.TARGET_REFUSED
    assert receiver.connections == 0


async def test_name_for_this_machine_may_not_lead_elsewhere() -> None:
    """The setting opens this machine, not the network that it stands in."""
    async with Poster(TargetRules(loopback=True), resolve=Names(["10.0.0.1"])) as poster:
        reply = await poster.post("http://localhost:8081/", {}, b"{}")

    assert reply.outcome is AttemptOutcome.TARGET_REFUSED


async def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would resolve the name anew."""
    async with receiving() as proxy, receiving() as receiver:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        async with Poster(TargetRules(loopback=True)) as poster:
            reply = await poster.post(receiver.url, {}, b"{}")

    assert reply.outcome is AttemptOutcome.DELIVERED
    assert proxy.connections == 0
