"""Signatures, held against the package that Standard Webhooks publishes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.webhooks.signing import Keyring, headers

KEYRING = Keyring(b"k" * 32)
BODY = json.dumps({"eventType": "decision.made"}).encode()


def _now() -> datetime:
    return datetime.fromtimestamp(int(datetime.now(UTC).timestamp()), UTC)  # noqa: TID251  (the package asks the clock)


def test_package_of_the_standard_takes_a_signature() -> None:
    """With the secret as it was shown."""
    secret = KEYRING.secret("one", 1)

    assert Webhook(secret).verify(BODY, headers("msg", _now(), BODY, [secret])) == json.loads(BODY)


def test_package_and_we_make_the_same_signature() -> None:
    """Byte for byte, at any time."""
    secret, at = KEYRING.secret("one", 1), datetime(2026, 11, 21, 12, tzinfo=UTC)

    assert headers("msg", at, BODY, [secret])["webhook-signature"] == Webhook(secret).sign("msg", at, BODY.decode())


@pytest.mark.parametrize("number", [1, 2])
def test_message_during_a_rotation_is_taken_by_either_secret(number: int) -> None:
    """Two signatures, in one header."""
    both = [KEYRING.secret("one", 2), KEYRING.secret("one", 1)]

    signed = headers("msg", _now(), BODY, both)

    assert signed["webhook-signature"].count("v1,") == 2
    Webhook(KEYRING.secret("one", number)).verify(BODY, signed)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "other"},
        {"webhook-timestamp": str(int((_now() - timedelta(minutes=6)).timestamp()))},
        {"webhook-signature": "v1,AAAA"},
    ],
)
def test_package_refuses_what_was_changed(changed: dict[str, str]) -> None:
    """Another id, an old time, another signature."""
    secret = KEYRING.secret("one", 1)

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, headers("msg", _now(), BODY, [secret]) | changed)


def test_package_refuses_every_changed_byte() -> None:
    """Of the body."""
    secret = KEYRING.secret("one", 1)
    signed = headers("msg", _now(), BODY, [secret])

    for place in range(len(BODY)):
        altered = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(altered, signed, json_parse=False)


def test_secrets_differ_by_key_subscription_and_number() -> None:
    """And are the same each time."""
    made = {
        KEYRING.secret("one", 1),
        KEYRING.secret("one", 2),
        KEYRING.secret("two", 1),
        Keyring(b"j" * 32).secret("one", 1),
    }

    assert len(made) == 4
    assert KEYRING.secret("one", 1) in made


def test_short_key_is_refused() -> None:
    """A key that could be guessed makes secrets that could be."""
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(b"short")
