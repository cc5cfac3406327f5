"""Whether the child agrees: to take part in what is voluntary, and to the conditions of a youth conditional caution.

Decides that a refusal closes an option. Not knowing is not a refusal: the child is asked at the offer, so an unknown
agreement leaves every option as it was, and a child who missed an appointment keeps every lighter one.
"""

from app.law.model import DisposalCode as D
from app.rules.facts import YesNo
from app.rules.findings import Effect
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_met, requirement, unknown


@requirement(
    "agreement",
    Effect.EXCLUDES,
    {
        D.TRIAGE: "O20-01",
        D.OUTCOME_22: "O22-07",
        D.COMMUNITY_RESOLUTION: "CR-01",
        D.DEFERRED_CAUTION: "O22-07",
        D.DEFERRED_PROSECUTION: ("O23-01", "O22-07"),
    },
    asked_at_offer=True,
)
def agrees_to_take_part(matter: Matter) -> Ruling:
    """The child agrees to take part; asked at the offer."""
    saw = "/agreement/toTakePart"
    match matter.facts.agreement.to_take_part:
        case YesNo.YES:
            return met("The child agrees to take part.", saw)
        case YesNo.NO:
            return not_met("The child does not agree to take part.", saw)
        case _:
            return unknown("The child is asked at the offer; until then the option stands as it is.", saw)


@requirement("consent", Effect.EXCLUDES, {D.YOUTH_CONDITIONAL_CAUTION: "YCC-04"}, asked_at_offer=True)
def consents_to_conditions(matter: Matter) -> Ruling:
    """The child consents to the youth conditional caution and its conditions; asked at the offer."""
    saw = "/agreement/toConditions"
    match matter.facts.agreement.to_conditions:
        case YesNo.YES:
            return met("The child consents to the conditions.", saw)
        case YesNo.NO:
            return not_met("The child refuses consent to the conditions.", saw)
        case _:
            return unknown("The child is asked at the offer; until then the option stands as it is.", saw)


@requirement("no_consent_needed", Effect.NONE, {D.YOUTH_CAUTION: "YC-03"})
def no_consent_needed(matter: Matter) -> Ruling:
    """The statute does not ask for the child's consent to a youth caution."""
    del matter
    return met("The statute does not ask for the child's consent.", "/agreement/toConditions")
