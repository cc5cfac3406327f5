"""The file of the key behind the secrets of webhooks."""

import secrets

from app.secret_files import make_once
from app.settings import Mode, Settings
from app.webhooks.signing import Keyring

KEY_FILE = "webhook.key"


def keyring_of(settings: Settings) -> Keyring | None:
    """Return the key that the settings name; local mode makes one, a live service without one has no webhooks.

    Raises:
        ValueError: what the file holds is too short for a key.
        OSError: the file cannot be read.

    """
    place = settings.webhook_key_file
    if place is None and settings.mode is Mode.LIVE:
        return None
    place = place or settings.data_dir / KEY_FILE
    if settings.mode is Mode.LOCAL:
        make_once(place, secrets.token_urlsafe(48).encode())
    return Keyring(place.read_bytes().strip())
