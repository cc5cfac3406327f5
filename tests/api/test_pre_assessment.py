"""The pre-assessment over HTTP: what contradicts, who countersigns, and what advice never sees of it."""

import json
from typing import Any

import pytest

from app.demo.story import a_pre_assessment, a_referral
from tests.api.acting import CAMDEN, EXAMPLE_AREA, MANAGER, PRACTITIONER, TODAY, Document, Stage
from tests.api.speaking import changed

pytestmark = pytest.mark.anyio


async def assessed(stage: Stage, body: Document, child: Document | None = None) -> tuple[str, Any]:
    """Refer a child and put a pre-assessment; return the case's id and the answer."""
    case_id = await stage.referred(EXAMPLE_AREA, changed(a_referral(EXAMPLE_AREA, TODAY), child=child))
    path = f"/v1/cases/{case_id}/pre-assessment"
    return case_id, await stage.actor(PRACTITIONER).send("PUT", path, body, purpose="PRE_ASSESSMENT")


async def test_contradiction_asks_for_a_countersignature(stage: Stage) -> None:
    """Exploitation indicated, safety LOW: flagged, and not complete until a manager has signed; nothing refused."""
    exploited = {"exploitation": {"indicated": "YES", "nrm": "REFERRED", "section45": "UNLIKELY"}}

    written = a_pre_assessment() | {"exploitation": "Older children send him into shops."}

    case_id, answer = await assessed(stage, written, exploited)
    signed = await stage.actor(PRACTITIONER).send(
        "PUT",
        f"/v1/cases/{case_id}/pre-assessment",
        written | {"countersignedBy": MANAGER},
        headers={"If-Match": answer.headers["ETag"]},
    )

    told = answer.json()
    assert (answer.status_code, told["complete"]) == (201, False)
    assert told["missing"] == [{"pointer": "/countersignedBy", "who": "YJS_MANAGER"}]
    assert [one["code"] for one in told["contradictions"]] == ["EXPLOITATION_AND_LOW_CONCERN"]
    assert told["countersignature"] == {"asked": True, "because": ["EXPLOITATION_AND_LOW_CONCERN"], "by": None}
    assert (signed.status_code, signed.json()["complete"], signed.json()["missing"]) == (200, True, [])
    assert signed.json()["countersignature"]["by"] == MANAGER


async def test_author_does_not_countersign(stage: Stage) -> None:
    """Another person's look is what a countersignature is."""
    _, answer = await assessed(stage, a_pre_assessment() | {"countersignedBy": PRACTITIONER})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "own-countersignature")


ONE_CHILD: Document = {
    "child": {"givenNames": "Sam", "familyName": "Example", "identifiers": []},
    "characteristics": [{"characteristic": "ETHNICITY", "status": "STATED", "value": "A1", "scheme": "SDE_18_1"}],
    "engagement": {"level": "FULL", "barriers": [], "adjustments": []},
}
ANOTHER_CHILD: Document = {
    "child": {"givenNames": "Siân", "familyName": "Sample", "identifiers": []},
    "characteristics": [
        {"characteristic": "ETHNICITY", "status": "STATED", "value": "B1", "scheme": "SDE_18_1"},
        {"characteristic": "SEND", "status": "STATED", "value": "EHCP"},
        {"characteristic": "RELIGION_OR_BELIEF", "status": "DECLINED"},
    ],
    "engagement": {"level": "NONE", "barriers": ["would not come"], "adjustments": []},
}


async def test_advice_on_a_case_is_the_same_bytes_whoever_the_child_is(stage: Stage) -> None:
    """Alike in the facts, unlike in name, characteristics, engagement and area: the stored advice is the same."""
    advice = []
    for area, who in ((EXAMPLE_AREA, ONE_CHILD), (CAMDEN, ANOTHER_CHILD)):
        case_id = await stage.referred(area, changed(a_referral(area, TODAY), child=who["child"]))
        path, assessing = f"/v1/cases/{case_id}", stage.actor(PRACTITIONER)
        known = {"characteristics": who["characteristics"]}
        etag = (await assessing.send("GET", f"{path}/characteristics", purpose="PRE_ASSESSMENT")).headers["ETag"]
        put = await assessing.send(
            "PUT", f"{path}/characteristics", known, purpose="PRE_ASSESSMENT", headers={"If-Match": etag}
        )
        body = a_pre_assessment() | {"engagement": who["engagement"]}
        assessed_as = await assessing.send("PUT", f"{path}/pre-assessment", body, purpose="PRE_ASSESSMENT")
        assert (put.status_code, assessed_as.status_code) == (200, 201)
        answer = await stage.advised(case_id)
        advice.append(json.dumps({name: answer[name] for name in answer if name not in {"adviceId", "protocol"}}))

    assert advice[0] == advice[1]


async def test_what_is_done_presses_no_more(stage: Stage) -> None:
    """Referred on Monday 16 November: ten working days to assess; once that is done, fifteen to tell the police."""
    case_id = await stage.referred(EXAMPLE_AREA)
    reader, path = stage.actor(PRACTITIONER), f"/v1/cases/{case_id}"

    before = (await reader.send("GET", path)).json()["dueOn"]
    await reader.send("PUT", f"{path}/pre-assessment", a_pre_assessment(), purpose="PRE_ASSESSMENT")
    after = (await reader.send("GET", path)).json()["dueOn"]

    assert (before, after) == ("2026-11-30", "2026-12-07")
