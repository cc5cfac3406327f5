"""What goes round beside the requests ends when it is told to, and nothing that it began is cut off."""

import asyncio

import pytest

from app.rounds import beside, go_round

pytestmark = pytest.mark.anyio
AN_HOUR = 3600.0


async def test_round_that_began_is_finished_and_no_other_begins() -> None:
    """Between two rounds an hour would pass; being told to end ends the waiting too."""
    done, began, go_on = [], asyncio.Event(), asyncio.Event()

    async def once() -> None:
        done.append("begun")
        began.set()
        await go_on.wait()
        done.append("finished")

    async def run(ending: asyncio.Event) -> None:
        await go_round(once, every=AN_HOUR, ending=ending)

    async with beside(run):
        await began.wait()
        asyncio.get_running_loop().call_soon(go_on.set)

    assert done == ["begun", "finished"]


async def test_rounds_follow_each_other() -> None:
    """For as long as the block lasts."""
    rounds, thrice = [], asyncio.Event()

    async def once() -> None:
        rounds.append(1)
        if len(rounds) == 3:
            thrice.set()

    async def run(ending: asyncio.Event) -> None:
        await go_round(once, every=0.001, ending=ending)

    async with beside(run):
        await thrice.wait()

    assert len(rounds) >= 3


async def test_what_loses_a_cancellation_is_cancelled_again() -> None:
    """As `asyncio.wait_for` may lose one; a service that is told to end must end."""
    lost = []

    async def run(_: asyncio.Event) -> None:
        while True:
            try:
                await asyncio.sleep(AN_HOUR)
            except asyncio.CancelledError:
                if lost:
                    raise
                lost.append(1)

    async with beside(run, patience=0.01):
        await asyncio.sleep(0)

    assert lost == [1]


async def test_trouble_of_what_went_round_is_not_swallowed() -> None:
    """Whoever ends the block hears of it."""

    async def run(ending: asyncio.Event) -> None:
        await ending.wait()
        raise KeyError

    with pytest.raises(KeyError):
        async with beside(run):
            pass
