"""Facts established after the referral, over HTTP: whose they are, what they change, what they never overwrite."""

from typing import Any

import pytest

from app.demo.story import a_pre_assessment, a_referral
from tests.api.acting import EXAMPLE_AREA, OFFICER, PRACTITIONER, TODAY, Stage, decision
from tests.api.speaking import agreed, changed, decided, post, status_of

pytestmark = pytest.mark.anyio

EVIDENCE = {"offences": [{"id": "1", "evidence": "SHOWS_OFFENCE"}]}
AGREEMENT = {"agreement": {"toTakePart": "YES"}}


def established(updates: Any, **changes: Any) -> dict[str, Any]:
    """Return the body of facts that somebody established."""
    return {"source": "Interview of 20 November", "establishedOn": "2026-11-20", "updates": updates} | changes


async def test_facts_established_are_a_new_version(stage: Stage) -> None:
    """The case moves on by a version, the old facts stay as they were, and it is said who established what, when."""
    case_id = await stage.referred()
    officer = stage.actor(OFFICER)
    before = await officer.etag(f"/v1/cases/{case_id}")

    answer = await officer.send("POST", f"/v1/cases/{case_id}/facts", established(EVIDENCE))

    versions = (await officer.send("GET", f"/v1/cases/{case_id}/facts")).json()["items"]
    assert answer.status_code == 201
    assert await officer.etag(f"/v1/cases/{case_id}") == answer.headers["ETag"] != before
    assert [version["facts"]["offences"][0]["evidence"] for version in versions] == [
        "FULL_CODE_TEST_MET",
        "SHOWS_OFFENCE",
    ]
    assert [(version["origin"], version["agency"], version["establishedOn"]) for version in versions] == [
        ("REFERRAL", "POLICE", None),
        ("ESTABLISHED", "POLICE", "2026-11-20"),
    ]


@pytest.mark.parametrize(
    ("who", "updates", "status"),
    [
        (OFFICER, EVIDENCE, 201),
        (PRACTITIONER, EVIDENCE, 403),
        (OFFICER, AGREEMENT, 403),
        (PRACTITIONER, AGREEMENT, 201),
        (OFFICER, {"history": []}, 201),
        (PRACTITIONER, {"child": {"careStatus": "LOOKED_AFTER"}}, 201),
        (OFFICER, {"child": {"careStatus": "LOOKED_AFTER"}}, 403),
        (OFFICER, {"child": {"dateOfBirth": "2013-05-02"}}, 201),
        (OFFICER, {}, 422),
        (OFFICER, {"offences": [{"id": "9", "evidence": "INSUFFICIENT"}]}, 422),
        (OFFICER, {"child": {"ethnicity": "B1"}}, 422),
    ],
)
async def test_facts_are_for_the_agency_that_owns_them(stage: Stage, who: str, updates: Any, status: int) -> None:
    """Each agency establishes its own facts; what says nothing, or cannot be, is refused."""
    case_id = await stage.referred()

    answer = await stage.actor(who).send("POST", f"/v1/cases/{case_id}/facts", established(updates))

    assert answer.status_code == status, answer.text
    assert status != 403 or answer.json()["code"] == "wrong-agency"


async def test_pre_assessment_cannot_establish_the_evidence(stage: Stage) -> None:
    """The same owners bind the facts that come with a pre-assessment."""
    case_id = await stage.referred()
    body = a_pre_assessment() | {"factUpdates": EVIDENCE}

    answer = await stage.actor(PRACTITIONER).send(
        "PUT", f"/v1/cases/{case_id}/pre-assessment", body, purpose="PRE_ASSESSMENT"
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-agency")


async def test_facts_of_tomorrow_are_refused(stage: Stage) -> None:
    """Nobody has established what has not happened yet."""
    case_id = await stage.referred()

    answer = await stage.actor(OFFICER).send(
        "POST", f"/v1/cases/{case_id}/facts", established(EVIDENCE, establishedOn="2026-11-22")
    )

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "in-the-future")


async def test_facts_make_the_advice_stale(stage: Stage) -> None:
    """A decision on advice from before the newest facts is refused; on new advice it stands."""
    case_id = await stage.pre_assessed()
    advice = await agreed(stage, case_id, "COMMUNITY_RESOLUTION")
    await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{case_id}/facts", established(AGREEMENT))

    stale = await post(stage.actor(OFFICER), case_id, "decision", decision(advice, "COMMUNITY_RESOLUTION"))
    fresh = decision(await stage.advised(case_id), "COMMUNITY_RESOLUTION")
    answer = await post(stage.actor(OFFICER), case_id, "decision", fresh)

    assert (stale.status_code, stale.json()["code"]) == (409, "advice-stale")
    assert answer.status_code == 201, answer.text


async def test_facts_after_the_decision_are_refused(stage: Stage) -> None:
    """What was decided was decided on what was known."""
    case_id = await stage.pre_assessed()
    await decided(stage, case_id, "COMMUNITY_RESOLUTION")

    answer = await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/facts", established(EVIDENCE))

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")


async def test_agreement_on_what_became_excluded_is_opened_again(stage: Stage) -> None:
    """The child no longer admits it: the caution agreed on can never be given, so both speak anew, and can decide."""
    referral = changed(a_referral(EXAMPLE_AREA, TODAY), offence={"officerScore": {"base": 3, "score": 3}})
    case_id = await stage.pre_assessed(EXAMPLE_AREA, referral)
    await agreed(stage, case_id, "YOUTH_CAUTION")
    denied = {"offences": [{"id": "1", "response": {"kind": "DENIED"}}]}
    await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/facts", established(denied))

    await stage.advised(case_id)

    assert await status_of(stage, case_id) == "PRE_ASSESSED"
    assert (await decided(stage, case_id, "DEFERRED_PROSECUTION"))["dissent"] == []
