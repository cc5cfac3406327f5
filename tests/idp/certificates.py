"""Keys and certificates for one run: an authority that nobody else trusts, a server, a client."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


def a_key() -> Key:
    """Return a fresh key."""
    return ec.generate_private_key(ec.SECP256R1())


def certificate(name: str, key: Key, *, by: str | None = None, signer: Key | None = None) -> x509.Certificate:
    """Return a certificate for a name: an authority's own, or one that an authority signs."""
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(by or name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if by is not None and signer is not None:
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        built = built.add_extension(authority, critical=False)
    return built.sign(signer or key, hashes.SHA256())


def write(place: Path, *, key: Key | None = None, cert: x509.Certificate | None = None) -> str:
    """Write a key or a certificate as PEM; return where."""
    if cert is not None:
        place.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    elif key is not None:
        pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        place.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
    return str(place)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
