"""The enumerations of statistics, and what each says in plain words. Pure."""

from enum import StrEnum


class Statistic(StrEnum):
    """What is counted."""

    DISPROPORTIONALITY = "DISPROPORTIONALITY"
    ENGAGEMENT = "ENGAGEMENT"
    TIMELINESS = "TIMELINESS"
    DEPARTURES = "DEPARTURES"
    COMPLETENESS = "COMPLETENESS"
    VOLUMES = "VOLUMES"


TITLES: dict[Statistic, str] = {
    Statistic.DISPROPORTIONALITY: "Disproportionality",
    Statistic.ENGAGEMENT: "Engagement with the assessment, and the disposal",
    Statistic.TIMELINESS: "Timeliness",
    Statistic.DEPARTURES: "Departures from the advice",
    Statistic.COMPLETENESS: "Completeness of what is recorded",
    Statistic.VOLUMES: "Volumes",
}


class Unit(StrEnum):
    """What is counted once."""

    CHILDREN = "CHILDREN"
    DECISIONS = "DECISIONS"
    REFERRALS = "REFERRALS"


class Outcome(StrEnum):
    """How formally a child was dealt with in the period: the most formal of the child's decisions counts."""

    NO_CAUTION = "NO_CAUTION"
    CAUTION = "CAUTION"
    CHARGE = "CHARGE"


class Stage(StrEnum):
    """An outcome out of the stage before it."""

    DEALT_WITH = "DEALT_WITH"
    OUT_OF_COURT = "OUT_OF_COURT"
    DIVERTED = "DIVERTED"
    CAUTIONED = "CAUTIONED"


STAGE_SAYS: dict[Stage, str] = {
    Stage.DEALT_WITH: "Children about whom a decision was made, of all children of 10 to 17 living in the area.",
    Stage.OUT_OF_COURT: "Children dealt with out of court, of all children about whom a decision was made.",
    Stage.DIVERTED: "Children diverted without a caution, of the children dealt with out of court.",
    Stage.CAUTIONED: "Children cautioned (youth caution or conditional caution), of those dealt with out of court.",
}


class By(StrEnum):
    """By what children are grouped."""

    ETHNICITY = "ETHNICITY"
    SEX = "SEX"
    AGE_BAND = "AGE_BAND"
    CARED_FOR = "CARED_FOR"
    SEND = "SEND"
    NEURODIVERSITY = "NEURODIVERSITY"
    SPEECH_LANGUAGE_COMMUNICATION = "SPEECH_LANGUAGE_COMMUNICATION"


REFERENCES: dict[By, str] = {
    By.ETHNICITY: "WHITE",
    By.SEX: "MALE",
    By.AGE_BAND: "16-17",
    By.CARED_FOR: "NOT_CARED_FOR",
    By.SEND: "NO",
    By.NEURODIVERSITY: "NO",
    By.SPEECH_LANGUAGE_COMMUNICATION: "NO",
}
"""The group that each other is held against; always named in the answer."""

UNKNOWN = "UNKNOWN"

NOTES: dict[Statistic, tuple[str, ...]] = {
    Statistic.DISPROPORTIONALITY: (
        "The relative rate index and the disproportionality ratio are told together: by its share a group can look "  # noqa: ISC004
        "under-represented and yet be at parity with the reference, where the reference is under-represented itself.",
        "Each rate is out of the stage before it. A child is counted once, by the most formal decision of the period.",
        "Ethnicity is what the child said, never what an officer saw.",
        "Under 18, a difference by age is no unlawful age discrimination in services (Equality Act 2010 s28).",
        "A difference calls for an explanation or a change; it is not by itself a proof of unfair treatment.",
    ),
    Statistic.ENGAGEMENT: (
        "Engagement is no input of the advice. This looks at whether decisions go with it all the same.",
        "The pooled odds ratio compares children of the same gravity score and the same number of earlier disposals.",
        "Engagement can stand on the path from circumstances to decision: to adjust for it would hide a disparity.",
    ),
    Statistic.TIMELINESS: (
        "Working days are counted from the referral, without weekends and bank holidays of England and Wales.",
    ),
    Statistic.DEPARTURES: (
        "A decision departs when the advice indicated some disposals and the decision is none of them.",
        "The denominator is every decision on which the advice indicated a disposal: from the others nobody departs.",
    ),
    Statistic.COMPLETENESS: (
        "A field is complete when somebody answered it; a child who was asked and declined has been asked.",
    ),
    Statistic.VOLUMES: ("Children are counted once, offences apart: one child may be decided about for several.",),
}
