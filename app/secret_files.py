"""Files that are made once, for their owner alone: keys and passwords."""

import os
import secrets
from pathlib import Path


def make_once(place: Path, content: bytes) -> None:
    """Write a file unless it is there; of several processes at once the first one's stays, and it is never half there.

    Raises:
        OSError: the folder or the file cannot be made.

    """
    if place.exists():
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(draft, place)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
