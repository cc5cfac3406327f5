"""The words of delivery: who gave it, who stood by the child, what is done with the child, how it ended. Pure."""

from enum import StrEnum

from app.law.model import DisposalCode as D


class AdultRelation(StrEnum):
    """Who the appropriate adult is to the child (AA-01), and who can never be one (AA-04)."""

    PARENT = "PARENT"
    GUARDIAN = "GUARDIAN"
    CARE_REPRESENTATIVE = "CARE_REPRESENTATIVE"
    SOCIAL_WORKER = "SOCIAL_WORKER"
    RESPONSIBLE_ADULT = "RESPONSIBLE_ADULT"
    POLICE_OFFICER = "POLICE_OFFICER"
    POLICE_STAFF = "POLICE_STAFF"
    OTHER = "OTHER"


NEAREST = frozenset(
    {
        AdultRelation.PARENT,
        AdultRelation.GUARDIAN,
        AdultRelation.CARE_REPRESENTATIVE,
        AdultRelation.SOCIAL_WORKER,
    }
)
"""Whom the statute names first; a responsible adult stands in only where none of these can (AA-01)."""


class AdultRole(StrEnum):
    """What the appropriate adult does, as far as it matters: whether the police employ them."""

    NONE = "NONE"
    SOCIAL_WORKER = "SOCIAL_WORKER"
    YJS_WORKER = "YJS_WORKER"
    TRAINED_VOLUNTEER = "TRAINED_VOLUNTEER"
    POLICE_OFFICER = "POLICE_OFFICER"
    POLICE_STAFF = "POLICE_STAFF"
    OTHER = "OTHER"


class DocumentPart(StrEnum):
    """What the signed document of a youth conditional caution holds (YCC-02)."""

    OFFENCE = "OFFENCE"
    ADMISSION = "ADMISSION"
    CONSENT = "CONSENT"
    CONDITIONS = "CONDITIONS"


class InterventionKind(StrEnum):
    """What is done with the child."""

    APOLOGY_LETTER = "APOLOGY_LETTER"
    WARNING = "WARNING"
    KNIFE_AWARENESS = "KNIFE_AWARENESS"
    RESTORATIVE_MEETING = "RESTORATIVE_MEETING"
    REPARATION_TO_VICTIM = "REPARATION_TO_VICTIM"
    REPARATION_TO_COMMUNITY = "REPARATION_TO_COMMUNITY"
    OFFENCE_FOCUSED = "OFFENCE_FOCUSED"
    MENTORING = "MENTORING"
    THERAPY = "THERAPY"
    EDUCATION_OR_TRAINING = "EDUCATION_OR_TRAINING"
    FAMILY_SUPPORT = "FAMILY_SUPPORT"
    SUBSTANCE_MISUSE = "SUBSTANCE_MISUSE"
    HEALTH = "HEALTH"
    POSITIVE_ACTIVITY = "POSITIVE_ACTIVITY"
    OTHER = "OTHER"


NOT_ENOUGH_FOR_A_KNIFE = frozenset(
    {InterventionKind.APOLOGY_LETTER, InterventionKind.WARNING, InterventionKind.KNIFE_AWARENESS}
)
"""What is inadequate as the only content after a knife offence (KNF-06)."""

NEEDS_VICTIM = frozenset({InterventionKind.RESTORATIVE_MEETING, InterventionKind.REPARATION_TO_VICTIM})
"""What happens only with the victim's informed wish (VIC-03)."""


class InterventionStatus(StrEnum):
    """Where an intervention stands."""

    PLANNED = "PLANNED"
    STARTED = "STARTED"
    COMPLETED = "COMPLETED"
    ENDED_EARLY = "ENDED_EARLY"
    DECLINED = "DECLINED"


class Result(StrEnum):
    """How the delivery of a disposal ended."""

    COMPLETED = "COMPLETED"
    NOT_COMPLETED = "NOT_COMPLETED"


DELIVERABLE = frozenset(
    {
        D.TRIAGE,
        D.OUTCOME_22,
        D.COMMUNITY_RESOLUTION,
        D.DEFERRED_CAUTION,
        D.DEFERRED_PROSECUTION,
        D.YOUTH_CAUTION,
        D.YOUTH_CONDITIONAL_CAUTION,
    }
)
"""What is given to a child. No further action, Outcome 21 and a charge leave nothing to deliver."""

RETURNS = frozenset({D.OUTCOME_22, D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION, D.YOUTH_CONDITIONAL_CAUTION})
"""What, not completed, returns the case for decision: something was held back for the day it failed."""

VOLUNTARY = DELIVERABLE - {D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION}
"""What the child takes part in freely: leaving it is disengagement, never a breach."""
