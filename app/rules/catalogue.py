"""Whether the disposal exists on the day of the advice, and whether history bars it (it never does).

Decides the catalogue's window only. What the area has switched off is `app.rules.local`.
"""

from app.law.model import DisposalCode as D
from app.rules.findings import Effect
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_met, requirement


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
