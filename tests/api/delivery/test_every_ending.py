"""Every route, and every way in which a case that came by it may end, each walked over HTTP from referral to end.

What is listed here is held against the tables: a route or an ending that somebody adds, and nobody walks, fails.
"""

from dataclasses import dataclass

import pytest

from app.cases.states import ENDINGS, FIRST_STATUS, CaseStatus, Route
from app.delivery.words import DELIVERABLE, RETURNS
from app.demo.story import a_referral
from app.law.model import DisposalCode as D
from tests.api.acting import EXAMPLE_AREA, OFFICER, POLICE, PRACTITIONER, TODAY, Stage
from tests.api.delivering import a_delivery, complete, decide, deliver, status_of

pytestmark = pytest.mark.anyio
FOR_DECISION = tuple(route for route, first in FIRST_STATUS.items() if first is CaseStatus.RECEIVED)
FOR_SUPPORT = tuple(route for route in Route if route not in FOR_DECISION)
NOBODY_LEADS_THERE = frozenset({CaseStatus.RESTRICTED})
"""Restriction of processing has its status and its walls; no call of the interface leads to it yet."""


@dataclass(frozen=True)
class Journey:
    """A route, what is decided on it, how it ends: completed, not completed, never given, or None; and where."""

    route: Route
    disposal: D | None
    how: str | None
    status: CaseStatus
    returns: bool = False

    def __str__(self) -> str:
        """Return the name of the journey."""
        return "-".join(str(part) for part in (self.route, self.disposal, self.how, self.status) if part)


def _decided_and_given(route: Route) -> list[Journey]:
    journeys = []
    for disposal in D:
        if disposal not in DELIVERABLE:
            journeys.append(Journey(route, disposal, None, CaseStatus.DECIDED))
            continue
        failed = disposal in RETURNS
        journeys += [
            Journey(route, disposal, "COMPLETED", CaseStatus.COMPLETED),
            Journey(route, disposal, "NOT_COMPLETED", CaseStatus.COMPLETED if failed else CaseStatus.CLOSED, failed),
        ]
    return journeys


JOURNEYS = (
    *_decided_and_given(Route.POLICE_INVESTIGATION),
    Journey(Route.POLICE_INVESTIGATION, D.YOUTH_CAUTION, "NEVER_GIVEN", CaseStatus.COMPLETED, returns=True),
    Journey(Route.COURT, D.TRIAGE, "COMPLETED", CaseStatus.COMPLETED),
    Journey(Route.COURT, D.YOUTH_CAUTION, "NOT_COMPLETED", CaseStatus.CLOSED),
    Journey(Route.COURT, D.OUTCOME_22, "NOT_COMPLETED", CaseStatus.COMPLETED, returns=True),
    Journey(Route.COURT, D.CHARGE, None, CaseStatus.DECIDED),
    *(Journey(route, None, "SUPPORT_ENDED", CaseStatus.CLOSED) for route in FOR_SUPPORT),
    *(Journey(route, None, "WITHDRAWN", CaseStatus.WITHDRAWN) for route in Route),
)
"""The longer walk ends where the shorter do: what comes back for decision is then a triage that is completed."""


def test_every_route_reaches_every_ending_that_it_can() -> None:
    """Of each route all its endings are walked; of each disposal all that can become of it."""
    reached = {route: {one.status for one in JOURNEYS if one.route is route} for route in Route}
    decided = {CaseStatus.DECIDED, CaseStatus.COMPLETED, CaseStatus.CLOSED, CaseStatus.WITHDRAWN}

    assert {status for found in reached.values() for status in found} == ENDINGS - NOBODY_LEADS_THERE
    assert all(reached[route] == decided for route in FOR_DECISION)
    assert all(reached[route] == {CaseStatus.CLOSED, CaseStatus.WITHDRAWN} for route in FOR_SUPPORT)
    assert {one.disposal for one in JOURNEYS if one.disposal} == set(D)


@pytest.mark.parametrize("journey", JOURNEYS, ids=str)
async def test_journey_ends_where_it_should(stage: Stage, journey: Journey) -> None:
    """Referred by the route, decided, given, ended: the case is where the journey says, and the timeline tells it."""
    referral = a_referral(EXAMPLE_AREA, TODAY) | {"route": journey.route}
    _from_which_it_can_be_decided(referral, journey.disposal)
    made = await stage.actor(POLICE).send("POST", "/v1/referrals", referral, purpose="REFERRAL")
    referral_id, case_id = made.json()["referralId"], made.json()["caseId"]

    if journey.disposal is not None:
        await decide(stage, case_id, journey.disposal)
        await _given_and_ended(stage, case_id, journey)
    elif journey.how == "WITHDRAWN":
        body = {"reason": "The complainant withdrew the allegation."}
        await stage.actor(OFFICER).send("POST", f"/v1/referrals/{referral_id}/withdrawal", body)
    else:
        for step in ("OFFERED", "DECLINED", "ENDED"):
            body = {"step": step, "on": "2026-11-21", "support": "Six sessions with a youth worker."}
            await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{case_id}/support-offer", body, purpose="SUPPORT")

    timeline = (await stage.actor(PRACTITIONER).send("GET", f"/v1/cases/{case_id}/timeline")).json()["items"]
    walked = [entry["status"] for entry in timeline if entry["status"]]
    assert (await status_of(stage, case_id), walked[-1]) == (journey.status, journey.status)
    assert ("case.returned-for-decision" in {entry["act"] for entry in timeline}) is journey.returns


def _from_which_it_can_be_decided(referral: dict[str, object], disposal: D | None) -> None:
    """Make Outcome 21 possible: it is for what needs no more looking into, whatever was admitted."""
    if disposal is D.OUTCOME_21:
        offences = referral["offences"]
        assert isinstance(offences, list)
        offences[0]["circumstances"] = ["CARE_PLACEMENT"]


async def _given_and_ended(stage: Stage, case_id: str, journey: Journey) -> None:
    if journey.how is None:
        return
    assert journey.disposal is not None
    if journey.how == "NEVER_GIVEN":
        ended = await complete(stage, case_id, "NOT_COMPLETED", neverGiven=True, why="The family moved away.")
    else:
        given = await deliver(stage, case_id, a_delivery(journey.disposal))
        assert given.status_code == 201, given.text
        ended = await complete(stage, case_id, journey.how)
    assert ended.json()["returnsForDecision"] is journey.returns, ended.text
    if journey.returns:
        await decide(stage, case_id, "TRIAGE")
        await deliver(stage, case_id, a_delivery("TRIAGE"))
        await complete(stage, case_id, "COMPLETED")
