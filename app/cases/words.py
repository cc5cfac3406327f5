"""Words of what happens to a case beside its status: whose voice, which step of a transfer, what made facts known."""

from enum import StrEnum


class VoiceKind(StrEnum):
    """Whether something was said of the proposed outcome, or afterwards of how it was."""

    REPRESENTATION = "REPRESENTATION"
    FEEDBACK = "FEEDBACK"


class Voice(StrEnum):
    """Who said it."""

    CHILD = "CHILD"
    PARENT_CARER = "PARENT_CARER"
    FAMILY = "FAMILY"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    ADVOCATE = "ADVOCATE"
    VICTIM = "VICTIM"


class TransferStep(StrEnum):
    """How far a transfer to another area has come: one agency proposes, the other confirms or declines."""

    PROPOSED = "PROPOSED"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"


class FactsOrigin(StrEnum):
    """What brought a version of the facts about."""

    REFERRAL = "REFERRAL"
    PRE_ASSESSMENT = "PRE_ASSESSMENT"
    ESTABLISHED = "ESTABLISHED"
    LINK = "LINK"
    TRANSFER = "TRANSFER"
    COMPLETION = "COMPLETION"


class MatchReason(StrEnum):
    """Why two cases may be of one child. None of them is proof: a person looks."""

    SAME_NAME_AND_BIRTH_DATE = "SAME_NAME_AND_BIRTH_DATE"
    SAME_IDENTIFIER_OTHER_BIRTH_DATE = "SAME_IDENTIFIER_OTHER_BIRTH_DATE"
