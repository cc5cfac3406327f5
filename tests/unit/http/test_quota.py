"""Quotas: each client has its own share, and gets it back as time goes on."""

import pytest

from app.errors import TooManyRequests
from app.http.quota import Quotas
from tests.frozen_clock import FrozenClock


def _taken(quotas: Quotas, client: str, tries: int) -> int:
    taken = 0
    for _ in range(tries):
        try:
            quotas.take(client)
        except TooManyRequests:
            continue
        taken += 1
    return taken


def test_surge_of_one_client_takes_nothing_from_another(clock: FrozenClock) -> None:
    """However much one asks, the other's share is whole."""
    quotas = Quotas(60, clock.now)

    assert _taken(quotas, "loop", 1000) == 6
    assert _taken(quotas, "calm", 5) == 5


def test_share_comes_back_with_time(clock: FrozenClock) -> None:
    """One request a second at sixty a minute, and never more at once than a tenth of a minute's."""
    quotas = Quotas(60, clock.now)
    _taken(quotas, "c", 10)
    clock.move(seconds=2)

    after_two = _taken(quotas, "c", 10)
    clock.move(hours=1)

    assert (after_two, _taken(quotas, "c", 100)) == (2, 6)


def test_clock_that_goes_back_costs_nobody_anything(clock: FrozenClock) -> None:
    """A corrected clock neither fills a bucket nor empties it."""
    quotas = Quotas(60, clock.now)
    quotas.take("c")
    clock.move(hours=-1)

    assert _taken(quotas, "c", 10) == 5


def test_no_limit_is_no_limit(clock: FrozenClock) -> None:
    """Local mode has none."""
    assert _taken(Quotas(None, clock.now), "c", 10_000) == 10_000


def test_many_clients_are_not_held_for_ever(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full buckets are forgotten; an empty one is not."""
    monkeypatch.setattr("app.http.quota._CLIENTS", 10)
    quotas = Quotas(60, clock.now)
    for number in range(9):
        quotas.take(f"client-{number}")
    clock.move(minutes=1)
    _taken(quotas, "loop", 100)

    quotas.take("one-more")

    assert _taken(quotas, "loop", 10) == 0
    assert len(quotas._left) == 2
