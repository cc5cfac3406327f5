"""Advice on many offences leaves the event loop; on few it stays, since a thread would cost more."""

from threading import get_ident

import pytest

from app.advice.aside import FEW, aside

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("offences", "leaves"), [(1, False), (FEW, False), (FEW + 1, True), (20, True)])
async def test_work_on_many_offences_leaves_the_loop(offences: int, leaves: bool) -> None:
    """Where it is done says whether other requests are served meanwhile."""
    where = await aside(get_ident, offences=offences)

    assert (where != get_ident()) is leaves


async def test_refusal_comes_back_from_beside_the_loop() -> None:
    """What the work refuses, its caller is told."""

    def refused() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await aside(refused, offences=FEW + 1)
