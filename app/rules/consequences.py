"""What follows from a disposal in this case: the catalogue's text, resolved by the offence and the child's history.

Decides whether the record goes on the PNC, whether the child becomes a first-time entrant, and the outcome code of no
further action. Everything else is the catalogue's own text.
"""

from datetime import date

from app.law.dates import months_after
from app.law.model import Disposal, OnPnc
from app.rules.age import under_age_at_offence
from app.rules.facts import CAUTIONS, CaseFacts, Evidence, PastKind, Unknown, YesNo, earlier
from app.rules.findings import Answer
from app.rules.matter import Matter
from app.rules.time_limits import time_limit

SUSPECT_NAMED_VICTIM_SUPPORTS = "15"
SUSPECT_NAMED_VICTIM_DOES_NOT = "16"
YCC_SPENT_MONTHS = "ycc_spent_months"


def on_pnc(disposal: Disposal, matters: tuple[Matter, ...]) -> OnPnc:
    """Whether the disposal is written to the PNC: not for a non-recordable offence, perhaps where that is not known."""
    written = disposal.consequences.on_pnc.value
    recordable = {matter.in_law.recordable for matter in matters}
    if written is OnPnc.NO or recordable == {False}:
        return OnPnc.NO
    return OnPnc.YES if True in recordable else OnPnc.YES_IF_RECORDABLE


def first_time_entrant(disposal: Disposal, facts: CaseFacts) -> bool:
    """Whether it would make the child a first-time entrant: only a first caution or conviction does."""
    first = disposal.consequences.first_time_entrant.value
    return first and not earlier(facts.history, *CAUTIONS, PastKind.CONVICTION)


def outcome_code(disposal: Disposal, matters: tuple[Matter, ...], lead_index: int) -> str | None:
    """The Home Office outcome code on the day; for no further action, the code of the reason that applies."""
    codes = {code.when: code.code for code in disposal.outcome_codes}
    lead = next(matter for matter in matters if matter.index == lead_index)
    if "UNDER_TEN" in codes and all(under_age_at_offence(matter) is YesNo.YES for matter in matters):
        return codes["UNDER_TEN"]
    if "OUT_OF_TIME" in codes and out_of_time(lead):
        return codes["OUT_OF_TIME"]
    if "EVIDENTIAL" in codes and lead.offence.evidence is Evidence.INSUFFICIENT:
        return _evidential(lead.facts)
    return disposal.outcome_code


def out_of_time(matter: Matter) -> bool:
    """Whether the time limit has certainly passed."""
    limit = time_limit(matter)
    return limit is not None and limit.allows(matter.as_at) is Answer.NOT_MET


def _evidential(facts: CaseFacts) -> str:
    """The child is a named suspect: so it turns on whether the victim supports action."""
    victims = () if isinstance(facts.victims, Unknown) else facts.victims
    supports = {victim.supports_action for victim in victims}
    return SUSPECT_NAMED_VICTIM_DOES_NOT if supports == {YesNo.NO} else SUSPECT_NAMED_VICTIM_SUPPORTS


def conditional_caution_spent_on(given_on: date, conditions_end: date, months: int) -> date:
    """The day on which a youth conditional caution is spent (YCC-22).

    The day its conditions end if that is under `months` from the caution, else `months` after the caution.
    """
    return min(conditions_end, months_after(given_on, months))
