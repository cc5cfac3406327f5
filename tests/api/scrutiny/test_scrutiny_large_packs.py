"""A pack of many children is taken for a reason, which the log keeps; an ordinary one as ever."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.scrutiny.decided import DecidedCase
from tests.scrutiny_panel import MEMBER, Call, accepted, drawn

WHY = "The annual review reads every case of the year together."


@pytest.fixture
async def path(call: Call, population: list[DecidedCase]) -> str:
    """Return where the pack of a sample of ten children is taken."""
    _, sample = await drawn(call)
    await accepted(call, MEMBER)
    return f"/v1/scrutiny/samples/{sample['sampleId']}/export"


@pytest.fixture
def nine_are_free(app: Any) -> Iterator[None]:
    """Let this deployment ask for a reason beyond nine children."""
    usual = app.state.settings
    app.state.settings = usual.model_copy(update={"export_reason_above": 9})
    yield
    app.state.settings = usual


@pytest.mark.usefixtures("nine_are_free")
async def test_large_pack_is_taken_for_a_reason_alone(call: Call, path: str) -> None:
    """In whatever form: 403 without one, or with one that says nothing."""
    for given in ({}, {"X-Reason": "Because."}, {"X-Reason": "x" * 501}):
        for form in ("json", "csv", "html"):
            refused = await call(MEMBER, "GET", f"{path}?format={form}", **given)
            assert (refused.status_code, refused.json()["code"]) == (403, "reason-required")

    taken = await call(MEMBER, "GET", path, **{"X-Reason": WHY})

    assert (taken.status_code, len(taken.json()["items"])) == (200, 10)


@pytest.mark.usefixtures("nine_are_free")
async def test_reason_for_a_large_pack_stands_in_the_log(call: Call, path: str) -> None:
    """With how many children and of which sample; a refusal leaves no entry of a child."""
    await call(MEMBER, "GET", path)
    audit = {"X-Purpose": "AUDIT"}
    before = (await call("demo-auditor", "GET", "/v1/audit?act=scrutiny.item-read", **audit)).json()["items"]

    await call(MEMBER, "GET", path, **{"X-Reason": WHY})

    entries = (await call("demo-auditor", "GET", "/v1/audit?act=scrutiny.pack-taken", **audit)).json()["items"]
    assert before == []
    assert {(one["event"], one["reason"], one["rowCount"], one["userName"]) for one in entries} == {
        ("DISCLOSURE", WHY, 10, MEMBER)
    }
    assert {one["subjectId"] for one in entries} == {path.split("/")[4]}


async def test_ordinary_pack_needs_no_reason(app: Any, call: Call, path: str) -> None:
    """A hundred children are free where nothing is set, ten times what a panel reads."""
    taken = await call(MEMBER, "GET", path)

    assert (taken.status_code, app.state.settings.export_reason_above) == (200, 100)
