"""What the rules never read, and what they read only to protect the child.

Decides nothing; it is the list that every advice shows. That it is true is proved by `CaseFacts` having no such field.
"""

from collections.abc import Mapping
from typing import Final

NEVER_READ: Final[tuple[str, ...]] = (
    "ETHNICITY",
    "SEX",
    "GENDER_REASSIGNMENT",
    "DISABILITY",
    "RELIGION_OR_BELIEF",
    "SEXUAL_ORIENTATION",
    "PREGNANCY_MATERNITY",
    "MARRIAGE_CIVIL_PARTNERSHIP",
    "SEND",
    "NEURODIVERSITY",
    "GYPSY_ROMA_TRAVELLER",
    "FIRST_LANGUAGE",
    "MIGRATION_STATUS",
    "DEPRIVATION",
    "ENGAGEMENT",
)

PROTECTIVE_READS: Final[Mapping[str, tuple[str, ...]]] = {
    "careStatus": ("CHG-04", "OFF-06"),
    "communicationNeed": ("LEG-03",),
    "exploitation": ("OFF-05",),
}
"""Facts of the child that are read only where they protect, with the rules that read them."""
