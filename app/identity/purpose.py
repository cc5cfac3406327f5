"""Why personal data are wanted (contract, section 1; DPA 2018 ss36 and 62). A closed list; it is logged."""

from enum import StrEnum


class Purpose(StrEnum):
    """The purposes that a request may have."""

    REFERRAL = "REFERRAL"
    PRE_ASSESSMENT = "PRE_ASSESSMENT"
    JOINT_DECISION = "JOINT_DECISION"
    DELIVERY = "DELIVERY"
    SUPPORT = "SUPPORT"
    SCRUTINY = "SCRUTINY"
    STATISTICS = "STATISTICS"
    SUBJECT_RIGHTS = "SUBJECT_RIGHTS"
    AUDIT = "AUDIT"
    ADMINISTRATION = "ADMINISTRATION"
