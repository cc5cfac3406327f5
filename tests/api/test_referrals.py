"""Referrals from a police system: what is received, what is resolved, what is refused."""

import copy
from typing import Any

import pytest

from app.demo.story import a_referral
from tests.api.acting import CAMDEN, EALING, ISLINGTON, OFFICER, POLICE, PRACTITIONER, TODAY, Stage

pytestmark = pytest.mark.anyio


def _changed(change: Any) -> dict[str, Any]:
    referral = copy.deepcopy(a_referral(ISLINGTON, TODAY))
    change(referral)
    return referral


async def test_referral_begins_a_case_with_clocks(stage: Stage) -> None:
    """A referral answers with its ids, RECEIVED, and the working-day clocks of the protocol."""
    answer = await stage.actor(POLICE).send("POST", "/v1/referrals", a_referral(ISLINGTON, TODAY), purpose="REFERRAL")

    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "RECEIVED"
    due = {clock["rule"]: clock["dueOn"] for clock in body["clocks"]}
    assert due["PRC-03"] == "2026-11-30"
    assert due["PRC-04"] == "2026-12-07"
    assert answer.headers["Location"] == f"/v1/referrals/{body['referralId']}"


async def test_referral_is_read_back_as_received(stage: Stage) -> None:
    """The police system reads what it sent, with the state of the case, and no decision yet."""
    police, sent = stage.actor(POLICE), a_referral(ISLINGTON, TODAY)
    made = (await police.send("POST", "/v1/referrals", sent, purpose="REFERRAL")).json()

    read = (await police.send("GET", f"/v1/referrals/{made['referralId']}", purpose="REFERRAL")).json()

    assert read["referral"] == sent
    assert (read["caseId"], read["status"], read["decision"]) == (made["caseId"], "RECEIVED", None)


async def test_another_clients_referral_is_not_found(stage: Stage) -> None:
    """A referral belongs to the client that posted it, whatever areas another has."""
    made = await stage.actor(POLICE).send("POST", "/v1/referrals", a_referral(ISLINGTON, TODAY), purpose="REFERRAL")
    other = stage.changed(POLICE, client_id="another-force")

    answer = await other.send("GET", f"/v1/referrals/{made.json()['referralId']}", purpose="REFERRAL")

    assert answer.status_code == 404


async def test_code_is_resolved_through_the_law(stage: Stage) -> None:
    """TH68010 is theft from a shop: either way, recordable, base 2 of the illustrative matrix."""
    referral = _changed(lambda r: r["offences"][0].pop("officerScore"))
    advice = await stage.advised(await stage.referred(referral=referral))

    offence = advice["gravity"]["offences"][0]
    assert (offence["offence"], offence["modeOfTrial"], offence["base"]) == ("theft_shop", "EITHER_WAY", 2)
    assert advice["gravity"]["matrix"] == {"edition": "illustrative-1", "status": "ILLUSTRATIVE"}
    caution = next(option for option in advice["options"] if option["disposal"] == "YOUTH_CAUTION")
    assert caution["consequences"]["onPnc"] == "YES"


async def test_what_nobody_knows_may_be_said_in_a_word(stage: Stage) -> None:
    """The word UNKNOWN for the victims or the history means the same as leaving them out."""
    said = _changed(lambda r: r.update(victims="UNKNOWN", history="UNKNOWN"))
    left_out = _changed(lambda r: [r.pop("victims"), r.pop("history"), r["source"].update(reference="another")])

    advice = [await stage.advised(await stage.referred(referral=one)) for one in (said, left_out)]

    assert [one | {"adviceId": None} for one in advice] == [advice[0] | {"adviceId": None}] * 2


REFUSED = {
    "nine at the offence": (lambda r: r["child"].update(dateOfBirth="2016-11-01"), "under-age-of-responsibility"),
    "eighteen at the offence": (lambda r: r["child"].update(dateOfBirth="2008-10-31"), "not-a-child"),
    "a code that nobody knows": (lambda r: r["offences"][0].update(cjsCode="ZZ99999"), "unknown-offence"),
    "key and code that disagree": (lambda r: r["offences"][0].update(offence="robbery"), "offence-mismatch"),
    "reported before it happened": (lambda r: r["offences"][0].update(reportedOn="2026-01-01"), "inconsistent-facts"),
    "an unknown field": (lambda r: r.update(priority="HIGH"), "unknown-field"),
    "a server's field": (lambda r: r.update(status="DECIDED"), "unknown-field"),
    "null for a fact": (lambda r: r["offences"][0].update(evidence=None), "word"),
    "engagement as a fact": (lambda r: r["offences"][0].update(engagement="NONE"), "not-a-decision-fact"),
    "an area without a protocol": (lambda r: r.update(area="E09000001"), "not-found"),
    "no offence": (lambda r: r.update(offences=[]), "too-few"),
}


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED.keys())
async def test_referral_is_refused(stage: Stage, change: Any, code: str) -> None:
    """Each is refused with its own code, and nothing of it is kept or echoed."""
    answer = await stage.actor(POLICE).send("POST", "/v1/referrals", _changed(change), purpose="REFERRAL")

    assert answer.json()["code"] == code
    assert answer.status_code == (404 if code == "not-found" else 422)
    assert "Example" not in answer.text
    cases = await stage.actor(OFFICER).send("GET", "/v1/cases")
    assert cases.json()["items"] == []


async def test_foreign_area_is_not_found(stage: Stage) -> None:
    """A case outside a caller's areas answers as one that does not exist."""
    case_id = await stage.referred()
    ealing = stage.actor("demo-yjs-ealing")

    foreign = await ealing.send("GET", f"/v1/cases/{case_id}")
    absent = await ealing.send("GET", "/v1/cases/01900000-0000-7000-8000-000000000000")

    assert foreign.status_code == absent.status_code == 404
    strip = {"traceId", "instance"}
    assert {k: v for k, v in foreign.json().items() if k not in strip} == {
        k: v for k, v in absent.json().items() if k not in strip
    }


async def test_referral_to_a_foreign_area_is_not_found(stage: Stage) -> None:
    """A police system refers to its own areas only."""
    answer = await stage.actor(POLICE).send("POST", "/v1/referrals", a_referral(EALING, TODAY), purpose="REFERRAL")

    assert answer.status_code == 404


async def test_lists_show_own_areas_in_pages(stage: Stage) -> None:
    """Pages follow one another without gap or repetition, and a filter narrows."""
    made = [await stage.referred(area) for area in (ISLINGTON, CAMDEN, ISLINGTON)]
    officer = stage.actor(OFFICER)

    first = (await officer.send("GET", "/v1/cases?limit=2")).json()
    second = (await officer.send("GET", f"/v1/cases?limit=2&cursor={first['nextCursor']}")).json()
    camden = (await officer.send("GET", f"/v1/cases?area={CAMDEN}")).json()

    assert [case["caseId"] for case in first["items"] + second["items"]] == made
    assert second["nextCursor"] is None
    assert [case["caseId"] for case in camden["items"]] == [made[1]]


async def test_characteristics_stand_apart(stage: Stage) -> None:
    """The YJS reads them with status and source; the deciding officer may not, and the case does not show them."""
    case_id = await stage.referred()
    path = f"/v1/cases/{case_id}/characteristics"

    told = await stage.actor(PRACTITIONER).send("GET", path, purpose="PRE_ASSESSMENT")
    officer = stage.actor(OFFICER)

    (ethnicity,) = told.json()["characteristics"]
    assert (ethnicity["characteristic"], ethnicity["value"], ethnicity["source"]) == ("ETHNICITY", "B1", "SELF")
    assert (await officer.send("GET", path)).status_code == 403
    assert "ETHNICITY" not in (await officer.send("GET", f"/v1/cases/{case_id}")).text
