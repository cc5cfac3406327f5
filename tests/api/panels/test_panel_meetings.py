"""Panel meetings over HTTP: who met, about what, with which quorum; one pack; contributions that never count."""

from typing import Any

import httpx
import pytest

from tests.api.acting import CAMDEN, EXAMPLE_AREA, OFFICER, PRACTITIONER, Document, Stage, decision, opinion
from tests.api.delivering import complete, delivered
from tests.reading_pages import read_page

pytestmark = pytest.mark.anyio
COORDINATOR = "demo-panel-coordinator"
MEETINGS = "/v1/panel-meetings"


def _meeting(*agenda: str, **changes: Any) -> Document:
    members = [
        {"name": "A. Sergeant", "agency": "Police", "role": "Out-of-court sergeant"},
        {"name": "B. Manager", "agency": "YJS", "role": "Team manager"},
        {"name": "C. Nurse", "agency": "Liaison and diversion", "role": "Nurse"},
    ]
    there = ["A. Sergeant", "B. Manager", "C. Nurse"]
    body = {"area": EXAMPLE_AREA, "date": "2026-11-24", "members": members, "agenda": list(agenda), "attendance": there}
    return body | changes


async def _added(stage: Stage, body: Document) -> httpx.Response:
    return await stage.actor(COORDINATOR).send("POST", MEETINGS, body)


async def test_meeting_has_its_quorum_when_both_agencies_are_there(stage: Stage) -> None:
    """The protocol wants police and YJS; the third member informs."""
    answer = await _added(stage, _meeting())

    assert answer.status_code == 201, answer.text
    assert answer.json()["quorum"] == {"needed": ["Police", "Youth justice service"], "missing": [], "met": True}
    read = await stage.actor(OFFICER).send("GET", answer.headers["Location"])
    assert read.json() == answer.json()


async def test_conflict_of_interest_takes_a_member_out_of_one_case(stage: Stage) -> None:
    """For that case alone the quorum is missing."""
    first, second = [await stage.pre_assessed(EXAMPLE_AREA) for _ in range(2)]
    conflict = {"member": "A. Sergeant", "caseId": first, "what": "A neighbour of the victim."}

    answer = await _added(stage, _meeting(first, second, conflictsOfInterest=[conflict]))

    by_case = {one["caseId"]: one["missing"] for one in answer.json()["quorumByCase"]}
    assert by_case == {first: ["Police"], second: []}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"attendance": ["Nobody"]}, "unknown-member"),
        ({"agenda": ["019e0000-0000-7000-8000-000000000000"]}, "unknown-case"),
        ({"conflictsOfInterest": [{"member": "A. Sergeant", "caseId": "x", "what": "y"}]}, "not-on-agenda"),
        ({"votes": {"A. Sergeant": "YES"}}, "unknown-field"),
        ({"decision": "TRIAGE"}, "unknown-field"),
    ],
)
async def test_meeting_that_does_not_fit_together_is_refused(stage: Stage, changes: Document, code: str) -> None:
    """There is no field for a vote and none for a decision; names and cases must be there."""
    answer = await _added(stage, _meeting(**changes))

    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]


async def test_case_of_another_area_is_not_on_the_agenda(stage: Stage) -> None:
    """A panel of one area does not read another's cases, even if its coordinator could."""
    elsewhere = await stage.pre_assessed(CAMDEN)

    answer = await _added(stage, _meeting(elsewhere))

    assert answer.json()["errors"][0]["code"] == "unknown-case"


async def test_meeting_is_changed_by_whoever_saw_it_last(stage: Stage) -> None:
    """428 without If-Match, 412 with an old one; a meeting stays in its area."""
    coordinator, added = stage.actor(COORDINATOR), await _added(stage, _meeting())
    path, etag = added.headers["Location"], added.headers["ETag"]
    without_police = _meeting(attendance=["B. Manager"])

    blind = await coordinator.send("PUT", path, without_police)
    moved = await coordinator.send("PUT", path, _meeting(area=CAMDEN), headers={"If-Match": etag})
    changed = await coordinator.send("PUT", path, without_police, headers={"If-Match": etag})
    stale = await coordinator.send("PUT", path, without_police, headers={"If-Match": etag})

    assert [one.status_code for one in (blind, moved, changed, stale)] == [428, 422, 200, 412]
    assert (changed.json()["version"], changed.json()["quorum"]["missing"]) == (2, ["Police"])
    listed = (await coordinator.send("GET", f"{MEETINGS}?area={EXAMPLE_AREA}")).json()["items"]
    assert [one["version"] for one in listed] == [2]


async def test_meeting_is_for_its_area_and_its_role(stage: Stage) -> None:
    """Another area finds nothing; whoever has no role for panels is refused."""
    added = await _added(stage, _meeting())

    outside = await stage.actor("demo-yjs-ealing").send("GET", added.headers["Location"])
    refused = await stage.actor(OFFICER).send("POST", MEETINGS, _meeting())

    assert (outside.status_code, refused.status_code) == (404, 403)


# ── contributions ────────────────────────────────────────────────────────────


async def test_contribution_informs_and_never_counts(stage: Stage) -> None:
    """What a member says is shown to both agencies; the joint decision still waits for both of them."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)
    body = {"what": "Known to our counselling service.", "agency": "Health", "role": "Nurse"}

    said = await stage.actor(COORDINATOR).send("POST", f"/v1/cases/{case_id}/contributions", body)

    assert said.status_code == 201, said.text
    read = await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/contributions")
    assert [one["what"] for one in read.json()["items"]] == ["Known to our counselling service."]
    opinions = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/opinions")).json()
    assert (opinions["standing"], opinions["items"]) == ("INCOMPLETE", [])


@pytest.mark.parametrize("field", ["vote", "opinion", "disposal", "supports"])
async def test_contribution_has_no_field_to_vote_with(stage: Stage, field: str) -> None:
    """Nothing that could be counted is taken."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)
    body = {"what": "A view.", "agency": "Health", "role": "Nurse", field: "TRIAGE"}

    refused = await stage.actor(COORDINATOR).send("POST", f"/v1/cases/{case_id}/contributions", body)

    assert refused.status_code == 422


async def test_contribution_after_the_decision_is_too_late(stage: Stage) -> None:
    """A panel informs what is still to be decided."""
    case_id = await delivered(stage, "TRIAGE")
    body = {"what": "Late.", "agency": "Health", "role": "Nurse"}

    refused = await stage.actor(COORDINATOR).send("POST", f"/v1/cases/{case_id}/contributions", body)

    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-state")


# ── the pack ─────────────────────────────────────────────────────────────────


async def _pack(stage: Stage, body: Document, accept: str = "application/json") -> httpx.Response:
    added = await _added(stage, body)
    path = f"{added.headers['Location']}/pack"
    return await stage.actor(COORDINATOR).send("GET", path, headers={"Accept": accept})


async def test_pack_shows_each_case_in_one_call(stage: Stage) -> None:
    """Gravity, the least restrictive option still possible, three voices, duties, what is missing."""
    ready, bare = await stage.pre_assessed(EXAMPLE_AREA), await stage.referred(EXAMPLE_AREA)

    pack = (await _pack(stage, _meeting(ready, bare))).json()

    full, empty = pack["cases"]
    assert (full["caseId"], empty["caseId"]) == (ready, bare)
    assert (full["gravity"]["score"], full["leastRestrictiveStillPossible"]) == (2, "TRIAGE")
    assert all(full["voices"].values())
    assert len(full["options"]) == 10
    assert full["duties"]
    assert full["missing"] == []
    assert empty["voices"] == {"child": None, "parentCarer": None, "victim": None}
    assert {"pointer": "/childVoice", "who": "CHILD"} in empty["missing"]


async def test_pack_shows_neither_opinions_nor_engagement(stage: Stage) -> None:
    """A sealed opinion leaks through no page, and how far a child took part sways nobody."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)
    advice = await stage.advised(case_id)
    match = {"If-Match": await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")}
    sealed = opinion(advice, "YOUTH_CAUTION") | {"rationale": "A marker that no page may show."}
    await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/opinions", sealed, headers=match)

    answers = [await _pack(stage, _meeting(case_id), kind) for kind in ("application/json", "text/html")]

    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert "A marker that no page may show." not in answer.text
        assert "engagement" not in answer.text.lower()
        assert "clash with school" not in answer.text


async def test_pack_is_a_page_to_print(stage: Stage) -> None:
    """Well-formed, marked, without script or anything fetched; it says that the panel does not vote."""
    answer = await _pack(stage, _meeting(await stage.pre_assessed(EXAMPLE_AREA)), "text/html")

    page = read_page(answer.text)
    assert answer.headers["X-Protective-Marking"] == "OFFICIAL-SENSITIVE"
    assert answer.text.count("OFFICIAL-SENSITIVE") == 2
    assert not {"script", "img", "link", "iframe", "form"} & set(page.found)
    assert "It does not vote." in answer.text


async def test_pack_shows_what_became_of_decisions_and_hides_small_numbers(stage: Stage) -> None:
    """Five of a kind are shown; one is not."""
    for _ in range(5):
        await complete(stage, await delivered(stage, "TRIAGE"), "COMPLETED")
    await delivered(stage, "OUTCOME_22")

    evaluation = (await _pack(stage, _meeting())).json()["evaluation"]

    found = {one["disposal"]: (one["decided"], one["completed"]) for one in evaluation["byDisposal"]}
    assert found == {"TRIAGE": (5, 5), "OUTCOME_22": (None, 0)}


async def test_pack_is_logged_case_by_case(stage: Stage) -> None:
    """Showing a child's record to a panel is a disclosure."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)

    await _pack(stage, _meeting(case_id))

    log = await stage.actor("demo-auditor").send("GET", f"/v1/audit?caseId={case_id}&limit=200", purpose="AUDIT")
    assert [one["event"] for one in log.json()["items"] if one["act"] == "panel-pack.read"] == ["DISCLOSURE"]


async def test_majority_of_a_panel_decides_nothing(stage: Stage) -> None:
    """However many members speak, without both agencies' opinions there is no decision."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)
    advice = await stage.advised(case_id)
    for role in ("Nurse", "Teacher", "Social worker"):
        body = {"what": "Triage, surely.", "agency": "Partner", "role": role}
        await stage.actor(COORDINATOR).send("POST", f"/v1/cases/{case_id}/contributions", body)
    match = {"If-Match": await stage.actor(PRACTITIONER).etag(f"/v1/cases/{case_id}")}

    refused = await stage.actor(OFFICER).send(
        "POST", f"/v1/cases/{case_id}/decision", decision(advice, "TRIAGE"), headers=match
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "opinions-missing")


async def test_meetings_of_a_foreign_area_are_none(stage: Stage) -> None:
    """Whoever asks for an area that is not its own gets an empty list; and each meeting that is shown is logged."""
    shown = (await _added(stage, _meeting())).json()["meetingId"]

    foreign = await stage.actor(OFFICER).send("GET", f"{MEETINGS}?area=E09000009")
    own = await stage.actor(OFFICER).send("GET", MEETINGS)

    entries = await stage.actor("demo-auditor").send("GET", "/v1/audit?act=panel-meetings.read", purpose="AUDIT")
    assert (foreign.status_code, foreign.json()["items"], len(own.json()["items"])) == (200, [], 1)
    assert [entry["subjectId"] for entry in entries.json()["items"]] == [None, shown]
