"""One decision, as statistics read it: groups and outcomes, nothing by which a child could be found. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.cases.states import CaseStatus
from app.clock import london_day
from app.law.calendar import CalendarExhausted, working_days_after
from app.law.model import DisposalCode, Protocol
from app.scrutiny import picture
from app.scrutiny.decided import DecidedCase, Json
from app.scrutiny.groups import Lists, quarter
from app.scrutiny.words import CHARACTERISTICS, Dimension
from app.statistics.words import UNKNOWN, By, Outcome

CAUTIONS = frozenset({DisposalCode.YOUTH_CAUTION, DisposalCode.YOUTH_CONDITIONAL_CAUTION})
_MORE_FORMAL = {DisposalCode.CHARGE.value: Outcome.CHARGE} | {one.value: Outcome.CAUTION for one in CAUTIONS}
NOT_COUNTED = frozenset({CaseStatus.RESTRICTED, CaseStatus.WITHDRAWN})
_STATED_OF_CHILD = (By.SEND, By.NEURODIVERSITY, By.SPEECH_LANGUAGE_COMMUNICATION)
_ANSWERED = frozenset({"STATED", "DECLINED", "NOT_APPLICABLE"})
_NOT_ESTABLISHED = frozenset({UNKNOWN, "UNDER_ASSESSMENT"})
_MANY = 2


@dataclass(frozen=True)
class Decision:
    """A decision with what is counted of it.

    `child` is a key that stands for the child within one answer. `clocks` says of each clock whether it was kept;
    `direction` whether the decision departs from the advice, empty where the advice indicated nothing; `answered`
    names the fields that somebody answered.
    """

    child: str
    day: date
    force: str
    disposal: str
    groups: Mapping[By, str]
    engagement: str
    stratum: str
    offences: int
    clocks: Mapping[str, bool]
    direction: str
    reasons: tuple[str, ...]
    level: int
    answered: frozenset[str]
    days_to_decision: int

    @property
    def outcome(self) -> Outcome:
        """Return how formal the disposal is."""
        return _MORE_FORMAL.get(self.disposal, Outcome.NO_CAUTION)

    @property
    def quarter(self) -> str:
        """Return the quarter in which it was made."""
        return quarter(self.day)


FIELDS = (*CHARACTERISTICS, "CARE_STATUS", "ENGAGEMENT", "GRAVITY_SCORE", "PRE_ASSESSMENT")
"""The fields whose completeness is told."""


def decision_of(case: DecidedCase, *, child: str, force: str, lists: Lists, protocol: Protocol) -> Decision:
    """Return what is counted of a decided case."""
    quasi = picture.quasi_identifiers(case, lists)
    groups = {By.ETHNICITY: quasi.ethnic_group, By.SEX: quasi.sex, By.AGE_BAND: quasi.age_band}
    groups[By.CARED_FOR] = picture.stratum_values(case, quasi, [Dimension.CARED_FOR])[0]
    groups |= {by: _yes_or_no(picture.stated(case.characteristics, by.value)) for by in _STATED_OF_CHILD}
    return Decision(
        child=child,
        day=case.decided_on,
        force=force,
        disposal=str(case.decision["disposal"]),
        groups=groups,
        engagement=case.engagement,
        stratum=_stratum(case),
        offences=len(case.facts["offences"]),
        clocks=_clocks(case, protocol),
        direction=_direction(case),
        reasons=tuple(sorted({one["departs"]["reason"] for one in case.opinions if one["departs"]})),
        level=int(case.decision["level"]),
        answered=_answered(case, groups),
        days_to_decision=(case.decided_at - case.received_at).days,
    )


def _yes_or_no(value: str) -> str:
    """Return whether something applies to the child; what is still being looked into is not known."""
    if value in _NOT_ESTABLISHED:
        return UNKNOWN
    return "NO" if value in {"NO", "NONE"} else "YES"


def _stratum(case: DecidedCase) -> str:
    """Return the stratum within which decisions are alike: gravity score, and none, one or more earlier disposals."""
    score = case.advice["gravity"]["score"]
    history = case.facts.get("history", UNKNOWN)
    earlier = str(min(len(history), _MANY)) if isinstance(history, list) else UNKNOWN
    return f"{UNKNOWN if score is None else score}|{earlier}"


def _direction(case: DecidedCase) -> str:
    """Return whether the decision is more or less restrictive than what the advice indicated, or as advised."""
    options: Sequence[Json] = case.advice["options"]
    order = [option["disposal"] for option in options]
    indicated = [order.index(option["disposal"]) for option in options if option["fit"] == "INDICATED"]
    if not indicated or case.decision["disposal"] not in order:
        return ""
    place = order.index(case.decision["disposal"])
    if place in indicated:
        return "AS_ADVISED"
    return "MORE_RESTRICTIVE" if place > max(indicated) else "LESS_RESTRICTIVE" if place < min(indicated) else "OTHER"


def _clocks(case: DecidedCase, protocol: Protocol) -> dict[str, bool]:
    """Return of each clock that ran whether it was kept; one whose end nobody knows is left out."""
    received = london_day(case.received_at)
    assessed = None if case.pre_assessed_at is None else london_day(case.pre_assessed_at)
    ends = {
        "ASSESSMENT": (_working_days(received, protocol.assess_wd), assessed),
        "NOTIFICATION": (_working_days(received, protocol.notify_wd), case.decided_on),
    }
    for clock in case.advice.get("clocks", ()):
        due = clock.get("dueOn")
        if isinstance(due, str) and due != UNKNOWN:
            done = received if clock["name"] == "KNIFE_REFERRAL" else case.decided_on
            ends[clock["name"]] = (date.fromisoformat(due), done)
    return {name: done is not None and done <= due for name, (due, done) in ends.items() if due is not None}


def _working_days(start: date, days: int) -> date | None:
    try:
        return working_days_after(start, days)
    except CalendarExhausted:
        return None


def _answered(case: DecidedCase, groups: Mapping[By, str]) -> frozenset[str]:
    told = {row["characteristic"] for row in case.characteristics if row["status"] in _ANSWERED}
    facts = {
        "AGE": groups[By.AGE_BAND] != UNKNOWN,
        "CARE_STATUS": case.facts["child"].get("careStatus", UNKNOWN) != UNKNOWN,
        "ENGAGEMENT": case.engagement != UNKNOWN,
        "GRAVITY_SCORE": case.advice["gravity"]["score"] is not None,
        "PRE_ASSESSMENT": case.pre_assessed_at is not None,
    }
    return frozenset(told | {name for name, known in facts.items() if known})
