"""What an opinion or a decision may say, held against the advice that it names. Each check raises or passes."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.advice.reading import AdvisedOption, Receipt
from app.decisions.schemas import DecisionIn, Departure
from app.errors import (
    AuthorityMissing,
    DepartureUnexplained,
    DisposalExcluded,
    FactsMissing,
    FieldError,
    GradeTooLow,
    RationaleCopied,
    ValidationFailed,
    WrongAgency,
)
from app.identity.caller import Agency, Grade
from app.law.book import LawBook
from app.law.model import DisposalCode


@dataclass(frozen=True)
class OutcomeCode:
    """The Home Office outcome code that the police record, and whether they may record it now."""

    code: str
    when: Literal["NOW", "ON_COMPLETION"]


def grade(held: Grade | None, needed: str | None) -> None:
    """Raise unless the person's grade reaches what the level needs; a higher grade may act at a lower level."""
    if needed is not None and (held is None or held.rank < Grade(needed).rank):
        raise GradeTooLow


def not_excluded(option: AdvisedOption) -> None:
    """Raise if the law, or the disposal's own definition, forbids it on the facts; name the rules."""
    if option.standing == "EXCLUDED":
        rules = option.rules_against()
        raise DisposalExcluded(extra={"rule": rules[0] if rules else None, "rules": rules})


def may_be_given(option: AdvisedOption, agency: Agency) -> None:
    """Raise unless the option may be decided by this agency on the advice: never EXCLUDED, never OPEN."""
    not_excluded(option)
    if option.standing == "OPEN":
        raise FactsMissing(extra={"rules": option.rules_unknown()})
    if option.standing == "POLICY_BLOCK":
        raise AuthorityMissing(extra={"rules": option.rules_against()})
    if option.standing == "NEEDS_AUTHORITY" and option.authority != agency:
        raise AuthorityMissing(extra={"authority": option.authority})
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
