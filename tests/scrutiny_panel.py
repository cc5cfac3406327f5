"""A scrutiny panel for tests: whom it has, what it asks for, and thirty decided cases to draw from."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from app.scrutiny.decided import DecidedCase
from tests.decided_cases import a_decided_case, stated

CHAIR, MEMBER, OTHER_MEMBER = "demo-scrutiny-chair", "demo-scrutiny-member", "demo-scrutiny-member-2"
ISLINGTON, CAMDEN, EALING = "E09000019", "E09000007", "E09000009"
SECRETS = [b"salt" * 8, b"once" * 8]

Call = Callable[..., Awaitable[httpx.Response]]


class KnownEntropy:
    """Gives the salt, then the nonce, then keys that differ."""

    def __init__(self) -> None:
        self._given = 0

    def bytes(self, count: int) -> bytes:
        """Return the next bytes."""
        self._given += 1
        return (SECRETS[self._given - 1] if self._given <= len(SECRETS) else bytes([self._given]) * 32)[:count]


def thirty_cases() -> list[DecidedCase]:
    """Return thirty cases of two areas, two disposals and three ethnic groups, alike in groups of ten."""
    return [
        a_decided_case(
            number,
            "TRIAGE" if number % 3 else "YOUTH_CAUTION",
            area=ISLINGTON if number % 2 else CAMDEN,
            characteristics=(
                stated("ETHNICITY", ("W1", "B1", "M1")[number % 3]),
                stated("SEX", "MALE"),
                stated("SEND", "YES"),
            ),
        )
        for number in range(1, 31)
    ]


def a_frame(**changes: Any) -> dict[str, Any]:
    """Return a request for a frame of ten by disposal."""
    body = {
        "areas": [ISLINGTON, CAMDEN],
        "decidedFrom": "2026-01-01",
        "decidedTo": "2026-11-01",
        "strata": ["DISPOSAL"],
        "size": 10,
        "minimumPerStratum": 2,
        "purpose": "PANEL",
        "members": [MEMBER],
    }
    return body | changes


DICE = {"contributions": [{"by": "chair", "value": "4 6 1 3 3 5"}, {"by": "member", "value": "heron"}]}


async def frozen(call: Call, **changes: Any) -> dict[str, Any]:
    """Return a frame that is frozen."""
    answer = await call(CHAIR, "POST", "/v1/scrutiny/frames", a_frame(**changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def drawn(call: Call, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a frame and its sample."""
    frame = await frozen(call, **changes)
    answer = await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)
    assert answer.status_code == 201, answer.text
    return frame, dict(answer.json())


async def accepted(call: Call, *who: str) -> None:
    """Let people accept the terms."""
    for one in who:
        answer = await call(one, "POST", "/v1/scrutiny/terms-acceptance", {"version": "1"})
        assert answer.status_code == 201, answer.text


async def items_of(call: Call, sample: dict[str, Any], who: str = MEMBER) -> list[dict[str, Any]]:
    """Return the items of a sample, as a member who accepts the terms sees them."""
    await accepted(call, who)
    answer = await call(who, "GET", f"/v1/scrutiny/samples/{sample['sampleId']}/items")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])
