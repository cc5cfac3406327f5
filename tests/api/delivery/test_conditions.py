"""Varying the conditions of a youth conditional caution over HTTP: what is shown again, what binds, what is kept."""

import asyncio
from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from tests.api.acting import EXAMPLE_AREA, OFFICER, POLICE, PRACTITIONER, TODAY, Document, Stage, decision
from tests.api.delivering import a_delivery, complete, decided, deliver, delivered
from tests.api.speaking import agreed, post
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
YCC = "YOUTH_CONDITIONAL_CAUTION"
MENTOR = {"type": "REHABILITATION", "what": "Sees a mentor each week.", "dueOn": "2027-01-15"}
PARK = {"type": "REPARATION", "what": "Works at the park.", "attendanceHours": 6, "dueOn": "2027-02-15"}


def a_variation(**changes: Any) -> Document:
    """Return a variation that shows everything: a second condition beside the one that was given."""
    return {
        "variedOn": "2026-11-21",
        "variedBy": {"role": "SERGEANT_OR_ABOVE", "trained": True, "reference": "P123456"},
        "why": "The mentor is away until spring.",
        "conditions": [MENTOR, PARK],
        "appropriateAdult": {"relation": "PARENT"},
        "explained": True,
        "papersGiven": True,
        "breachWarned": True,
        "withdrawalExplained": True,
        "consent": True,
        "signed": True,
        "signedDocument": ["CONSENT", "CONDITIONS"],
    } | changes


async def vary(stage: Stage, case_id: str, **changes: Any) -> httpx.Response:
    """Vary the conditions as the officer, who has seen the case as it is."""
    return await post(stage.actor(OFFICER), case_id, "conditions", a_variation(**changes))


async def test_varied_conditions_stand_and_those_before_are_kept(stage: Stage) -> None:
    """A new version with its reason; the delivery, the spent day and the child's page follow it; the first is kept."""
    case_id = await delivered(stage, YCC)
    path, officer = f"/v1/cases/{case_id}", stage.actor(OFFICER)

    varied = await vary(stage, case_id)

    versions = (await officer.send("GET", f"{path}/conditions")).json()["items"]
    delivery = (await officer.send("GET", f"{path}/delivery")).json()
    told = (await officer.send("GET", f"{path}/explanation?audience=CHILD")).json()
    assert varied.status_code == 201, varied.text
    assert (varied.json()["version"], varied.headers["ETag"]) == (2, await officer.etag(path))
    assert [(one["version"], len(one["conditions"]), one["why"], one["spentOn"]) for one in versions] == [
        (1, 1, None, "2027-01-15"),
        (2, 2, "The mentor is away until spring.", "2027-02-15"),
    ]
    assert (delivery["conditionsVersion"], delivery["conditions"]) == (2, versions[1]["conditions"])
    assert delivery["spentOn"] == told["spentOn"] == "2027-02-15"


async def test_variation_is_told_where_everything_is(stage: Stage) -> None:
    """In the timeline, in what a child is given who asks, and in the log: by whom, and each reading of it."""
    case_id = await delivered(stage, YCC)
    await vary(stage, case_id)
    await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/conditions")

    officer = stage.actor(OFFICER)
    timeline = (await officer.send("GET", f"/v1/cases/{case_id}/timeline")).json()["items"]
    child = (await officer.send("GET", f"/v1/cases/{case_id}")).json()["child"]["childId"]
    extract = await stage.actor("demo-sar").send(
        "GET", f"/subject-access-request?prn={child}", purpose="SUBJECT_RIGHTS"
    )
    log = await stage.actor("demo-auditor").send("GET", f"/v1/audit?caseId={case_id}&limit=200", purpose="AUDIT")
    acts = [(one["event"], one["act"]) for one in log.json()["items"]]
    assert (timeline[-1]["act"], timeline[-1]["by"]) == ("conditions.varied", OFFICER)
    assert [one["version"] for one in extract.json()["content"]["cases"][0]["variedConditions"]] == [2]
    assert ("ALTERATION", "conditions.varied") in acts
    assert ("CONSULTATION", "conditions.read") in acts


LEFT_OUT: list[tuple[Document, str, str]] = [
    ({"consent": False}, "YCC-04", "/consent"),
    ({"signed": False}, "YCC-01", "/signed"),
    ({"breachWarned": False}, "YCC-01", "/breachWarned"),
    ({"withdrawalExplained": False}, "YCC-05", "/withdrawalExplained"),
    ({"signedDocument": ["CONSENT"]}, "YCC-02", "/signedDocument"),
    ({"variedBy": {"role": "CONSTABLE", "trained": True}}, "YCC-19", "/variedBy/role"),
    ({"variedBy": {"role": "YJS", "trained": True}}, "YCC-19", "/variedBy/role"),
    ({"variedBy": {"role": "SERGEANT_OR_ABOVE"}}, "PRC-14", "/variedBy/trained"),
    ({"variedOn": "2026-11-22"}, "YCC-19", "/variedOn"),
    ({"variedOn": "2026-11-20"}, "YCC-19", "/variedOn"),
    ({"appropriateAdult": {"relation": "POLICE_STAFF"}}, "AA-04", "/appropriateAdult/relation"),
    ({"appropriateAdult": {"relation": "OTHER"}}, "AA-01", "/appropriateAdult/relation"),
    ({"conditions": []}, "YCC-02", "/conditions"),
    ({"conditions": [MENTOR]}, "YCC-19", "/conditions"),
    ({"conditions": [PARK | {"attendanceHours": 21}]}, "YCC-12", "/conditions/0/attendanceHours"),
    ({"conditions": [{"type": "PUNITIVE", "what": "Pays.", "penaltyPence": 2501, "dueOn": "2027-01-10"}, MENTOR]},
     "YCC-14", "/conditions/0/penaltyPence"),
    ({"conditions": [PARK | {"dueOn": "2027-03-14"}]}, "YCC-16", "/conditions/0/dueOn"),
    ({"conditions": [PARK | {"forVictim": True}]}, "VIC-03", "/victimWishesReparation"),
]  # fmt: skip


async def test_what_is_not_shown_again_is_refused_with_its_rule(stage: Stage) -> None:
    """One thing left out is one refusal; the window is counted from the giving; what stood stands."""
    case_id = await delivered(stage, YCC)

    for changes, rule, pointer in LEFT_OUT:
        refused = await vary(stage, case_id, **changes)

        assert (refused.status_code, refused.json()["code"]) == (422, "delivery-incomplete"), changes
        assert (rule, pointer) in {(one["code"], one["pointer"]) for one in refused.json()["errors"]}, changes
    nobody = a_variation()
    del nobody["appropriateAdult"]
    alone = await post(stage.actor(OFFICER), case_id, "conditions", nobody)
    assert "YCC-03" in alone.json()["rules"]
    versions = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/conditions")).json()["items"]
    assert [one["version"] for one in versions] == [1]


async def test_window_counts_from_the_giving_and_not_from_the_variation(stage: Stage, clock: FrozenClock) -> None:
    """Eight weeks on, the last day is still that of the caution; a condition already done may stay as it was."""
    case_id = await delivered(stage, YCC)
    clock.move(days=57)
    last, beyond = PARK | {"dueOn": "2027-03-13"}, PARK | {"dueOn": "2027-03-14"}

    late = await vary(stage, case_id, variedOn="2027-01-17", conditions=[MENTOR, beyond])
    gone = await vary(stage, case_id, variedOn="2027-01-17", conditions=[MENTOR | {"dueOn": "2027-01-16"}, last])
    in_time = await vary(stage, case_id, variedOn="2027-01-17", conditions=[MENTOR, last])

    assert [one["pointer"] for one in late.json()["errors"]] == ["/conditions/1/dueOn"]
    assert [one["message"] for one in gone.json()["errors"]] == ["What is new would end before it begins."]
    assert in_time.status_code == 201, in_time.text


async def test_eighteenth_birthday_after_the_giving_bars_no_variation(stage: Stage, clock: FrozenClock) -> None:
    """The caution was given to a child: it may still be varied, and then no appropriate adult is asked for (AGE-08)."""
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["child"]["dateOfBirth"] = "2008-11-23"
    case_id = await delivered(stage, YCC, referral)
    clock.move(days=2)
    body = a_variation(variedOn="2026-11-23")
    del body["appropriateAdult"]

    varied = await post(stage.actor(OFFICER), case_id, "conditions", body)

    assert varied.status_code == 201, varied.text


async def test_authorised_person_varies_what_the_prosecutor_set(stage: Stage) -> None:
    """The CPS decided and set the conditions; a sergeant may vary them all the same (YCC-19)."""
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["offences"][0].pop("cjsCode")
    referral["offences"][0]["offence"] = "robbery"
    case_id = await stage.pre_assessed(EXAMPLE_AREA, referral)
    advice = await agreed(stage, case_id, YCC)
    await post(stage.actor("demo-cps"), case_id, "decision", decision(advice, YCC))
    given = await deliver(stage, case_id, a_delivery(YCC, conditionsSetBy="PROSECUTOR"))

    varied = await vary(stage, case_id)

    assert (given.status_code, varied.status_code) == (201, 201)


async def test_conditions_are_varied_only_while_the_caution_is_under_way(stage: Stage) -> None:
    """Before the giving and after the end there is nothing to vary."""
    case_id = await decided(stage, YCC)
    early = await vary(stage, case_id)
    nothing = await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/conditions")
    await deliver(stage, case_id, a_delivery(YCC))
    await complete(stage, case_id, "COMPLETED")

    late = await vary(stage, case_id)

    assert [(one.status_code, one.json()["code"]) for one in (early, late)] == [(409, "wrong-state")] * 2
    assert nothing.status_code == 404


async def test_what_is_voluntary_has_no_conditions_to_vary(stage: Stage) -> None:
    """A plan is changed by its interventions; nothing of it is ever written down as a condition."""
    case_id = await delivered(stage, "COMMUNITY_RESOLUTION")

    refused = await vary(stage, case_id)

    assert (refused.status_code, refused.json()["code"]) == (409, "voluntary-disposal")


async def test_two_who_vary_at_once_do_not_undo_each_other(stage: Stage) -> None:
    """Of several at one instant one stands; the others have not seen it. Without having seen anything, none."""
    case_id = await delivered(stage, YCC)
    officer, path = stage.actor(OFFICER), f"/v1/cases/{case_id}"
    match = {"If-Match": await officer.etag(path)}

    answers = await asyncio.gather(
        *(
            officer.send("POST", f"{path}/conditions", a_variation(conditions=[PARK | {"dueOn": until}]), headers=match)
            for until in ("2027-02-13", "2027-02-14", "2027-02-15")
        )
    )
    blind = await officer.send("POST", f"{path}/conditions", a_variation(conditions=[PARK]))

    assert sorted(one.status_code for one in answers) == [201, 412, 412]
    assert blind.status_code == 428


async def test_variation_is_for_those_who_deliver_in_their_area(stage: Stage) -> None:
    """Another role is refused, a machine too, another area finds no such case."""
    case_id = await delivered(stage, YCC)
    path = f"/v1/cases/{case_id}/conditions"

    statuses = [
        (await actor.send("POST", path, a_variation(), headers={"If-Match": '"1"'})).status_code
        for actor in (stage.actor(POLICE), stage.changed(PRACTITIONER, person=False), stage.actor("demo-yjs-ealing"))
    ]

    assert statuses == [403, 403, 404]
