"""What an opinion or a decision may say, held against the advice that it names. Each check raises or passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.advice.reading import AdvisedOption, Receipt
from app.cases.states import FIRST_STATUS, CaseStatus, Route
from app.decisions.authority import Authorised, authorised
from app.decisions.escalation import escalate
from app.decisions.schemas import DecisionIn, Departure
from app.errors import (
    AuthorityMissing,
    CalendarEnds,
    DepartureUnexplained,
    DisposalExcluded,
    FactsMissing,
    FieldError,
    GradeTooLow,
    RationaleCopied,
    ValidationFailed,
    WrongAgency,
    WrongState,
)
from app.identity.caller import Agency, Grade
from app.law import calendar
from app.law.book import LawBook
from app.law.model import DisposalCode, Protocol


@dataclass(frozen=True)
class OutcomeCode:
    """The Home Office outcome code that the police record, and whether they may record it now."""

    code: str
    when: Literal["NOW", "ON_COMPLETION"]


def escalation_can_be_dated(protocol: Protocol, level: int, on: date) -> None:
    """Raise `CalendarEnds` if a conflict at this level could not be given its last day.

    It is asked of every opinion, not of those that conflict alone: so a refusal tells nothing of the other agency's.
    """
    try:
        escalate(protocol, level, on)
    except calendar.CalendarExhausted:
        told = f"The bank holidays of {calendar.NAME} are published up to {calendar.LAST_DAY.isoformat()}"
        raise CalendarEnds(f"{told}; the clock of an escalation would run past that day.") from None


def grade(held: Grade | None, needed: str | None) -> None:
    """Raise unless the person's grade reaches what the level needs; a higher grade may act at a lower level."""
    if needed is not None and (held is None or held.rank < Grade(needed).rank):
        raise GradeTooLow


def not_excluded(option: AdvisedOption) -> None:
    """Raise if the law, or the disposal's own definition, forbids it on the facts; name the rules."""
    if option.standing == "EXCLUDED":
        rules = option.rules_against()
        raise DisposalExcluded(extra={"rule": rules[0] if rules else None, "rules": rules})


def up_for_decision(route: Route) -> None:
    """Raise if cases of this route are never decided here: support is offered instead, and a disposal never follows."""
    if FIRST_STATUS[route] is CaseStatus.SUPPORT_REVIEW:
        raise WrongState(extra={"caseStatus": CaseStatus.SUPPORT_REVIEW.value})


def may_be_given(option: AdvisedOption, agency: Agency, recorded: Sequence[Authorised]) -> None:
    """Raise unless this agency may decide the option: never EXCLUDED, never OPEN, else with what authority it needs."""
    not_excluded(option)
    if option.standing == "OPEN":
        raise FactsMissing(extra={"rules": option.rules_unknown()})
    own = option.standing == "NEEDS_AUTHORITY" and option.authority == agency
    if not own and not authorised(recorded, str(option.document["disposal"]), option.standing, option.authority):
        raise AuthorityMissing(extra={"authority": option.authority, "rules": option.rules_against()})
    if agency is Agency.CPS and option.authority != agency:
        raise WrongAgency("The CPS decides only where the disposal is the CPS's to decide.")


def departure(departs: Departure | None, option: AdvisedOption, law_book: LawBook) -> None:
    """Raise unless a disposal that the advice does not indicate is explained, and an indicated one is not (GEN-05)."""
    if option.fit == "INDICATED":
        if departs is not None:
            needless = FieldError("/departs", "departure-needless", "The advice indicates this disposal.")
            raise ValidationFailed(errors=(needless,))
        return
    if departs is None:
        raise DepartureUnexplained
    reasons = law_book.reference("departure-reasons")
    if reasons is None or departs.reason not in {item.code for item in reasons.items}:
        told = FieldError("/departs/reason", "word", "This is not one of the words listed in the reference.")
        raise DepartureUnexplained(errors=(told,))


def departure_authorised(departs: Departure | None, protocol: Protocol) -> None:
    """Raise if a departure lacks the authoriser that the local protocol asks for (CFG-15)."""
    if departs is not None and protocol.out_of_policy and departs.authorised_by is None:
        told = FieldError("/departs/authorisedBy", "missing", "The local protocol asks who authorised this.")
        raise DepartureUnexplained(errors=(told,))


def own_words(rationale: str, receipt: Receipt) -> None:
    """Raise if a rationale is pasted from the advice's own reasons."""
    said = _plain(rationale)
    if said in {_plain(reason) for reason in receipt.reasons()}:
        raise RationaleCopied


def outcome_code(law_book: LawBook, body: DecisionIn, option: AdvisedOption, on: date) -> OutcomeCode:
    """Return the outcome code that a decision leads to; for no further action it is the decision-maker's to name."""
    disposal = next(d for d in law_book.at(on).disposals if d.code == body.disposal)
    if body.disposal is DisposalCode.NO_FURTHER_ACTION:
        known = {outcome.code for outcome in disposal.outcome_codes}
        if body.outcome_code not in known:
            told = FieldError("/outcomeCode", "outcome-code", "No further action needs one of its outcome codes.")
            raise ValidationFailed(errors=(told,))
        return OutcomeCode(str(body.outcome_code), "NOW")
    if body.outcome_code is not None and body.outcome_code != option.outcome_code:
        told = FieldError("/outcomeCode", "outcome-code", "The outcome code follows from the disposal.")
        raise ValidationFailed(errors=(told,))
    return OutcomeCode(option.outcome_code, "ON_COMPLETION" if disposal.recorded == "ON_COMPLETION" else "NOW")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
