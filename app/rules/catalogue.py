"""Whether the disposal exists on the day of the advice, and what the law expressly does not ask of it.

Decides the catalogue's window only: the rest is said for the reader and changes nothing. What the area has switched
off is `app.rules.local`.
"""

from app.law.model import DisposalCode as D
from app.rules.facts import CAUTIONS, Unknown, earlier
from app.rules.findings import Effect
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_met, requirement, unknown


@requirement(
    "in_the_catalogue",
    Effect.EXCLUDES,
    {
        D.NO_FURTHER_ACTION: "NFA-02",
        D.TRIAGE: "O20-01",
        D.OUTCOME_21: "O21-01",
        D.OUTCOME_22: "O22-01",
        D.COMMUNITY_RESOLUTION: "CR-01",
        D.DEFERRED_CAUTION: "O22-01",
        D.DEFERRED_PROSECUTION: ("O23-01", "O22-01"),
        D.YOUTH_CAUTION: "YC-01",
        D.YOUTH_CONDITIONAL_CAUTION: "YCC-01",
        D.CHARGE: "CHG-01",
    },
    of_disposal=True,
)
def in_the_catalogue(matter: Matter) -> Ruling:
    """The disposal exists on the day of the advice."""
    if matter.disposal.is_open:
        return met("The disposal exists on the day of the advice.", "/asAt")
    return not_met("The disposal does not exist on the day of the advice.", "/asAt", rule=matter.disposal.window_rule)


@requirement(
    "history_is_no_bar",
    Effect.NONE,
    {
        D.OUTCOME_22: "GEN-03",
        D.COMMUNITY_RESOLUTION: "GEN-03",
        D.YOUTH_CAUTION: "GEN-03",
        D.YOUTH_CONDITIONAL_CAUTION: "YCC-06",
    },
)
def history_is_no_bar(matter: Matter) -> Ruling:
    """Earlier disposals and convictions do not by law bar this disposal, in any number."""
    del matter
    return met("Nothing that the child was given before bars this disposal by law.", "/history")


@requirement("first_referral", Effect.NONE, {D.YOUTH_CAUTION: "YC-09"})
def first_referral(matter: Matter) -> Ruling:
    """On a first caution the youth justice service may assess and arrange a programme; later it must."""
    history = matter.facts.history
    if isinstance(history, Unknown):
        return unknown("Nobody has said whether the child was cautioned before.", "/history")
    if earlier(history, *CAUTIONS):
        return not_met("The child was cautioned before: the youth justice service must assess.", "/history")
    return met("A first caution: the youth justice service may assess and may arrange a programme.", "/history")


@requirement(
    "only_these_cautions", Effect.NONE, dict.fromkeys((D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION), "GEN-01")
)
def only_these_cautions(matter: Matter) -> Ruling:
    """No caution may be given to a child but a youth caution or a youth conditional caution."""
    del matter
    return met("No other caution may be given to a child.", "/child/dateOfBirth")


@requirement("any_offence", Effect.NONE, {D.YOUTH_CAUTION: "YC-06"})
def any_offence(matter: Matter) -> Ruling:
    """Any offence may be dealt with by a youth caution."""
    del matter
    return met("The statute bars no kind of offence.", "/offence")
