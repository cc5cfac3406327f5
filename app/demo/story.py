"""One story from a police system to a scrutiny sample, played against a running service.

A 13-year-old in Islington takes sweets from a shop. Police and YJS agree. Another child of Camden, where they do not, and
where two managers must. Then a scrutiny panel draws its sample, and the auditor reads who did what. All synthetic.
"""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

import httpx
from uuid6 import uuid7

from app.demo.teller import Document, Teller
from app.identity.demo_clients import CAMDEN, ISLINGTON

OFFICER, PRACTITIONER = "demo-police-officer", "demo-yjs-practitioner"
DECIDING = "JOINT_DECISION"


def play(base_url: str, say: Callable[[str], None], today: date) -> None:
    """Play the story against the service at a URL; raise `StoryBroken` at the first step that is answered otherwise.

    It may be played as often as one likes: every child, source and key is new each time.
    """
    with httpx.Client(base_url=base_url, timeout=30) as http:
        teller = Teller(http, say)
        _agreed(teller, today)
        _conflicted(teller, today)
        _walls(teller)
        _stateless(teller, today)
        _scrutinised(teller)


# ── police and YJS agree ─────────────────────────────────────────────────────


def _agreed(teller: Teller, today: date) -> None:
    teller.heading("1. A police system refers a child of 13, and the YJS hears the child.")
    case_id = _referred(teller, ISLINGTON, today)
    _pre_assessed(teller, case_id)
    teller.heading("2. Advice: ten disposals, each with its standing and its reasons.")
    advice_id = _advised(teller, case_id)
    teller.heading("3. Two opinions, sealed until both are in.")
    _speak(teller, OFFICER, case_id, "COMMUNITY_RESOLUTION", advice_id, "INCOMPLETE")
    unseen = teller.step(PRACTITIONER, "GET", f"/v1/cases/{case_id}/opinions", expect=200, purpose=DECIDING).json()
    teller.require(unseen["items"] == [], "the YJS does not see the police's opinion before it has spoken itself")
    early = _decision("COMMUNITY_RESOLUTION", advice_id)
    _post_with_etag(teller, OFFICER, case_id, "decision", early, expect=409)
    _speak(teller, PRACTITIONER, case_id, "COMMUNITY_RESOLUTION", advice_id, "AGREED")
    teller.heading("4. Agreed: a police person makes the decision of record.")
    decision = _post_with_etag(teller, OFFICER, case_id, "decision", early, expect=201)
    teller.require(decision["outcomeCode"] == "8" and decision["dissent"] == [], "outcome 8, and nobody dissents")
    _audited(teller, case_id)


def _referred(teller: Teller, area: str, today: date) -> str:
    referral = a_referral(area, today)
    key = {"Idempotency-Key": str(uuid7())}
    first = teller.step("demo-police", "POST", "/v1/referrals", expect=201, purpose="REFERRAL", body=referral, headers=key)
    again = teller.step("demo-police", "POST", "/v1/referrals", expect=201, purpose="REFERRAL", body=referral, headers=key)
    teller.require(first.content == again.content, "the same key again is answered with the same words")
    teller.require(again.headers.get("Idempotency-Replayed") == "true", "and says that it is a replay")
    twice = teller.step("demo-police", "POST", "/v1/referrals", expect=409, purpose="REFERRAL", body=referral)
    teller.require(twice.json()["code"] == "duplicate-referral", "the same source under another key is a duplicate")
    case_id: str = first.json()["caseId"]
    teller.told(f"case {case_id}, {first.json()['status']}, clocks: " + ", ".join(_clock(c) for c in first.json()["clocks"]))
    return case_id


def _clock(clock: Document) -> str:
    return f"{clock['name']} due {clock['dueOn']}"


def a_referral(area: str, today: date) -> Document:
    """Return a referral of a synthetic child of 13 for theft from a shop, of a source that was never used before."""
    offence_day = today - timedelta(days=21)
    return {
        "source": {"force": "metropolitan", "system": "demo-story", "reference": str(uuid7())},
        "route": "POLICE_INVESTIGATION",
        "referredAt": f"{today - timedelta(days=5)}T10:15:00Z",
        "area": area,
        "child": {
            "givenNames": "Sam",
            "familyName": "Example",
            "dateOfBirth": date(today.year - 13, 5, 1).isoformat() if today.month > 5 else f"{today.year - 14}-05-01",
            "identifiers": [],
            "careStatus": "NONE",
            "communicationNeed": "SCREENED_NONE",
            "exploitation": {"indicated": "NO", "nrm": "NONE", "section45": "UNLIKELY"},
            "characteristics": [
                {
                    "characteristic": "ETHNICITY",
                    "value": "B1",
                    "scheme": "SDE_18_1",
                    "schemeVersion": "2011",
                    "status": "STATED",
                    "source": "SELF",
                }
            ],
        },
        "offences": [
            {
                "id": "1",
                "cjsCode": "TH68010",
                "committedOn": offence_day.isoformat(),
                "reportedOn": offence_day.isoformat(),
                "evidence": "FULL_CODE_TEST_MET",
                "response": {
                    "kind": "ADMITTED",
                    "on": (offence_day + timedelta(days=2)).isoformat(),
                    "to": "CONSTABLE",
                    "appropriateAdult": "PRESENT",
                    "legalAdvice": "TAKEN",
                    "understood": "YES",
                },
                "circumstances": [],
                "aggravatingFactors": [],
                "mitigatingFactors": [],
                "officerScore": {"base": 2, "score": 2, "rationale": "Scored on the matrix in force."},
            }
        ],
        "victims": [{"kind": "BUSINESS", "consulted": "YES", "preference": "INFORMAL", "restorative": "YES"}],
        "history": [],
        "investigation": {"officer": "P123456", "station": "NI", "status": "VOLUNTARY_INTERVIEW", "bailUntil": None},
    }


def _pre_assessed(teller: Teller, case_id: str) -> None:
    path = f"/v1/cases/{case_id}/pre-assessment"
    first = teller.step(PRACTITIONER, "PUT", path, expect=201, purpose="PRE_ASSESSMENT", body=a_pre_assessment())
    teller.require(first.json()["complete"], "the three voices, safety and risk are all there")
    teller.step(PRACTITIONER, "PUT", path, expect=428, purpose="PRE_ASSESSMENT", body=a_pre_assessment())
    path = f"/v1/cases/{case_id}/characteristics"
    present = teller.step(PRACTITIONER, "GET", path, expect=200, purpose="PRE_ASSESSMENT")
    items = [{k: v for k, v in item.items() if k != "recordedAt"} for item in present.json()["characteristics"]]
    told = {"characteristic": "SEND", "value": "EHCP", "status": "STATED", "source": "PARENT_CARER"}
    body = {"characteristics": [*items, told]}
    match = {"If-Match": present.headers["ETag"]}
    teller.step(PRACTITIONER, "PUT", path, expect=200, purpose="PRE_ASSESSMENT", body=body, headers=match)
    teller.step(OFFICER, "GET", path, expect=403, purpose=DECIDING)
    teller.told("characteristics stand apart: the deciding officer may not read them")


def a_pre_assessment() -> Document:
    """Return a complete pre-assessment of a synthetic child."""
    return {
        "tool": "PDAT",
        "childVoice": "I did it because the others did. I am sorry and would like to say so to the shop.",
        "parentCarerVoice": "We did not know. We will help with whatever is agreed.",
        "victimVoice": "The shop would be content with an apology.",
        "safety": {
            "level": "LOW",
            "nature": "Out late with older children.",
            "context": "Weekends, in the high street.",
            "imminence": "Not immediate.",
            "likelihood": "Unlikely with the agreed support.",
        },
        "riskToOthers": {
            "level": "LOW",
            "nature": "Taking things of small value.",
            "context": "In a group.",
            "imminence": "Not immediate.",
            "likelihood": "Unlikely.",
            "impact": "Small loss to a shop.",
            "toWhom": "Shops nearby.",
        },
        "circumstances": "First contact with the police. Settled at home.",
        "strengths": "Football; trusts a teacher.",
        "structuralBarriers": "None found.",
        "engagement": {"level": "PARTIAL", "barriers": ["clash with school"], "adjustments": ["met at school"]},
        "sources": ["Child", "Parent", "School"],
        "proposal": {"disposal": "COMMUNITY_RESOLUTION", "alternatives": ["TRIAGE"], "plan": "Apology; two sessions."},
        "factUpdates": {},
    }


def _advised(teller: Teller, case_id: str) -> str:
    answer = teller.step(OFFICER, "POST", f"/v1/cases/{case_id}/advice", expect=201, purpose=DECIDING, body={}).json()
    for option in answer["options"]:
        teller.told(f"{option['disposal']:<27} {option['standing']:<16} {option['fit']}")
    teller.require(len(answer["options"]) == 10, "all ten disposals are listed")  # noqa: PLR2004  (the contract's ten)
    gravity = answer["gravity"]
    teller.told(f"gravity {gravity['score']}, matrix {gravity['matrix']['edition']}, {gravity['matrix']['status']}")
    teller.require("ENGAGEMENT" in answer["neverRead"], "engagement was never read")
    advice_id: str = answer["adviceId"]
    kept = teller.step(OFFICER, "GET", f"/v1/advice/{advice_id}", expect=200, purpose=DECIDING)
    teller.require(kept.json() == answer, "the receipt says what the advice said")
    replayed = teller.step(OFFICER, "POST", f"/v1/advice/{advice_id}/replay", expect=200, purpose=DECIDING, body={})
    teller.require(replayed.json()["same"] is True, "evaluated again, it comes out the same")
    return advice_id


def _opinion(disposal: str, advice_id: str, departs: Document | None = None) -> Document:
    rationale = f"{disposal.replace('_', ' ').capitalize()} fits what the child and the victim told us."
    return {"disposal": disposal, "rationale": rationale, "adviceId": advice_id, "conditions": [], "departs": departs}


def _decision(disposal: str, advice_id: str) -> Document:
    return {"disposal": disposal, "rationale": "As both agencies hold, on the facts that they know.", "adviceId": advice_id}


def _speak(
    teller: Teller, client: str, case_id: str, disposal: str, advice_id: str, standing: str, departs: Document | None = None
) -> None:
    body = _opinion(disposal, advice_id, departs)
    answer = _post_with_etag(teller, client, case_id, "opinions", body, expect=201)
    teller.require(answer["standing"] == standing, f"the joint decision stands {standing}")


def _post_with_etag(teller: Teller, client: str, case_id: str, what: str, body: Document, *, expect: int) -> Document:
    match = {"If-Match": teller.etag(client, f"/v1/cases/{case_id}")}
    path = f"/v1/cases/{case_id}/{what}"
    answer: Document = teller.step(client, "POST", path, expect=expect, purpose=DECIDING, body=body, headers=match).json()
    return answer


# ── police and YJS do not agree ──────────────────────────────────────────────


def _conflicted(teller: Teller, today: date) -> None:
    teller.heading("5. In Camden they disagree: nothing is outvoted, it goes to the managers of both.")
    case_id = _referred(teller, CAMDEN, today)
    _pre_assessed(teller, case_id)
    advice_id = _advised(teller, case_id)
    caution = {"from": "ADVICE", "reason": "OTHER", "why": "The officer thinks that a formal warning is needed here."}
    _speak(teller, OFFICER, case_id, "YOUTH_CAUTION", advice_id, "INCOMPLETE", caution)
    _speak(teller, PRACTITIONER, case_id, "OUTCOME_22", advice_id, "CONFLICTED")
    status = teller.step(OFFICER, "GET", f"/v1/cases/{case_id}", expect=200, purpose=DECIDING).json()["status"]
    teller.require(status == "ESCALATED", "the case is escalated")
    where = teller.step(OFFICER, "GET", f"/v1/cases/{case_id}/escalation", expect=200, purpose=DECIDING).json()
    teller.told(f"level {where['level']}, due {where['dueOn']}: {where['because']}")
    _post_with_etag(teller, OFFICER, case_id, "opinions", _opinion("OUTCOME_22", advice_id), expect=403)
    _speak(teller, "demo-police-supervisor", case_id, "OUTCOME_22", advice_id, "INCOMPLETE")
    _speak(teller, "demo-yjs-manager", case_id, "OUTCOME_22", advice_id, "AGREED")
    decided = _decision("OUTCOME_22", advice_id)
    decision = _post_with_etag(teller, "demo-police-supervisor", case_id, "decision", decided, expect=201)
    teller.require([d["disposal"] for d in decision["dissent"]] == ["YOUTH_CAUTION"], "the dissent is kept")
    teller.require(decision["outcomeCodeWhen"] == "ON_COMPLETION", "outcome 22 is recorded only on completion")


# ── who may not ──────────────────────────────────────────────────────────────


def _walls(teller: Teller) -> None:
    teller.heading("6. What is not to be had.")
    cases = teller.step(OFFICER, "GET", "/v1/cases?limit=1", expect=200, purpose=DECIDING).json()["items"]
    path = f"/v1/cases/{cases[0]['caseId']}"
    teller.step("demo-yjs-ealing", "GET", path, expect=404, purpose=DECIDING)
    teller.step(OFFICER, "GET", path, expect=400)
    teller.step("demo-police", "GET", path, expect=403, purpose=DECIDING)
    teller.step("demo-scrutiny-member", "GET", path, expect=403, purpose="SCRUTINY")


def _stateless(teller: Teller, today: date) -> None:
    teller.heading("7. Advice that stores nothing, and takes no protected characteristic.")
    referral = a_referral(ISLINGTON, today)
    keep = ("dateOfBirth", "careStatus", "communicationNeed", "exploitation")
    facts = {
        "asAt": today.isoformat(),
        "area": ISLINGTON,
        "child": {name: referral["child"][name] for name in keep},
        "offences": referral["offences"],
        "victims": referral["victims"],
        "history": [],
        "agreement": {"toTakePart": "UNKNOWN", "toConditions": "UNKNOWN"},
    }
    answer = teller.step("demo-police", "POST", "/v1/advice", expect=200, body=facts).json()
    teller.require(answer["adviceId"] is None, "nothing was stored")
    biased = {**facts, "child": {**facts["child"], "ethnicity": "B1"}}
    refused = teller.step("demo-police", "POST", "/v1/advice", expect=422, body=biased).json()
    teller.require(refused["code"] == "not-a-decision-fact", "ethnicity is not a fact for a decision")


# ── scrutiny ─────────────────────────────────────────────────────────────────


def _scrutinised(teller: Teller) -> None:
    teller.heading("8. A scrutiny panel freezes its frame, throws dice in the meeting, and draws.")
    chair, member = "demo-scrutiny-chair", "demo-scrutiny-member"
    frame = _frozen(teller, chair, member)
    teller.told(f"{frame['count']} decided cases, frame digest {frame['frameDigest'][:16]}…")
    dice = {"contributions": [{"by": "chair", "value": "4 6 1 3 3 5"}]}
    path = f"/v1/scrutiny/frames/{frame['frameId']}/draw"
    drawn = teller.step(chair, "POST", path, expect=201, purpose="SCRUTINY", body=dice).json()
    teller.step(chair, "POST", path, expect=409, purpose="SCRUTINY", body=dice)
    sample = f"/v1/scrutiny/samples/{drawn['sampleId']}"
    proof = teller.step(member, "GET", f"{sample}/verification", expect=200, purpose="SCRUTINY").json()
    committed = hashlib.sha256(drawn["nonce"].encode()).hexdigest()
    teller.require(committed == frame["nonceCommitment"], "the nonce is the one committed to before the dice fell")
    teller.require(_recomputed(proof), "anybody with sha256sum draws the same cases")
    teller.step(
        member, "POST", "/v1/scrutiny/terms-acceptance", expect=201, purpose="SCRUTINY", body={"version": "1"}
    )
    items = teller.step(member, "GET", f"{sample}/items", expect=200, purpose="SCRUTINY")
    teller.told(f"{len(items.json()['items'])} items, each with its protected characteristics")
    hidden = all(word not in items.text for word in ("dateOfBirth", "familyName", "reference", "caseId"))
    teller.require(hidden, "no name, birth date, case id or police reference is in them")


def _frozen(teller: Teller, chair: str, member: str) -> Document:
    asked: Document = {
        "areas": [ISLINGTON, CAMDEN],
        "decidedFrom": "2026-01-01",
        "decidedTo": "2026-11-01",
        "strata": ["DISPOSAL"],
        "size": 10,
        "minimumPerStratum": 1,
        "purpose": "PANEL",
        "members": [member],
    }
    earlier = teller.step(chair, "GET", "/v1/scrutiny/frames?limit=200", expect=200, purpose="SCRUTINY").json()["items"]
    drawn = [frame["frameId"] for frame in earlier if frame.get("sampleId")]
    if drawn:
        asked |= {"redrawOf": drawn[-1], "reason": "The story is told again."}
    frame: Document = teller.step(chair, "POST", "/v1/scrutiny/frames", expect=201, purpose="SCRUTINY", body=asked).json()
    return frame


def _recomputed(proof: Document) -> bool:
    tickets = {one["entry"]: _sha256(f"{proof['seed']}|{one['entry']}") for one in proof["entries"]}
    told = "|".join([*(given["value"] for given in proof["contributions"]), proof["nonce"]])
    frame = _sha256("".join(f"{entry}\n" for entry in sorted(tickets)))
    drawn = []
    for stratum in proof["allocation"]:
        entries = [one["entry"] for one in proof["entries"] if one["stratum"] == stratum["stratum"]]
        drawn += sorted(entries, key=tickets.__getitem__)[: stratum["size"]]
    told_right = told == proof["seed"] and frame == proof["frameDigest"]
    return told_right and sorted(drawn) == sorted(one["entry"] for one in proof["drawn"])


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _audited(teller: Teller, case_id: str) -> None:
    teller.heading("   The auditor, and nobody else, reads who did what.")
    path = f"/v1/audit?caseId={case_id}&limit=200"
    teller.step(OFFICER, "GET", path, expect=403, purpose="AUDIT")
    entries = teller.step("demo-auditor", "GET", path, expect=200, purpose="AUDIT").json()["items"]
    acts = {entry["act"] for entry in entries}
    wanted = {"referral.received", "pre-assessment.recorded", "characteristics.recorded", "advice.taken"}
    wanted |= {"opinion.recorded", "decision.made", "case.read"}
    teller.require(wanted <= acts, "every step is in the log: " + ", ".join(sorted(wanted)))
