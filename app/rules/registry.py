"""Every requirement there is, in the order in which it is asked. This page is the index of the rules.

Decides nothing but the order: age at the offence, time, evidence, exploitation, age today, what the child says, who
must agree, local and national policy, agreement, fit. All are always asked; the first no does not end the list.
"""

from typing import Final

from app.law.model import DisposalCode
from app.rules import age, agreement, authority, catalogue, evidence, exploitation, fit, local, response, time_limits
from app.rules.requirement import Requirement

REQUIREMENTS: Final[tuple[Requirement, ...]] = (
    # whether it exists, and whether the child can be given anything at all
    catalogue.in_the_catalogue,
    age.ten_or_over_at_offence,
    # time
    time_limits.in_time,
    time_limits.time_left,
    # evidence
    evidence.sufficient_to_charge,
    evidence.shows_an_offence,
    exploitation.no_slavery_defence,
    # age today
    age.under_18_today,
    age.no_adult_restriction,
    # what the child says
    response.acceptance,
    response.admission,
    response.admitted_to_a_constable,
    response.admitted_to_an_authorised_person,
    response.understood,
    response.appropriate_adult,
    response.legal_advice,
    response.no_admission_needed,
    response.no_full_admission_needed,
    # what kind of offence it is
    fit.not_aggravated_imagery,
    local.not_intimate_partner_abuse,
    # who must agree
    authority.not_indictable_only,
    authority.not_domestic_abuse,
    authority.not_hate_crime,
    authority.not_terrorism,
    authority.not_harassment,
    authority.no_consent_to_prosecute,
    authority.not_contested,
    authority.no_weapon_used,
    authority.below_the_top_score,
    authority.summary_only,
    authority.local_authority,
    # the area
    local.offered_locally,
    local.local_responsibility,
    local.local_admission,
    # the child's agreement
    agreement.agrees_to_take_part,
    agreement.consents_to_conditions,
    agreement.no_consent_needed,
    # history
    catalogue.history_is_no_bar,
    catalogue.first_referral,
    catalogue.only_these_cautions,
    catalogue.any_offence,
)
"""What decides standing, with what is said beside it."""

FIT: Final[tuple[Requirement, ...]] = (
    fit.gravity,
    fit.evidence_insufficient,
    fit.youth_produced_imagery,
    fit.care_placement_incident,
    fit.first_simple_possession,
    fit.knife_repeat_or_used,
    fit.not_knife_repeat_or_used,
    fit.no_failed_conditional_caution,
    fit.not_placement_incident,
    time_limits.time_for_the_plan,
    fit.in_policy,
)
"""What decides fit, and what turns on it. Not asked of an offence committed under ten."""

ALL: Final = REQUIREMENTS + FIT


def asked_of(disposal: DisposalCode, requirements: tuple[Requirement, ...] = ALL) -> tuple[Requirement, ...]:
    """The requirements of a disposal, in order."""
    return tuple(one for one in requirements if one.applies_to(disposal))


ASKED: Final = {disposal: asked_of(disposal) for disposal in DisposalCode}
"""All requirements of each disposal."""
ASKED_OF_STANDING: Final = {disposal: asked_of(disposal, REQUIREMENTS) for disposal in DisposalCode}
"""Those of them that decide standing."""
