"""The same child in several cases: our own record is filled in and marked; what may be one child is offered."""

import asyncio
from typing import Any

import pytest

from app.cases.child_repository import ChildRepository
from app.demo.story import a_referral
from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls
from tests.api.acting import CAMDEN, EALING, ISLINGTON, MANAGER, OFFICER, POLICE, PRACTITIONER, TODAY, Document, Stage
from tests.api.speaking import changed, decided
from tests.erasing import erased, everything, holding
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
PNC = [{"scheme": "PNC", "value": "26/123456X"}]


def known(area: str = ISLINGTON, **child: Any) -> Document:
    """Return a referral of a child whom the police know by a number."""
    return changed(a_referral(area, TODAY), child={"identifiers": PNC} | child)


async def case_of(stage: Stage, case_id: str) -> Document:
    """Return a case as the officer reads it."""
    case: Document = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")).json()
    return case


async def test_history_is_filled_from_our_own_record(stage: Stage, clock: FrozenClock) -> None:
    """A community resolution decided here is in the history of the next case of the child, marked as ours."""
    first = await stage.pre_assessed(referral=known())
    await decided(stage, first, "COMMUNITY_RESOLUTION")
    clock.move(days=1)

    case = await case_of(stage, await stage.referred(CAMDEN, known(CAMDEN)))

    entry = {"disposal": "COMMUNITY_RESOLUTION", "givenOn": "2026-11-21", "completion": "ONGOING", "offence": "TH68010"}
    assert case["facts"]["history"] == [entry]
    (mark,) = case["ownRecord"]
    assert (mark["origin"], mark["pointer"], mark["caseId"]) == ("OWN_RECORD", "/history/0", first)


async def test_filled_history_is_advised_on(stage: Stage) -> None:
    """What is marked beside the facts does not stand in the way of advice, nor of facts that follow."""
    await decided(stage, await stage.pre_assessed(referral=known()), "COMMUNITY_RESOLUTION")
    case_id = await stage.referred(referral=known())
    body = {"source": "PNC", "establishedOn": "2026-11-20", "updates": {"history": []}}

    answer = await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/facts", body)

    assert (await stage.advised(case_id))["adviceId"]
    assert [entry["disposal"] for entry in answer.json()["facts"]["history"]] == ["COMMUNITY_RESOLUTION"]


async def test_history_of_another_area_stays_there(stage: Stage) -> None:
    """A force that does not reach Islington learns nothing of what was decided there."""
    await decided(stage, await stage.pre_assessed(referral=known()), "COMMUNITY_RESOLUTION")
    elsewhere = stage.changed(POLICE, client_id="police-elsewhere", areas=(EALING,))

    referred = await elsewhere.send("POST", "/v1/referrals", known(EALING), purpose="REFERRAL")

    reader = stage.changed(OFFICER, areas=(EALING,))
    case = (await reader.send("GET", f"/v1/cases/{referred.json()['caseId']}")).json()
    assert (case["facts"]["history"], case["ownRecord"]) == ([], [])


async def test_same_name_and_birth_date_is_offered_and_not_merged(stage: Stage) -> None:
    """Without a shared number nothing is put together; a person is told of the possible match, and why."""
    first = await stage.pre_assessed()
    await decided(stage, first, "COMMUNITY_RESOLUTION")
    second = await stage.referred()

    offered = await stage.actor(PRACTITIONER).send("GET", f"/v1/cases/{second}/possible-matches")

    assert (await case_of(stage, second))["facts"]["history"] == []
    assert [(one["caseId"], one["because"]) for one in offered.json()["items"]] == [(first, "SAME_NAME_AND_BIRTH_DATE")]


async def test_linking_a_match_joins_its_history(stage: Stage) -> None:
    """Confirmed by a person with a reason: the decision is in the history, the match is no longer offered."""
    first = await stage.pre_assessed()
    await decided(stage, first, "COMMUNITY_RESOLUTION")
    second = await stage.referred()
    practitioner, path = stage.actor(PRACTITIONER), f"/v1/cases/{second}/links"
    body = {"caseId": first, "rationale": "Same school and same mother; I know both."}

    linked, again = await practitioner.send("POST", path, body), await practitioner.send("POST", path, body)

    case = await case_of(stage, second)
    offered = await practitioner.send("GET", f"/v1/cases/{second}/possible-matches")
    assert (linked.status_code, again.status_code, again.json()["code"]) == (201, 409, "already-linked")
    assert [entry["disposal"] for entry in case["facts"]["history"]] == ["COMMUNITY_RESOLUTION"]
    assert offered.json()["items"] == []
    assert (await practitioner.send("GET", f"/v1/cases/{first}/links")).json()["items"][0]["otherCaseId"] == second


async def test_linking_is_a_combination_in_the_log(stage: Stage) -> None:
    """That two records of a child were put together is an act of its own (DPA 2018 s62)."""
    first, second = await stage.referred(), await stage.referred()
    body = {"caseId": first, "rationale": "Same school and same mother; I know both."}
    await stage.actor(MANAGER).send("POST", f"/v1/cases/{second}/links", body)

    entries = (
        await stage.actor("demo-auditor").send("GET", f"/v1/audit?caseId={second}&limit=200", purpose="AUDIT")
    ).json()["items"]

    assert [entry["act"] for entry in entries if entry["event"] == "COMBINATION"] == ["cases.linked"]


@pytest.mark.parametrize("other", ["019e0000-0000-7000-8000-000000000001", "x" * 36])
async def test_only_a_possible_match_is_linked(stage: Stage, other: str) -> None:
    """A case of another child, or of none, is refused."""
    case_id = await stage.referred()
    body = {"caseId": other, "rationale": "I thought that they were the same."}

    answer = await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{case_id}/links", body)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not-a-match")


async def test_link_to_a_case_that_is_erased_meanwhile_keeps_nothing_of_it(
    stage: Stage,
    server: EmbeddedServer,
    database: DatabaseUrls,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Found to match, then erased, then to be written: the database refuses, and asked again it is no match."""
    first, second = await stage.referred(), await stage.referred()
    found, go_on, link = asyncio.Event(), asyncio.Event(), ChildRepository.link

    async def slowly(*told: Any) -> None:
        found.set()
        await go_on.wait()
        await link(*told)

    monkeypatch.setattr(ChildRepository, "link", slowly)
    body = {"caseId": first, "rationale": "Same school and same mother; I know both."}
    linking = asyncio.create_task(stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{second}/links", body))
    await found.wait()
    await erased(database, first, clock)
    go_on.set()
    answer = await linking

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not-a-match")
    assert holding(await everything(server, database), first) == {"audit_log", "erasures", "erased_sources", "events"}
