"""Freezing a frame over HTTP: what it holds, what it leaves out, what it tells; and that nobody changes it."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.cases.states import CaseStatus
from app.db.work import connect
from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls, text_of
from app.launch.urls import connect as connect_raw
from app.scrutiny.decided import DecidedCase
from tests.decided_cases import a_decided_case, some_decision, stated
from tests.decided_rows import add_decided
from tests.scrutiny_panel import (
    CHAIR,
    EALING,
    ISLINGTON,
    MEMBER,
    SECRETS,
    Call,
    a_frame,
    drawn,
    frozen,
    items_of,
)


async def test_freeze_answers_what_a_panel_can_hold_against_it(call: Call, population: list[DecidedCase]) -> None:
    """Counts, digests, allocation, what the sample would find; and by no path the nonce."""
    frame = await frozen(call)

    assert frame["count"] == 30
    assert frame["allocation"] == [
        {"stratum": "TRIAGE", "population": 20, "size": 7},
        {"stratum": "YOUTH_CAUTION", "population": 10, "size": 3},
    ]
    assert (frame["status"], frame["sampleId"], frame["exclusions"]) == ("FROZEN", None, [])
    assert [row["faulty"] for row in frame["detectionProbability"]] == [2, 3, 5]
    assert frame["upperBoundIfNoneFound"]["confidence"] == 0.95


async def test_nonce_is_in_no_answer_before_the_draw(
    app_with_known_chance: Any, call: Call, population: list[DecidedCase]
) -> None:
    """Neither the freeze, nor the frame read again, nor a list tells the nonce or the salt."""
    answer = await call(CHAIR, "POST", "/v1/scrutiny/frames", a_frame())
    again = await call(CHAIR, "GET", f"/v1/scrutiny/frames/{answer.json()['frameId']}")
    listed = await call(CHAIR, "GET", "/v1/scrutiny/frames")

    told = answer.text + again.text + listed.text
    assert not [secret for secret in SECRETS if secret.hex() in told]
    assert answer.json()["nonceCommitment"] == hashlib.sha256(SECRETS[1].hex().encode()).hexdigest()


async def test_freeze_counts_exclusions_by_reason_and_disposal(
    call: Call, population: list[DecidedCase], database: DatabaseUrls
) -> None:
    """A restricted record and a child who was charged are left out, and it shows."""
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    odd = [
        a_decided_case(90, status=CaseStatus.RESTRICTED),
        a_decided_case(91, decision=some_decision("CHARGE")),
    ]
    await add_decided(work, odd)
    await work.close()

    frame = await frozen(call)

    assert frame["count"] == 30
    assert [(row["reason"], row["disposal"], row["count"]) for row in frame["exclusions"]] == [
        ("CHARGED", "CHARGE", 1),
        ("RESTRICTED", "TRIAGE", 1),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"size": 3}, "/size"),
        ({"size": 0}, "/size"),
        ({"decidedFrom": "2025-01-01", "decidedTo": "2025-02-01"}, ""),
        ({"decidedFrom": "2026-11-02"}, ""),
        ({"areas": []}, "/areas"),
        ({"areas": [ISLINGTON, ISLINGTON]}, "/areas"),
        ({"strata": ["SHOE_SIZE"]}, "/strata/0"),
        ({"k": 2}, "/k"),
        ({"redrawOf": "019e0000-0000-7000-8000-000000000001", "reason": "Why not."}, "/redrawOf"),
        ({"reason": "Why not."}, "/redrawOf"),
        ({"minimum": 1}, "/minimum"),
    ],
)
async def test_freeze_refuses_what_makes_no_frame(
    call: Call, population: list[DecidedCase], changes: dict[str, Any], pointer: str
) -> None:
    """422, and a pointer to the field at fault."""
    answer = await call(CHAIR, "POST", "/v1/scrutiny/frames", a_frame(**changes))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_freeze_of_a_foreign_area_is_not_found(call: Call, population: list[DecidedCase]) -> None:
    """An area that is not the caller's is not there."""
    answer = await call(CHAIR, "POST", "/v1/scrutiny/frames", a_frame(areas=[ISLINGTON, EALING]))

    assert answer.status_code == 404


@pytest.mark.parametrize("who", [MEMBER, "demo-police-officer", "demo-yjs-manager", "demo-analyst"])
async def test_freeze_is_for_whoever_may_draw_samples(call: Call, who: str) -> None:
    """A member scores; only the role that draws freezes."""
    answer = await call(who, "POST", "/v1/scrutiny/frames", a_frame())

    assert answer.status_code == 403


async def test_filters_narrow_the_population(call: Call, population: list[DecidedCase]) -> None:
    """Only cautions, when only cautions are asked for."""
    frame = await frozen(call, filters={"disposals": ["YOUTH_CAUTION"]})

    assert (frame["count"], frame["allocation"][0]["stratum"]) == (10, "YOUTH_CAUTION")


async def test_frame_tells_how_much_is_known_and_what_was_decided(call: Call, population: list[DecidedCase]) -> None:
    """Of thirty children SEND is known of all and disability of none; twenty were triaged."""
    frame = await frozen(call)
    again = (await call(CHAIR, "GET", f"/v1/scrutiny/frames/{frame['frameId']}")).json()

    known = {row["characteristic"]: (row["known"], row["of"]) for row in frame["completeness"]}
    assert (known["SEND"], known["DISABILITY"], known["ETHNICITY_OFFICER_DEFINED"]) == ((30, 30), (0, 30), (0, 30))
    assert (frame["figures"]["disposals"]["TRIAGE"], frame["figures"]["disposals"]["YOUTH_CAUTION"]) == (20, 10)
    assert (again["figures"], again["completeness"]) == (frame["figures"], frame["completeness"])


async def test_exclusions_tell_the_share_that_is_left_out(
    call: Call, population: list[DecidedCase], database: DatabaseUrls
) -> None:
    """One triage of twenty-one."""
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    await add_decided(work, [a_decided_case(90, status=CaseStatus.RESTRICTED)])
    await work.close()

    (row,) = (await frozen(call))["exclusions"]

    assert (row["count"], row["decided"], row["share"]) == (1, 21, pytest.approx(1 / 21))


async def test_chinese_is_grouped_as_a_frame_asks(
    call: Call, population: list[DecidedCase], database: DatabaseUrls
) -> None:
    """Asian in the grouping of 2011, Other in that of 2001; the frame says which it took."""
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    await add_decided(
        work, [a_decided_case(number, characteristics=(stated("ETHNICITY", "A4"),)) for number in range(100, 110)]
    )
    await work.close()

    new = await frozen(call, strata=["ETHNIC_GROUP"])
    old = await frozen(call, strata=["ETHNIC_GROUP"], grouping="FIVE_GROUPS_2001")

    strata = [{row["stratum"] for row in frame["allocation"]} for frame in (new, old)]
    assert (strata[0] - strata[1], strata[1] - strata[0]) == ({"ASIAN"}, {"OTHER"})
    assert (new["grouping"], old["grouping"]) == ("FIVE_GROUPS_2011", "FIVE_GROUPS_2001")


async def test_resolution_that_the_police_issued_alone_stands_in_the_frame(
    call: Call, population: list[DecidedCase]
) -> None:
    """Referred for support after the police had issued it: a stratum of its own, an item without advice or opinions."""
    for number in range(3):
        referral = a_referral(ISLINGTON, date(2026, 10, 30)) | {"route": "COMMUNITY_RESOLUTION_ISSUED"}
        referral["source"] = referral["source"] | {"reference": f"ALONE-{number}"}
        sent = await call("demo-police", "POST", "/v1/referrals", referral, **{"X-Purpose": "REFERRAL"})
        assert sent.status_code == 201, sent.text

    frame, sample = await drawn(call, strata=["SINGLE_AGENCY"], decidedTo="2026-11-20")
    alone = [item for item in await items_of(call, sample) if item["stratum"] == "SINGLE_AGENCY"]

    assert {row["stratum"]: row["population"] for row in frame["allocation"]} == {"JOINT": 30, "SINGLE_AGENCY": 3}
    assert {
        (item["singleAgency"], item["decision"]["disposal"], item["decision"]["outcomeCode"]) for item in alone
    } == {(True, "COMMUNITY_RESOLUTION", "8")}
    assert {(len(item["advice"]), len(item["opinions"]), item["decision"]["level"]) for item in alone} == {(0, 0, None)}
    assert {(item["gravity"]["scoreStatus"], item["timeliness"]["daysToDecision"]) for item in alone} == {
        ("OFFICER", None)
    }


async def test_frozen_at_is_the_clocks(call: Call, population: list[DecidedCase]) -> None:
    """The instant is the service's, in UTC."""
    frame = await frozen(call)

    assert datetime.fromisoformat(frame["frozenAt"]) == datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("table", ["scrutiny_frames", "scrutiny_secrets", "scrutiny_entries", "scrutiny_samples"])
async def test_what_is_frozen_cannot_be_changed(
    call: Call, population: list[DecidedCase], database: DatabaseUrls, table: str
) -> None:
    """Not even by the owner of the tables: the trigger refuses."""
    await drawn(call)
    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")

    with pytest.raises(Exception, match="only ever added to"):
        await owner.execute(f"DELETE FROM {table}")  # noqa: S608  (one of four names above)

    await owner.close()
