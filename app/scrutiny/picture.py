"""Turns a decided case into what a panel may see of it. Pure.

Decides the form of an item: what the decision-maker knew then, with nothing by which the child could be found: no name,
birth date, case id, citation, value read, police reference, date or free text. Dates become numbers of days.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from app.law.dates import age_on
from app.scrutiny import groups
from app.scrutiny.anonymity import WITHHELD, QuasiIdentifiers, Shown
from app.scrutiny.decided import DecidedCase, Json
from app.scrutiny.groups import UNKNOWN, Lists
from app.scrutiny.words import CHARACTERISTICS, QUASI_OF, Dimension

_STATED = "STATED"
_OFFICER = "OFFICER"
_SINGLE_AGENCY = "SINGLE_AGENCY"
_OFFICER_DEFINED = "PNC_6_1"
_LOW_ENGAGEMENT = frozenset({"PARTIAL", "NONE"})
_IN_CARE = frozenset({"LOOKED_AFTER", "CARE_LEAVER"})


def quasi_identifiers(case: DecidedCase, lists: Lists) -> QuasiIdentifiers:
    """Return the quasi-identifiers of a case before any coarsening.

    Age is that at the lead offence: it is the age by which the law and the panel judge, and always that of a child.
    """
    lead = lead_offence(case)
    return QuasiIdentifiers(
        age_band=groups.age_band(age_at_lead_offence(case)),
        sex=stated(case.characteristics, "SEX"),
        ethnic_group=_ethnic_group(case.characteristics, lists),
        area=case.area,
        quarter=groups.quarter(case.decided_on),
        offence_group=groups.offence_group(lists.categories.get(str(lead["offence"]), "")),
    )


def age_at_lead_offence(case: DecidedCase) -> int:
    """Return how old the child was on the day of the offence that leads the advice."""
    lead = lead_offence(case)
    committed = next(one["committedOn"] for one in case.facts["offences"] if one["id"] == lead["id"])
    return age_on(date.fromisoformat(case.facts["child"]["dateOfBirth"]), date.fromisoformat(committed))


def lead_offence(case: DecidedCase) -> Json:
    """Return the offence that leads the advice, as the advice names it; the first where no score says which leads."""
    gravity = case.advice["gravity"]
    offences: Sequence[Json] = gravity["offences"]
    return next((one for one in offences if one["id"] == gravity["leadOffence"]), offences[0])


def picture(case: DecidedCase) -> Json:
    """Return what does not depend on coarsening: gravity, advice, opinions, escalation, decision, timeliness."""
    gravity = case.advice["gravity"]
    return {
        "gravity": {"score": gravity["score"], "matrix": gravity["matrix"], "scoreStatus": case.advice["scoreStatus"]},
        "advice": [_option(option) for option in case.advice["options"]],
        "singleAgency": case.single_agency,
        "opinions": list(case.opinions),
        "escalation": case.escalations[-1] if case.escalations else None,
        "decision": case.decision,
        "engagement": case.engagement,
        "timeliness": _timeliness(case),
    }


def stratum_values(case: DecidedCase, shown: QuasiIdentifiers, dimensions: Sequence[Dimension]) -> list[str]:
    """Return a case's value in each dimension; quasi-identifiers as shown, so that a stratum tells no more."""
    return [getattr(shown, QUASI_OF[one]) if one in QUASI_OF else own_value(case, one) for one in dimensions]


def characteristics(case: DecidedCase, shown: QuasiIdentifiers) -> list[Json]:
    """Return every characteristic with its status and source; age, sex and ethnicity as they are shown.

    An ethnicity that an officer observed is never merged with what the child said, nor listed beside it: a second
    grouping would tell more than the k of the frame allows. `observed` says that there is one.
    """
    listed: list[Json] = []
    for name in CHARACTERISTICS:
        rows = [row for row in case.characteristics if row["characteristic"] == name and not _is_observed(row)]
        listed += [_characteristic(row, shown) for row in rows] or [_unrecorded(name, shown)]
    return listed


def status_of(case: DecidedCase, name: str) -> str:
    """Return how a characteristic came to be known or not, as said by or for the child; age is always derived."""
    if name == "AGE":
        return _STATED
    rows = [row for row in case.characteristics if row["characteristic"] == name and not _is_observed(row)]
    return str(rows[0]["status"]) if rows else UNKNOWN


def observed(case: DecidedCase) -> bool:
    """Return whether an officer recorded an ethnicity as observed; it is withheld from items, and that is told."""
    return any(_is_observed(row) for row in case.characteristics)


def _is_observed(row: Json) -> bool:
    observed_by = (row.get("source") == _OFFICER, row.get("scheme") == _OFFICER_DEFINED)
    return row["characteristic"] == "ETHNICITY" and any(observed_by)


def withheld() -> Shown:
    """Return how a row is shown that may not be shown."""
    return Shown(QuasiIdentifiers(*[WITHHELD] * len(QuasiIdentifiers.__slots__)), ())


def _characteristic(row: Json, shown: QuasiIdentifiers) -> Json:
    name, source = row["characteristic"], row.get("source")
    told: Json = {"characteristic": name, "value": row.get("value"), "status": row["status"], "source": source}
    coarse = {"ETHNICITY": shown.ethnic_group, "SEX": shown.sex, "AGE": shown.age_band}.get(name)
    if coarse is None:
        return told | {"value": row.get("value") if row["status"] == _STATED else None}
    return told | {"value": None if coarse == UNKNOWN else coarse} | _hidden_status(coarse)


def _hidden_status(coarse: str) -> Json:
    """Return the status of a withheld value; the recorded one would tell it after all (`DECLINED`)."""
    return {"status": WITHHELD, "source": None} if coarse == WITHHELD else {}


def _unrecorded(name: str, shown: QuasiIdentifiers) -> Json:
    """Return how a characteristic is told of which nothing was recorded; age is derived."""
    told: Json = {"characteristic": name, "value": None, "status": UNKNOWN, "source": None}
    coarse = {"ETHNICITY": shown.ethnic_group, "SEX": shown.sex}.get(name)
    if name == "AGE":
        return told | {"value": shown.age_band, "status": _STATED, "source": "DERIVED"} | _hidden_status(shown.age_band)
    if coarse == WITHHELD:
        return told | {"value": WITHHELD, "status": WITHHELD}
    return told


def _option(option: Json) -> Json:
    rules = sorted({finding["rule"] for finding in option["findings"] if finding["answer"] != "NOT_APPLICABLE"})
    return {"disposal": option["disposal"], "standing": option["standing"], "fit": option["fit"], "rules": rules}


def _timeliness(case: DecidedCase) -> Json:
    assessed = case.pre_assessed_at
    if case.single_agency:
        return {"daysToPreAssessment": None, "daysToDecision": None}
    return {
        "daysToPreAssessment": None if assessed is None else (assessed - case.received_at).days,
        "daysToDecision": (case.decided_at - case.received_at).days,
    }


def own_value(case: DecidedCase, dimension: Dimension) -> str:
    """Return the value of a dimension that is no quasi-identifier; KeyError for one that is."""
    if dimension in _OF_JOINT_DECISIONS:
        return _SINGLE_AGENCY if case.single_agency else _OF_JOINT_DECISIONS[dimension](case)
    match dimension:
        case Dimension.DISPOSAL:
            return str(case.decision["disposal"])
        case Dimension.GRAVITY:
            score = case.advice["gravity"]["score"]
            return UNKNOWN if score is None else str(score)
        case Dimension.CARED_FOR:
            return _cared_for(str(case.facts["child"].get("careStatus", UNKNOWN)))
        case Dimension.ENGAGEMENT:
            return "LOW" if case.engagement in _LOW_ENGAGEMENT else case.engagement
        case _:
            raise KeyError(dimension)


def _cared_for(status: str) -> str:
    if status == UNKNOWN:
        return UNKNOWN
    return "CARED_FOR" if status in _IN_CARE else "NOT_CARED_FOR"


def _departs(case: DecidedCase) -> bool:
    """Return whether the decision is a disposal that the advice named did not indicate."""
    fits = {option["disposal"]: option["fit"] for option in case.advice["options"]}
    return fits.get(case.decision["disposal"]) != "INDICATED"


_OF_JOINT_DECISIONS: Mapping[Dimension, Callable[[DecidedCase], str]] = MappingProxyType(
    {
        Dimension.DEPARTURE: lambda case: "DEPARTED" if _departs(case) else "AS_ADVISED",
        Dimension.ESCALATION: lambda case: "ESCALATED" if case.escalations else "AGREED",
        Dimension.SINGLE_AGENCY: lambda _: "JOINT",
    }
)


def stated(rows: Sequence[Json], name: str) -> str:
    """Return what was stated of a characteristic, or UNKNOWN."""
    found = [row for row in rows if row["characteristic"] == name and row["status"] == _STATED]
    return str(found[0]["value"]) if found else UNKNOWN


def ethnicity_code(case: DecidedCase) -> tuple[str, str] | None:
    """Return the list and the code of what was said by or for the child of its ethnicity, or None."""
    return _stated_ethnicity(case.characteristics)


def _ethnic_group(rows: Sequence[Json], lists: Lists) -> str:
    """Return the group of what was said by or for the child; what an officer saw does not stand in for it."""
    said = _stated_ethnicity(rows)
    return UNKNOWN if said is None else lists.ethnic_groups.get(said, UNKNOWN)


def _stated_ethnicity(rows: Sequence[Json]) -> tuple[str, str] | None:
    said = [row for row in rows if row["characteristic"] == "ETHNICITY" and not _is_observed(row)]
    stated: list[dict[str, Any]] = [row for row in said if row["status"] == _STATED]
    return (str(stated[0].get("scheme")), str(stated[0]["value"])) if stated else None
