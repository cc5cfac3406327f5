"""The file of the key behind the secrets of webhooks."""

import os
import secrets
from pathlib import Path

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
    if settings.mode is Mode.LOCAL and not place.exists():
        _make(place)
    return Keyring(place.read_bytes().strip())


def _make(place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, place)  # fails if another process was first: one key for all
    except FileExistsError:
        pass
    finally:
        draft.unlink()
