"""Keys and passwords are made once, whoever starts at the same time."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from app.secret_files import make_once


def test_first_of_several_makes_the_file_for_all(tmp_path: Path) -> None:
    """Each finds it whole, and none leaves a draft behind."""
    place, together = tmp_path / "data" / "a.key", Barrier(8)

    def start(number: int) -> bytes:
        together.wait()
        make_once(place, f"{number}".encode() * 1000)
        return place.read_bytes()

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(start, range(8)))

    assert len(found) == 1
    assert len(found.pop()) == 1000
    assert list(place.parent.iterdir()) == [place]


def test_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Whatever the mask of the process is."""
    place = tmp_path / "data" / "a.key"

    make_once(place, b"secret")

    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) & 0o077 == 0


def test_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    """A key that is replaced would make nonsense of what was signed."""
    place = tmp_path / "a.key"
    place.write_bytes(b"first")

    make_once(place, b"second")

    assert place.read_bytes() == b"first"
