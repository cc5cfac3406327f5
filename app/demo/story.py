"""One story from a police system to a scrutiny sample, played against a running service.

A 13-year-old in Islington takes sweets from a shop; police and YJS agree. Another child, in Camden, over whom they do
not, and over whom two managers must. Then a scrutiny panel draws its sample, and the auditor reads who did what. All of
it is invented.
"""

from collections.abc import Callable
from datetime import date

import httpx
from uuid_utils import uuid7

from app.demo import story_scrutiny
from app.demo.story_bodies import a_decision, a_pre_assessment, a_referral, an_opinion, facts_of
from app.demo.teller import Document, Teller
from app.identity.demo_clients import CAMDEN, ISLINGTON

__all__ = ["a_decision", "a_pre_assessment", "a_referral", "an_opinion", "facts_of", "play"]

POLICE_SYSTEM, OFFICER, SUPERVISOR = "demo-police", "demo-police-officer", "demo-police-supervisor"
PRACTITIONER, MANAGER = "demo-yjs-practitioner", "demo-yjs-manager"
AUDITOR = "demo-auditor"
DECIDING, ASSESSING = "JOINT_DECISION", "PRE_ASSESSMENT"
DISPOSALS = 10


def play(base_url: str, say: Callable[[str], None], today: date) -> None:
    """Play the story against the service at a URL; raise `StoryBroken` at the first step that is answered otherwise.

    It may be played as often as one likes: every child, source and key is new each time.
    """
    with httpx.Client(base_url=base_url, timeout=30) as http:
        teller = Teller(http, say)
        agreed = _agreed(teller, today)
        conflicted = _conflicted(teller, today)
        _walls(teller, agreed)
        _stateless(teller, today)
        frame = story_scrutiny.freeze_and_draw(teller)
        _audited(teller, agreed, conflicted, frame)
        teller.heading("Every step was answered as the contract says.")


# ── police and YJS agree ─────────────────────────────────────────────────────


def _agreed(teller: Teller, today: date) -> str:
    teller.heading("1. A police system refers a child of 13, and the YJS hears the child.")
    case_id = _referred(teller, ISLINGTON, today)
    _pre_assessed(teller, case_id)
    _characterised(teller, case_id)
    teller.heading("2. Advice: ten disposals, each with its standing and its reasons.")
    advice_id = _advised(teller, case_id)
    teller.heading("3. Two opinions, sealed until both are in.")
    _speak(teller, OFFICER, case_id, an_opinion("COMMUNITY_RESOLUTION", advice_id), "INCOMPLETE")
    unseen = teller.step(PRACTITIONER, "GET", f"/v1/cases/{case_id}/opinions", expect=200, purpose=DECIDING).json()
    teller.require(unseen["items"] == [], "the YJS does not see the police's opinion before it has spoken itself")
    decision = a_decision("COMMUNITY_RESOLUTION", advice_id)
    _post(teller, OFFICER, case_id, "decision", decision, expect=409)
    _speak(teller, PRACTITIONER, case_id, an_opinion("COMMUNITY_RESOLUTION", advice_id), "AGREED")
    teller.heading("4. Agreed: a police person makes the decision of record.")
    decided = _post(teller, OFFICER, case_id, "decision", decision, expect=201)
    teller.require(decided["outcomeCode"] == "8" and decided["dissent"] == [], "outcome 8, and nobody dissents")
    return case_id


def _referred(teller: Teller, area: str, today: date) -> str:
    body, key = a_referral(area, today), {"Idempotency-Key": str(uuid7())}
    path, purpose = "/v1/referrals", "REFERRAL"
    first = teller.step(POLICE_SYSTEM, "POST", path, expect=201, purpose=purpose, body=body, headers=key)
    again = teller.step(POLICE_SYSTEM, "POST", path, expect=201, purpose=purpose, body=body, headers=key)
    teller.require(first.content == again.content, "the same key again is answered with the same words")
    teller.require(again.headers.get("Idempotency-Replayed") == "true", "and says that it is a replay")
    twice = teller.step(POLICE_SYSTEM, "POST", path, expect=409, purpose=purpose, body=body).json()
    teller.require(twice["code"] == "duplicate-referral", "the same source under another key is a duplicate")
    received = first.json()
    case_id: str = received["caseId"]
    teller.require(twice["caseId"] == case_id, "and leads to the case that there is")
    teller.told(f"case {case_id}, {received['status']}")
    for clock in received["clocks"]:
        teller.told(f"clock {clock['name']}, due {clock['dueOn']} ({clock['rule']})")
    return case_id


def _pre_assessed(teller: Teller, case_id: str) -> None:
    path = f"/v1/cases/{case_id}/pre-assessment"
    first = teller.step(PRACTITIONER, "PUT", path, expect=201, purpose=ASSESSING, body=a_pre_assessment())
    teller.require(first.json()["complete"], "the three voices, safety and risk are all there")
    teller.step(PRACTITIONER, "PUT", path, expect=428, purpose=ASSESSING, body=a_pre_assessment())


def _characterised(teller: Teller, case_id: str) -> None:
    path = f"/v1/cases/{case_id}/characteristics"
    present = teller.step(PRACTITIONER, "GET", path, expect=200, purpose=ASSESSING)
    items = [_as_sent(item) for item in present.json()["characteristics"]]
    told = {"characteristic": "SEND", "value": "EHCP", "status": "STATED", "source": "PARENT_CARER"}
    body, match = {"characteristics": [*items, told]}, {"If-Match": present.headers["ETag"]}
    teller.step(PRACTITIONER, "PUT", path, expect=200, purpose=ASSESSING, body=body, headers=match)
    teller.step(OFFICER, "GET", path, expect=403, purpose=DECIDING)
    teller.told("so: characteristics stand apart, and the deciding officer may not read them")


def _as_sent(item: Document) -> Document:
    return {name: value for name, value in item.items() if name != "recordedAt" and value is not None}


def _advised(teller: Teller, case_id: str) -> str:
    answer = teller.step(OFFICER, "POST", f"/v1/cases/{case_id}/advice", expect=201, purpose=DECIDING, body={}).json()
    for option in answer["options"]:
        teller.told(f"{option['disposal']:<27} {option['standing']:<16} {option['fit']}")
    teller.require(len(answer["options"]) == DISPOSALS, "all ten disposals are listed")
    gravity = answer["gravity"]
    teller.told(f"gravity {gravity['score']}, matrix {gravity['matrix']['edition']}, {gravity['matrix']['status']}")
    teller.require("ENGAGEMENT" in answer["neverRead"], "engagement was never read")
    advice_id: str = answer["adviceId"]
    kept = teller.step(OFFICER, "GET", f"/v1/advice/{advice_id}", expect=200, purpose=DECIDING)
    teller.require(kept.json() == answer, "the receipt says what the advice said")
    replayed = teller.step(OFFICER, "POST", f"/v1/advice/{advice_id}/replay", expect=200, purpose=DECIDING, body={})
    teller.require(replayed.json()["same"] is True, "evaluated again, it comes out the same")
    return advice_id


def _speak(teller: Teller, client: str, case_id: str, opinion: Document, standing: str) -> None:
    answer = _post(teller, client, case_id, "opinions", opinion, expect=201)
    teller.require(answer["standing"] == standing, f"the joint decision stands {standing}")


def _post(teller: Teller, client: str, case_id: str, what: str, body: Document, *, expect: int) -> Document:
    """Read a case and send something about that version of it."""
    path = f"/v1/cases/{case_id}"
    match = {"If-Match": teller.etag(client, path)}
    sent = teller.step(client, "POST", f"{path}/{what}", expect=expect, purpose=DECIDING, body=body, headers=match)
    answer: Document = sent.json()
    return answer


# ── police and YJS do not agree ──────────────────────────────────────────────


def _conflicted(teller: Teller, today: date) -> str:
    teller.heading("5. In Camden they disagree: nothing is outvoted, it goes to the managers of both.")
    case_id = _referred(teller, CAMDEN, today)
    _pre_assessed(teller, case_id)
    advice_id = _advised(teller, case_id)
    caution = {"from": "ADVICE", "reason": "OTHER", "why": "The officer thinks that a formal warning is needed here."}
    unexplained = _post(teller, OFFICER, case_id, "opinions", an_opinion("YOUTH_CAUTION", advice_id), expect=422)
    teller.require(unexplained["code"] == "departure-unexplained", "whoever departs from the advice says why")
    _speak(teller, OFFICER, case_id, an_opinion("YOUTH_CAUTION", advice_id, caution), "INCOMPLETE")
    _speak(teller, PRACTITIONER, case_id, an_opinion("OUTCOME_22", advice_id), "CONFLICTED")
    status = teller.step(OFFICER, "GET", f"/v1/cases/{case_id}", expect=200, purpose=DECIDING).json()["status"]
    teller.require(status == "ESCALATED", "the case is escalated")
    where = teller.step(OFFICER, "GET", f"/v1/cases/{case_id}/escalation", expect=200, purpose=DECIDING).json()
    teller.told(f"level {where['level']}, due {where['dueOn']}: {where['because']}")
    _settled_by_managers(teller, case_id, advice_id)
    return case_id


def _settled_by_managers(teller: Teller, case_id: str, advice_id: str) -> None:
    settled = an_opinion("OUTCOME_22", advice_id)
    low = _post(teller, OFFICER, case_id, "opinions", settled, expect=403)
    teller.require(low["code"] == "grade-too-low", "an officer may not speak at the managers' level")
    _speak(teller, SUPERVISOR, case_id, settled, "INCOMPLETE")
    _speak(teller, MANAGER, case_id, settled, "AGREED")
    decision = _post(teller, SUPERVISOR, case_id, "decision", a_decision("OUTCOME_22", advice_id), expect=201)
    teller.require([one["disposal"] for one in decision["dissent"]] == ["YOUTH_CAUTION"], "the dissent is kept")
    teller.require(decision["outcomeCodeWhen"] == "ON_COMPLETION", "outcome 22 is recorded only on completion")


# ── who may not ──────────────────────────────────────────────────────────────


def _walls(teller: Teller, case_id: str) -> None:
    teller.heading("6. What is not to be had.")
    path = f"/v1/cases/{case_id}"
    teller.step("demo-yjs-ealing", "GET", path, expect=404, purpose=DECIDING)
    teller.step(OFFICER, "GET", path, expect=400)
    teller.step(POLICE_SYSTEM, "GET", path, expect=403, purpose=DECIDING)
    teller.step("demo-scrutiny-member", "GET", path, expect=403, purpose="SCRUTINY")
    teller.told("so: another area finds nothing, without a purpose nothing is read, without the role neither")


def _stateless(teller: Teller, today: date) -> None:
    teller.heading("7. Advice that stores nothing, and takes no protected characteristic.")
    facts = facts_of(a_referral(ISLINGTON, today), today)
    answer = teller.step(POLICE_SYSTEM, "POST", "/v1/advice", expect=200, purpose=DECIDING, body=facts).json()
    teller.require(answer["adviceId"] is None, "nothing was stored")
    biased = {**facts, "child": {**facts["child"], "ethnicity": "B1"}}
    refused = teller.step(POLICE_SYSTEM, "POST", "/v1/advice", expect=422, purpose=DECIDING, body=biased).json()
    teller.require(refused["code"] == "not-a-decision-fact", "ethnicity is not a fact for a decision")


# ── the auditor ──────────────────────────────────────────────────────────────


def _audited(teller: Teller, agreed: str, conflicted: str, frame: Document) -> None:
    teller.heading("9. The auditor, and nobody else, reads who did what.")
    path = f"/v1/audit?limit=200&caseId={agreed}"
    teller.step(OFFICER, "GET", path, expect=403, purpose="AUDIT")
    taken = {"referral.received", "pre-assessment.recorded", "characteristics.recorded", "advice.taken"}
    decided = {"opinion.recorded", "decision.made", "case.read"}
    _logged(teller, path, taken | decided)
    _logged(teller, f"/v1/audit?limit=200&caseId={conflicted}", taken | decided | {"case.escalated"})
    since = f"/v1/audit?limit=200&clientId=demo-scrutiny-chair&since={frame['frozenAt']}"
    _logged(teller, since, {"scrutiny.frame-frozen", "scrutiny.case-drawn"})
    since = f"/v1/audit?limit=200&clientId=demo-scrutiny-member&since={frame['frozenAt']}"
    _logged(teller, since, {"scrutiny.verification-read", "scrutiny.item-read"})


def _logged(teller: Teller, path: str, wanted: set[str]) -> None:
    entries = teller.step(AUDITOR, "GET", path, expect=200, purpose="AUDIT").json()["items"]
    teller.require(wanted <= {entry["act"] for entry in entries}, "the log holds " + ", ".join(sorted(wanted)))
