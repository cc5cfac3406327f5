"""What is known of each invented case: the referral, the pre-assessment and the characteristics, as they are sent."""

from datetime import date, timedelta
from typing import Any

from app.demo import seed_words as words
from app.demo.seed_cases import NOT_STATED, Case
from app.law.model import DisposalCode as D

Document = dict[str, Any]
FORCE, SYSTEM = "metropolitan", "demo-data"
_OLD_ENOUGH_FOR_A_PAST = 13

# ── the referral ─────────────────────────────────────────────────────────────


def referral(case: Case, sent_at: str) -> Document:
    """Return the referral of a case as the police send it at an instant."""
    return {
        "source": {"force": FORCE, "system": SYSTEM, "reference": case.reference},
        "route": "COMMUNITY_RESOLUTION_ISSUED" if case.support_only else "POLICE_INVESTIGATION",
        "referredAt": sent_at,
        "area": case.area,
        "child": _child(case),
        "offences": [_offence(case)],
        "victims": _victims(case),
        "history": _history(case),
        "investigation": {
            "officer": f"P{case.choices.within('officer', 100_000, 999_999)}",
            "station": case.reference[:2],
            "status": case.choices.one_of("investigation", ("VOLUNTARY_INTERVIEW", "BAILED", "RELEASED")),
        },
    }


def care_status(case: Case) -> str:
    """Return what the local authority is to the child."""
    if case.offence.in_care:
        return "LOOKED_AFTER"
    return case.choices.weighted(
        "care",
        {
            "NONE": 54,
            "LOOKED_AFTER": 14,
            "CHILD_IN_NEED": 14,
            "CHILD_PROTECTION": 8,
            "CARE_LEAVER": 3,
            "UNKNOWN": 7,
        },
    )


def exploited(case: Case) -> bool:
    """Return whether there are signs that somebody exploited the child."""
    return bool(_exploitation(case)["indicated"] == "YES")


def _child(case: Case) -> Document:
    choose = case.choices
    return {
        "givenNames": choose.one_of("given", words.COLOURS),
        "familyName": choose.one_of("family", words.TREES),
        "dateOfBirth": case.born_on.isoformat(),
        "identifiers": [{"scheme": "YJS_PERSON", "value": f"DEMO-{case.reference}"}],
        "careStatus": care_status(case),
        "communicationNeed": choose.weighted(
            "communication", {"SCREENED_NONE": 50, "IDENTIFIED": 25, "NOT_SCREENED": 20, "UNKNOWN": 5}
        ),
        "exploitation": _exploitation(case),
        "characteristics": _of_the_police(case),
    }


def _exploitation(case: Case) -> Document:
    if case.after is not None:
        return {"indicated": "NO", "nrm": "NONE", "section45": "UNLIKELY"}
    indicated, nrm, defence = case.choices.weighted(
        "exploitation",
        {
            ("NO", "NONE", "UNLIKELY"): 84,
            ("YES", "REFERRED", "UNLIKELY"): 6,
            ("YES", "REASONABLE_GROUNDS", "ARGUABLE"): 4,
            ("UNKNOWN", "UNKNOWN", "NOT_CONSIDERED"): 6,
        },
    )
    return {"indicated": indicated, "nrm": nrm, "section45": defence}


def _offence(case: Case) -> Document:
    choose, kind = case.choices, case.offence
    known: Document = {
        "id": "1",
        "cjsCode": kind.cjs_code,
        "committedOn": case.offence_on.isoformat(),
        "reportedOn": (case.offence_on + timedelta(days=choose.weighted("reported", {0: 7, 1: 2, 3: 1}))).isoformat(),
        "evidence": "FULL_CODE_TEST_MET" if kind.for_court or case.after else _evidence(case),
        "response": _response(case),
        "circumstances": list(kind.circumstances),
        "aggravatingFactors": ["A7_GROUP"] if choose.chance("group", 15) else [],
        "mitigatingFactors": ["M8_HARM_PUT_RIGHT"] if choose.chance("put-right", 15) else [],
    }
    if choose.chance("scored", 70):
        score = min(5, max(1, kind.base + choose.weighted("movement", {0: 80, -1: 12, 1: 8})))
        known["officerScore"] = {"base": kind.base, "score": score, "rationale": "Scored on the matrix in force."}
    return known


def _evidence(case: Case) -> str:
    weights = {"FULL_CODE_TEST_MET": 60, "SUFFICIENT_TO_CHARGE": 25, "SHOWS_OFFENCE": 9, "INSUFFICIENT": 6}
    return case.choices.weighted("evidence", weights)


def _response(case: Case) -> Document:
    choose = case.choices
    kind = choose.weighted(
        "response", {"ADMITTED": 64, "ACCEPTS_RESPONSIBILITY": 16, "DENIED": 8, "NO_COMMENT": 9, "NOT_ASKED": 3}
    )
    if kind == "NOT_ASKED" and case.after is None:
        return {"kind": kind}
    return {
        "kind": kind if case.after is None else "ADMITTED",
        "on": (case.offence_on + timedelta(days=choose.within("interview", 3, 4))).isoformat(),
        "to": "CONSTABLE",
        "appropriateAdult": "PRESENT",
        "legalAdvice": choose.weighted("legal-advice", {"TAKEN": 66, "DECLINED": 34}),
        "understood": "YES",
    }


def _victims(case: Case) -> list[Document]:
    if case.offence.victim is None:
        return []
    choose = case.choices
    consulted = choose.weighted("consulted", {"YES": 74, "DECLINED": 12, "UNREACHABLE": 9, "NO": 5})
    if consulted != "YES":
        return [{"kind": case.offence.victim, "consulted": consulted}]
    return [
        {
            "kind": case.offence.victim,
            "consulted": consulted,
            "preference": choose.weighted("preference", {"INFORMAL": 55, "NO_VIEW": 25, "FORMAL": 20}),
            "restorative": choose.weighted("restorative", {"YES": 40, "UNSURE": 20, "NO": 40}),
            "supportsAction": choose.weighted("supports", {"YES": 70, "NO": 20, "UNKNOWN": 10}),
        }
    ]


def _history(case: Case) -> list[Document]:
    if case.age < _OLD_ENOUGH_FOR_A_PAST:
        return []
    past = case.choices.weighted(
        "history",
        {
            (): 70,
            (D.TRIAGE,): 9,
            (D.COMMUNITY_RESOLUTION,): 9,
            (D.YOUTH_CAUTION,): 6,
            (D.COMMUNITY_RESOLUTION, D.YOUTH_CAUTION): 3,
            (D.TRIAGE, D.COMMUNITY_RESOLUTION): 3,
        },
    )
    return [_past(case, number, disposal) for number, disposal in enumerate(past)]


def _past(case: Case, number: int, disposal: str) -> Document:
    ago = case.choices.within(f"past-{number}", 90, 240) + 200 * (1 - number)
    ended = "NOT_APPLICABLE" if disposal == D.YOUTH_CAUTION else "COMPLETED"
    given: date = case.offence_on - timedelta(days=ago)
    return {"disposal": disposal, "givenOn": given.isoformat(), "completion": ended}


# ── the pre-assessment ───────────────────────────────────────────────────────


def engagement(case: Case) -> str:
    """Return how far the child took part in the assessment."""
    return case.choices.weighted("engagement", {"FULL": 62, "PARTIAL": 24, "NONE": 9, "NOT_OFFERED": 5})


def pre_assessment(case: Case) -> Document:
    """Return the pre-assessment as the YJS writes it; in some cases a part is missing, as inspectors found."""
    choose = case.choices
    written: Document = {
        "tool": choose.weighted("tool", {"PDAT": 85, "ASSETPLUS": 15}),
        "childVoice": choose.one_of("child-voice", words.CHILD_VOICES),
        "parentCarerVoice": choose.one_of("parent-voice", words.PARENT_VOICES),
        "victimVoice": choose.one_of("victim-voice", words.VICTIM_VOICES),
        "safety": _safety(case),
        "riskToOthers": _risk(case),
        "circumstances": choose.one_of("circumstances", words.CIRCUMSTANCES),
        "strengths": choose.one_of("strengths", words.STRENGTHS),
        "structuralBarriers": choose.one_of("barriers", words.STRUCTURAL_BARRIERS),
        "engagement": _engagement(case),
        "sources": ["Child", "Parent or carer", choose.one_of("sources", ("School", "Social care", "Police"))],
        "proposal": _proposal(case),
        "factUpdates": _established(case),
    }
    written |= _looked_into(case)
    for part, percent in (("victimVoice", 14), ("parentCarerVoice", 6), ("structuralBarriers", 10)):
        if choose.chance(f"no-{part}", percent):
            del written[part]
    if choose.chance("no-impact", 12):
        del written["riskToOthers"]["impact"]
    high = {written[block]["level"] for block in ("safety", "riskToOthers")} & {"HIGH", "VERY_HIGH"}
    if high and choose.chance("countersigned", 80):
        written["countersignedBy"] = "demo-yjs-manager"
    return written


def _looked_into(case: Case) -> Document:
    """Return what is written of a need or a harm that the referral names."""
    child, found = _child(case), {}
    if child["communicationNeed"] == "IDENTIFIED":
        found["send"] = "Short sentences and pictures were used; the school's plan was read."
    if exploited(case):
        found["exploitation"] = "Who gains from the offence was asked; the first responder was told."
    if child["careStatus"] == "LOOKED_AFTER" or case.offence.in_care:
        found["care"] = "Asked whether the police would have been called to a family home."
    return found


def _safety(case: Case) -> Document:
    return {
        "level": case.choices.weighted("safety", {"LOW": 45, "MEDIUM": 38, "HIGH": 15, "VERY_HIGH": 2}),
        "nature": "Out late with older children.",
        "context": "At weekends, away from home.",
        "imminence": "Not immediate.",
        "likelihood": "Unlikely with the support that is planned.",
    }


def _risk(case: Case) -> Document:
    return {
        "level": case.choices.weighted("risk", {"LOW": 60, "MEDIUM": 32, "HIGH": 8}),
        "nature": "The same kind of matter again.",
        "context": "In a group.",
        "imminence": "Not immediate.",
        "likelihood": "Less than it was at referral.",
        "impact": "Distress, or a loss of small value.",
        "toWhom": "Children of the same age; shops nearby.",
    }


def _engagement(case: Case) -> Document:
    level = engagement(case)
    if level in {"FULL", "NOT_OFFERED"}:
        return {"level": level}
    barrier = case.choices.one_of("engagement-barrier", words.ENGAGEMENT_BARRIERS)
    adjusted = case.choices.chance("adjusted", 65)
    adjustments = [case.choices.one_of("adjustment", words.ADJUSTMENTS)] if adjusted else []
    return {"level": level, "barriers": [barrier], "adjustments": adjustments}


def _proposal(case: Case) -> Document:
    """Return what the YJS thinks of before it has heard the advice."""
    thought_of = {
        1: (D.TRIAGE, D.NO_FURTHER_ACTION),
        2: (D.TRIAGE, D.COMMUNITY_RESOLUTION),
        3: (D.COMMUNITY_RESOLUTION, D.YOUTH_CAUTION),
        4: (D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION),
        5: (D.CHARGE,),
    }[case.offence.base]
    disposal = case.choices.one_of("proposal", thought_of)
    others = [other for other in thought_of if other != disposal]
    return {"disposal": disposal, "alternatives": others, "plan": "Two sessions, and a talk at school."}


def _established(case: Case) -> Document:
    """Return what the assessment established: whether the child would take part, where that was asked."""
    if not case.choices.chance("asked-to-take-part", 60):
        return {}
    return {"agreement": {"toTakePart": "YES", "toConditions": "YES"}}


# ── characteristics ──────────────────────────────────────────────────────────

_SELF_DEFINED = {
    "ASIAN": {"A1": 1, "A2": 1, "A3": 4, "A4": 1, "A9": 1},
    "BLACK": {"B1": 4, "B2": 5, "B9": 1},
    "MIXED": {"M1": 5, "M2": 2, "M3": 1, "M9": 2},
    "OTHER": {"O2": 1, "O9": 1},
    "WHITE": {"W1": 6, "W2": 1, "W3": 1, "W9": 3},
}
_SEEN = {
    "ASIAN": {"4": 9, "5": 1},
    "BLACK": {"3": 1},
    "MIXED": {"3": 7, "1": 2, "2": 1},
    "OTHER": {"6": 3, "2": 1},
    "WHITE": {"1": 8, "2": 2},
    NOT_STATED: {"3": 3, "1": 3, "0": 1},
}
_NOT_TOLD = {"DECLINED": 3, "NOT_ASKED": 2, "COULD_NOT_ASK": 1}


def characteristics(case: Case) -> list[Document]:
    """Return what the YJS knows of the child, what the police sent included, with how it came to be known."""
    choose = case.choices
    send = choose.weighted("send", {"NONE": 46, "SEN_SUPPORT": 24, "EHCP": 18, "": 12})
    diverse = choose.weighted("diverse", {"NONE": 50, "ADHD": 14, "AUTISM": 8, "UNDER_ASSESSMENT": 8, "": 20})
    language = choose.weighted("language", {"English": 72, "Somali": 6, "Bengali": 6, "Turkish": 6, "": 10})
    religion = choose.weighted("religion", {"NONE": 34, "CHRISTIAN": 24, "MUSLIM": 22, "": 20})
    return [
        *_of_the_police(case),
        _told(case, "DISABILITY", choose.weighted("disability", {"NO": 68, "YES_LIMITED_A_LITTLE": 14, "": 18})),
        _told(case, "RELIGION_OR_BELIEF", religion),
        _status("SEXUAL_ORIENTATION", "NOT_ASKED"),
        _status("GENDER_REASSIGNMENT", "NOT_ASKED"),
        _status("PREGNANCY_MATERNITY", "NOT_ASKED" if case.girl else "NOT_APPLICABLE"),
        _status("MARRIAGE_CIVIL_PARTNERSHIP", "NOT_APPLICABLE"),
        _care_experience(case),
        _told(case, "SEND", send, source="SCHOOL"),
        _told(case, "NEURODIVERSITY", diverse, source="PARENT_CARER"),
        _told(case, "SPEECH_LANGUAGE_COMMUNICATION", choose.weighted("slc", {"NO": 55, "YES": 22, "": 23})),
        _traveller(case),
        _told(case, "FIRST_LANGUAGE", language),
        _told(case, "MIGRATION_STATUS", choose.weighted("migration", {"SETTLED": 70, "ASYLUM_SEEKER": 5, "": 25})),
        _stated("DEPRIVATION", str(choose.within("deprivation", 1, 5)), source="POSTCODE", scheme="IMD_DECILE"),
    ]


def _of_the_police(case: Case) -> list[Document]:
    """Return what the police send: what the child said of itself and, apart from it, what an officer saw."""
    choose = case.choices
    seen = choose.weighted("seen", _SEEN[case.ethnic_group])
    sex = "FEMALE" if case.girl else "MALE"
    return [
        _self_defined(case),
        _stated("ETHNICITY", seen, source="OFFICER", scheme="PNC_6_1"),
        _status("SEX", "NOT_ASKED") if choose.chance("no-sex", 3) else _stated("SEX", sex, source="SELF"),
    ]


def _self_defined(case: Case) -> Document:
    if case.ethnic_group == NOT_STATED:
        return _status("ETHNICITY", case.choices.weighted("ethnicity", _NOT_TOLD), source="SELF")
    code = case.choices.weighted("ethnicity", _SELF_DEFINED[case.ethnic_group])
    return _stated("ETHNICITY", code, source="SELF", scheme="SDE_18_1", version="2011")


def _care_experience(case: Case) -> Document:
    care = care_status(case)
    if care == "UNKNOWN":
        return _status("CARE_EXPERIENCE", "UNKNOWN")
    experienced = care in {"LOOKED_AFTER", "CARE_LEAVER"}
    return _stated("CARE_EXPERIENCE", "YES" if experienced else "NO", source="SOCIAL_CARE")


def _traveller(case: Case) -> Document:
    if case.ethnic_group == NOT_STATED:
        return _status("GYPSY_ROMA_TRAVELLER", "NOT_ASKED")
    said = _self_defined(case)["value"]
    return _stated("GYPSY_ROMA_TRAVELLER", "YES" if said == "W3" else "NO", source="SELF")


def _told(case: Case, characteristic: str, value: str, source: str = "SELF") -> Document:
    """Return what somebody told; of no value, why there is none."""
    if value:
        return _stated(characteristic, value, source=source)
    return _status(characteristic, case.choices.weighted(f"why-no-{characteristic}", _NOT_TOLD))


def _stated(characteristic: str, value: str, *, source: str, scheme: str | None = None, version: str = "1") -> Document:
    told: Document = {"characteristic": characteristic, "value": value, "status": "STATED", "source": source}
    return told if scheme is None else told | {"scheme": scheme, "schemeVersion": version}


def _status(characteristic: str, status: str, source: str | None = None) -> Document:
    told: Document = {"characteristic": characteristic, "status": status}
    return told if source is None else told | {"source": source}
