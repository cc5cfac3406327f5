"""The enumerations of scrutiny. Pure; each word is one of the reference's."""

from enum import StrEnum

from app.scrutiny.anonymity import Quasi


class SamplePurpose(StrEnum):
    """What a sample is drawn for."""

    PANEL = "PANEL"
    JOINT_AUDIT = "JOINT_AUDIT"


class Dimension(StrEnum):
    """What a frame can be stratified by."""

    DISPOSAL = "DISPOSAL"
    ETHNIC_GROUP = "ETHNIC_GROUP"
    SEX = "SEX"
    AGE_BAND = "AGE_BAND"
    AREA = "AREA"
    QUARTER = "QUARTER"
    OFFENCE_GROUP = "OFFENCE_GROUP"
    GRAVITY = "GRAVITY"
    CARED_FOR = "CARED_FOR"
    ENGAGEMENT = "ENGAGEMENT"
    DEPARTURE = "DEPARTURE"
    ESCALATION = "ESCALATION"
    SINGLE_AGENCY = "SINGLE_AGENCY"


class Grouping(StrEnum):
    """In which five groups ethnicity is read: Chinese is Other in those of 2001, Asian in those of 2011."""

    FIVE_GROUPS_2001 = "FIVE_GROUPS_2001"
    FIVE_GROUPS_2011 = "FIVE_GROUPS_2011"


QUASI_OF: dict[Dimension, Quasi] = {
    Dimension.ETHNIC_GROUP: Quasi.ETHNIC_GROUP,
    Dimension.SEX: Quasi.SEX,
    Dimension.AGE_BAND: Quasi.AGE_BAND,
    Dimension.AREA: Quasi.AREA,
    Dimension.QUARTER: Quasi.QUARTER,
    Dimension.OFFENCE_GROUP: Quasi.OFFENCE_GROUP,
}
"""The dimensions that are quasi-identifiers: a stratum takes them as they are shown, never finer."""


MARKING = "OFFICIAL-SENSITIVE"
"""The protective marking of everything that a panel takes with it."""


class PackFormat(StrEnum):
    """In which form a pack is wanted."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


class PackPart(StrEnum):
    """Which of a pack's files is wanted: flat tables, one to a file."""

    ITEMS = "ITEMS"
    FIGURES = "FIGURES"
    OBSERVATIONS = "OBSERVATIONS"


class Exclusion(StrEnum):
    """Why a decided case is not in the frame."""

    RESTRICTED = "RESTRICTED"
    WITHDRAWN = "WITHDRAWN"
    REOPENED = "REOPENED"
    CHARGED = "CHARGED"
    SEEN_BY_PANEL = "SEEN_BY_PANEL"


EXCLUSION_SAYS: dict[Exclusion, str] = {
    Exclusion.RESTRICTED: "Processing of the record is restricted (DPA 2018 s47).",
    Exclusion.WITHDRAWN: "The referral was withdrawn.",
    Exclusion.REOPENED: "The case has returned for a new decision; a panel does not look into a live case.",
    Exclusion.CHARGED: "The child was charged; the case is before a court and was not dealt with out of court.",
    Exclusion.SEEN_BY_PANEL: "A panel drew the case for this period, and did not find it less than appropriate.",
}

INCLUSION_RULES = (
    "Cases of the areas named, decided in the period: both days included, by the London calendar.",
    "Community resolutions that the police issued alone are among them, on the day on which the police referred them.",
    "One entry a case: its latest decision of the period, with the advice on which it was made.",
    "Cases that a filter leaves out are not in the population; cases excluded are counted with their reason.",
)

CHARACTERISTICS = (
    "AGE",
    "DISABILITY",
    "GENDER_REASSIGNMENT",
    "MARRIAGE_CIVIL_PARTNERSHIP",
    "PREGNANCY_MATERNITY",
    "ETHNICITY",
    "RELIGION_OR_BELIEF",
    "SEX",
    "SEXUAL_ORIENTATION",
    "CARE_EXPERIENCE",
    "SEND",
    "NEURODIVERSITY",
    "SPEECH_LANGUAGE_COMMUNICATION",
    "GYPSY_ROMA_TRAVELLER",
    "FIRST_LANGUAGE",
    "MIGRATION_STATUS",
    "DEPRIVATION",
)
"""What a panel is told of a child: the nine protected characteristics, in the Act's order, then the further ones."""


class ScoreCategory(StrEnum):
    """What one member thinks of a decision, on what the decision-maker knew then."""

    APPROPRIATE = "APPROPRIATE"
    APPROPRIATE_WITH_OBSERVATIONS = "APPROPRIATE_WITH_OBSERVATIONS"
    INAPPROPRIATE = "INAPPROPRIATE"
    INSUFFICIENT_INFORMATION = "INSUFFICIENT_INFORMATION"


class FindingCategory(StrEnum):
    """What the panel finds. To disagree is not the same as to lack information."""

    APPROPRIATE = "APPROPRIATE"
    APPROPRIATE_WITH_OBSERVATIONS = "APPROPRIATE_WITH_OBSERVATIONS"
    INAPPROPRIATE = "INAPPROPRIATE"
    INSUFFICIENT_INFORMATION = "INSUFFICIENT_INFORMATION"
    PANEL_DISAGREED = "PANEL_DISAGREED"


class Leaning(StrEnum):
    """In which direction a decision was found wanting."""

    TOO_HARSH = "TOO_HARSH"
    TOO_LENIENT = "TOO_LENIENT"


class Sight(StrEnum):
    """Whether a member scored before seeing the characteristics, or having seen them."""

    BLIND = "BLIND"
    SIGHTED = "SIGHTED"


class FindingAction(StrEnum):
    """What a panel asks for. It asks; it changes no decision."""

    REQUEST_REVIEW = "REQUEST_REVIEW"


class TextAbout(StrEnum):
    """What a redacted text stands for."""

    POLICE_OPINION = "POLICE_OPINION"
    YJS_OPINION = "YJS_OPINION"
    DECISION = "DECISION"


class TextFlag(StrEnum):
    """What the scan of a text wants looked at."""

    DATE = "DATE"
    LONG_NUMBER = "LONG_NUMBER"
    NAME = "NAME"
    PLACE = "PLACE"
    POSTCODE = "POSTCODE"


class ObservationStatus(StrEnum):
    """What became of a panel's observation."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    DONE = "DONE"
