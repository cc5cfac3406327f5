"""What police and YJS hold of an invented case once they have the advice, and what is decided. Pure.

They choose among what the advice leaves open, mostly what it points to. Now and then they depart, with a reason; and
where they do not agree, the police hold the heavier of two disposals and the YJS the lighter. Children who took little
part in the assessment are given triage less often where something heavier is indicated too, as inspectors thought in
Islington: an invented pattern, so that statistics have something to find. No characteristic has any influence.
"""

from dataclasses import dataclass
from typing import Any

from app.demo import seed_words as words
from app.demo.seed_cases import Case
from app.demo.seed_facts import care_status, engagement, exploited
from app.law.model import DisposalCode as D

Document = dict[str, Any]
POLICE, YJS = "POLICE", "YJS"
PUBLIC_INTEREST, EVIDENTIAL = "10", "15"
_LABELS = {
    D.NO_FURTHER_ACTION: "No further action",
    D.TRIAGE: "Triage",
    D.OUTCOME_21: "Outcome 21",
    D.OUTCOME_22: "Outcome 22",
    D.COMMUNITY_RESOLUTION: "A community resolution",
    D.DEFERRED_CAUTION: "A deferred caution",
    D.DEFERRED_PROSECUTION: "Deferred prosecution",
    D.YOUTH_CAUTION: "A youth caution",
    D.YOUTH_CONDITIONAL_CAUTION: "A youth conditional caution",
    D.CHARGE: "A charge",
}
_CONDITIONS = (
    {"what": "Six sessions on carrying knives and what follows from it.", "kind": "REHABILITATION"},
    {"what": "Repair what was broken, with a worker, on two Saturdays.", "kind": "REPARATION"},
)


@dataclass(frozen=True)
class Views:
    """The disposal that is settled on in the end, and what each agency holds until then."""

    settled: D
    police: D
    yjs: D


def views(case: Case, advice: Document) -> Views:
    """Return what the two agencies hold of a case under a piece of advice."""
    if case.after is not None:
        return Views(case.after.disposal, case.after.disposal, case.after.disposal)
    options = _choosable(case, advice)
    settled = _settled(case, options)
    if len(options) == 1:
        return Views(settled, settled, settled)
    police, yjs = _apart([D(option["disposal"]) for option in options], settled, upward=case.choices.chance("up", 50))
    return Views(settled, police, yjs)


def held_by(case: Case, advice: Document, agency: str, level: int) -> D:
    """Return what an agency holds at a level."""
    held = views(case, advice)
    if level >= case.agreed:
        return held.settled
    return held.police if agency == POLICE else held.yjs


def decided(case: Case, advice: Document) -> D:
    """Return what is decided: what both hold at the last level, or the police alone where they never agree."""
    return held_by(case, advice, POLICE, case.level)


def _choosable(case: Case, advice: Document) -> list[Document]:
    """Return the options that somebody could sensibly hold, lightest first; there is always one."""
    if case.offence.for_court:
        return [_option(advice, D.CHARGE)]
    set_apart = {D.CHARGE, D.OUTCOME_21}
    available = [option for option in advice["options"] if option["standing"] == "AVAILABLE"]
    return [one for one in available if one["disposal"] not in set_apart or _is_pointed_to(one)]


def _is_pointed_to(option: Document) -> bool:
    return bool(option["fit"] == "INDICATED" and option["disposal"] != D.CHARGE)


def _settled(case: Case, options: list[Document]) -> D:
    pointed_to = [D(option["disposal"]) for option in options if option["fit"] == "INDICATED"]
    others = [D(option["disposal"]) for option in options if option["fit"] == "NEUTRAL"]
    if others and (not pointed_to or case.choices.chance("departs", 14)):
        return case.choices.one_of("other", others)
    if not pointed_to:
        return D(options[0]["disposal"])
    if D.OUTCOME_21 in pointed_to and case.choices.chance("outcome-21", 80):
        return D.OUTCOME_21
    least, *more = pointed_to
    little_part = engagement(case) in {"PARTIAL", "NONE"}
    heavier = case.choices.chance("heavier", 85 if little_part and least is D.TRIAGE else 35)
    return case.choices.one_of("settled", more) if heavier and more else least


def _apart(options: list[D], settled: D, *, upward: bool) -> tuple[D, D]:
    """Return a heavier and a lighter disposal, one of which is the one settled on in the end."""
    place = options.index(settled)
    if place == 0 or (upward and place + 1 < len(options)):
        return options[place + 1], settled
    return settled, options[place - 1]


# ── in words ─────────────────────────────────────────────────────────────────


def opinion(case: Case, advice: Document, agency: str, level: int) -> Document:
    """Return the opinion of an agency at a level, as it is sent."""
    disposal = held_by(case, advice, agency, level)
    said = words.POLICE_SAYS if agency == POLICE else words.YJS_SAYS
    return {
        "disposal": disposal,
        "rationale": f"{_LABELS[disposal]}. {case.choices.one_of(f'said-{agency}-{level}', said)}",
        "adviceId": advice["adviceId"],
        "conditions": list(_CONDITIONS) if disposal is D.YOUTH_CONDITIONAL_CAUTION else [],
        "departs": _departure(case, advice, disposal),
    }


def decision(case: Case, advice: Document) -> Document:
    """Return the decision of record, as it is sent."""
    disposal = decided(case, advice)
    body: Document = {
        "disposal": disposal,
        "rationale": f"{_LABELS[disposal]}, on the facts and the opinions of both agencies.",
        "adviceId": advice["adviceId"],
    }
    if disposal is D.NO_FURTHER_ACTION:
        body["outcomeCode"] = EVIDENTIAL if _evidence_fails(advice) else PUBLIC_INTEREST
    return body


def needs_the_prosecutor(case: Case, advice: Document) -> bool:
    """Return whether the disposal is the CPS's to decide."""
    option = _option(advice, decided(case, advice))
    return bool(option["standing"] == "NEEDS_AUTHORITY" and option["authority"] == "CPS")


def _departure(case: Case, advice: Document, disposal: D) -> Document | None:
    if _option(advice, disposal)["fit"] == "INDICATED":
        return None
    reason = case.choices.one_of(f"why-{disposal}", _reasons(case, advice, disposal))
    source = "SCORE" if reason.startswith("SERIOUSNESS") else "ADVICE"
    return {"from": source, "reason": reason, "why": words.DEPARTURES[reason]}


def _reasons(case: Case, advice: Document, disposal: D) -> tuple[str, ...]:
    """Return the reasons that could be given for a disposal to which the advice does not point."""
    pointed_to = [option for option in advice["options"] if option["fit"] == "INDICATED"]
    lightest = min((option["rank"] for option in pointed_to), default=0)
    if _option(advice, disposal)["rank"] > lightest:
        return ("PATTERN", "PUBLIC_PROTECTION", "VICTIM_SAFETY", "SERIOUSNESS_UNDERSTATED")
    if all(option["standing"] == "POLICY_BLOCK" for option in pointed_to):
        return ("LOCAL_AVAILABILITY",)
    if exploited(case):
        return ("EXPLOITATION",)
    lighter = ("CHILD_WELFARE", "NEEDS_BETTER_MET", "HARM_PUT_RIGHT", "ALREADY_DEALT_WITH", "SERIOUSNESS_OVERSTATED")
    return (*lighter, "CARE_EXPERIENCE") if care_status(case) == "LOOKED_AFTER" else lighter


def _option(advice: Document, disposal: D) -> Document:
    found: Document = next(option for option in advice["options"] if option["disposal"] == disposal)
    return found


def _evidence_fails(advice: Document) -> bool:
    findings = _option(advice, D.NO_FURTHER_ACTION)["findings"]
    return any(one["requirement"] == "evidence_insufficient" and one["answer"] == "MET" for one in findings)
