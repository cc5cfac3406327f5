"""The one way back from an item to its case: the data protection officer's, for a reason, and nobody else's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.identity.caller import Agency, Role
from app.identity.demo_clients import DEMO_CLIENTS
from app.launch.urls import DatabaseUrls, connect
from app.scrutiny.decided import DecidedCase
from tests.scrutiny_panel import CHAIR, MEMBER, OTHER_MEMBER, Call, accepted, drawn, items_of

OFFICER, AUDITOR = "demo-data-protection-officer", "demo-auditor"
WHY = "The panel reads of a child who sleeps at a stranger's home; the youth justice service has to know who."


@pytest.fixture
async def sample(call: Call, population: list[DecidedCase]) -> dict[str, Any]:
    """Return a sample that is drawn."""
    return (await drawn(call))[1]


@pytest.fixture
async def asked(call: Call, sample: dict[str, Any]) -> dict[str, Any]:
    """Return the request that names the first item as the panel reads it."""
    return {"pseudonym": (await items_of(call, sample))[0]["pseudonym"], "askedBy": MEMBER, "reason": WHY}


def path_of(sample: dict[str, Any]) -> str:
    """Return where items of a sample are identified."""
    return f"/v1/scrutiny/samples/{sample['sampleId']}/identifications"


async def case_of(database: DatabaseUrls, pseudonym: str) -> str:
    """Return the case of a pseudonym, as the owner of the database finds it."""
    connection = await connect(database.owner, "the owner")
    async with connection.transaction():
        await connection.execute("SELECT set_config('oocd.areas', '*', true)")
        found = await connection.fetchval(
            """SELECT e.case_id FROM scrutiny_items i JOIN scrutiny_samples s USING (sample_id)
                 JOIN scrutiny_entries e ON e.frame_id = s.frame_id AND e.entry = i.entry WHERE i.pseudonym = $1""",
            pseudonym,
        )
    await connection.close()
    return str(found)


async def test_officer_is_told_the_case_behind_a_pseudonym(
    call: Call, sample: dict[str, Any], asked: dict[str, Any], database: DatabaseUrls
) -> None:
    """The very case that was frozen, for the reason given; one of another item is another."""
    answer = await call(OFFICER, "POST", path_of(sample), asked)

    told = answer.json()
    assert (answer.status_code, told["caseId"]) == (201, await case_of(database, asked["pseudonym"]))
    assert {name: told[name] for name in asked} == asked
    assert (told["identifiedBy"], told["sampleId"]) == (OFFICER, sample["sampleId"])


async def test_identification_is_logged_as_combination_with_its_purpose(
    call: Call, sample: dict[str, Any], asked: dict[str, Any]
) -> None:
    """The log holds who combined what of which case and why they may; the reason itself stands with the sample."""
    told = (await call(OFFICER, "POST", path_of(sample), asked, **{"X-Purpose": "SUPPORT"})).json()

    found = await call(AUDITOR, "GET", "/v1/audit?act=scrutiny.item-identified", **{"X-Purpose": "AUDIT"})
    (entry,) = found.json()["items"]
    assert (entry["event"], entry["purpose"], entry["userName"]) == ("COMBINATION", "SUPPORT", OFFICER)
    assert (entry["caseId"], entry["subjectId"]) == (told["caseId"], told["identificationId"])


async def test_identification_without_a_purpose_is_refused(
    client: httpx.AsyncClient, token_for: Callable[[str], str], sample: dict[str, Any], asked: dict[str, Any]
) -> None:
    """Nobody is told of a child without saying what for."""
    headers = {"Authorization": f"Bearer {token_for(OFFICER)}", "Idempotency-Key": "without-a-purpose"}

    answer = await client.post(path_of(sample), json=asked, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "purpose-missing")


async def test_nobody_but_the_officer_identifies_an_item(
    call: Call, sample: dict[str, Any], asked: dict[str, Any]
) -> None:
    """Every other demo client is refused, of the panel and of the agencies alike, and nothing is recorded."""
    others = sorted(set(DEMO_CLIENTS) - {OFFICER})

    answers = {who: (await call(who, "POST", path_of(sample), asked)).status_code for who in others}

    listed = (await call(OFFICER, "GET", path_of(sample))).json()["items"]
    assert answers == dict.fromkeys(others, 403)
    assert listed == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agency": Agency.SCRUTINY}, "wrong-agency"),
        ({"roles": (Role.IDENTIFICATION_RW, Role.SCRUTINY_RO)}, "panel-member"),
        ({"roles": (Role.IDENTIFICATION_RW, Role.SCRUTINY_FINDINGS_RW)}, "panel-member"),
        ({"roles": (Role.IDENTIFICATION_RW, Role.SCRUTINY_SAMPLES_RW)}, "panel-member"),
        ({"person": False}, "human-required"),
    ],
)
async def test_officer_who_sits_on_a_panel_is_refused(
    call: Call, app: Any, sample: dict[str, Any], asked: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    """The role does not help whoever reads, draws or scores samples, nor a machine."""
    token = app.state.issuer.token_for(replace(DEMO_CLIENTS[OFFICER], **changes))

    answer = await call(OFFICER, "POST", path_of(sample), asked, Authorization=f"Bearer {token}")

    assert (answer.status_code, answer.json()["code"]) == (403, code)


async def test_whoever_had_to_do_with_the_sample_is_refused_under_any_role(
    call: Call, app: Any, sample: dict[str, Any], asked: dict[str, Any]
) -> None:
    """Its chair, and whoever it names, though their tokens of today hold no role of a panel."""
    for who in (CHAIR, MEMBER):
        token = app.state.issuer.token_for(DEMO_CLIENTS[OFFICER], user_name=who)

        answer = await call(OFFICER, "POST", path_of(sample), asked, Authorization=f"Bearer {token}")

        assert (answer.status_code, answer.json()["code"]) == (403, "panel-member")


async def test_sample_of_another_area_is_absent(
    call: Call, app: Any, sample: dict[str, Any], asked: dict[str, Any]
) -> None:
    """An officer of one of two areas sees no sample that is of both."""
    token = app.state.issuer.token_for(DEMO_CLIENTS[OFFICER], areas=["E09000019"])

    answer = await call(OFFICER, "POST", path_of(sample), asked, Authorization=f"Bearer {token}")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"pseudonym": "S-000000000000"}, "/pseudonym"),
        ({"reason": "curious"}, "/reason"),
        ({"askedBy": ""}, "/askedBy"),
    ],
)
async def test_identification_without_an_item_or_a_reason_is_refused(
    call: Call, sample: dict[str, Any], asked: dict[str, Any], change: dict[str, str], pointer: str
) -> None:
    """A pseudonym of another sample leads nowhere, and a word is no reason."""
    answer = await call(OFFICER, "POST", path_of(sample), asked | change)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_identifications_are_read_without_their_cases(
    call: Call, sample: dict[str, Any], asked: dict[str, Any]
) -> None:
    """By the officer and by the auditor, who finds the case in the log; by nobody of the panel."""
    told = (await call(OFFICER, "POST", path_of(sample), asked)).json()

    listed = [(await call(who, "GET", path_of(sample))).json()["items"] for who in (OFFICER, AUDITOR)]
    refused = [(await call(who, "GET", path_of(sample))).status_code for who in (CHAIR, MEMBER, OTHER_MEMBER)]

    assert listed == [[{name: value for name, value in told.items() if name not in {"caseId", "area"}}]] * 2
    assert refused == [403, 403, 403]


async def test_identified_item_reads_to_the_panel_as_before(
    call: Call, sample: dict[str, Any], asked: dict[str, Any]
) -> None:
    """Nothing of the case comes back to the panel, and the decision stands as it was."""
    await accepted(call, MEMBER)
    before = await items_of(call, sample)

    told = (await call(OFFICER, "POST", path_of(sample), asked)).json()

    path = f"/v1/scrutiny/samples/{sample['sampleId']}"
    after = [await call(MEMBER, "GET", f"{path}{below}") for below in ("/items", "/report", "/export?format=json")]
    assert after[0].json()["items"] == before
    assert not any(told["caseId"] in answer.text for answer in after)
