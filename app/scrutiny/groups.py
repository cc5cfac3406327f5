"""The groups in which a scrutiny panel sees children and offences.

Decides which age band, ethnic group and offence group a value belongs to, and in which order these say less when too
few cases share them. Groupings of this product for showing cases side by side; no rule of law turns on any of them.

Ethnicity is read by its code list, since one code means different things in different lists: Chinese is `O1` in the
list of 2001 and `A4` in that of 2011, which also moved it from the group Other to the group Asian. The grouping of
2011 is used unless a frame asks for that of 2001. What the child says and what an officer saw are never merged: only
what was said by or for the child is grouped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from app.law.book import LawBook
from app.scrutiny.anonymity import Quasi, Step, withhold
from app.scrutiny.words import Grouping

UNKNOWN = "UNKNOWN"

_AGE_BANDS = ((range(10, 14), "10-13"), (range(14, 16), "14-15"), (range(16, 18), "16-17"))
_TWO_AGE_BANDS = MappingProxyType({"10-13": "10-13", "14-15": "14-17", "16-17": "14-17"})

_OFFENCE_GROUPS: Mapping[str, str] = MappingProxyType(
    {
        category: group
        for group, categories in {
            "VIOLENCE": ("violence", "harassment", "terrorism"),
            "SEXUAL": ("sexual", "images"),
            "ROBBERY": ("robbery",),
            "THEFT_AND_BURGLARY": ("theft", "burglary", "vehicle", "fraud"),
            "DAMAGE": ("damage",),
            "DRUGS": ("drugs",),
            "WEAPONS": ("weapons", "firearms"),
            "PUBLIC_ORDER": ("public_order", "communications", "false_messages", "football", "alcohol", "vagrancy"),
            "TRAFFIC": ("traffic", "transport"),
            "OTHER": ("order_breach", "justice", "animals"),
        }.items()
        for category in categories
    }
)
GROUPED_CATEGORIES = frozenset(_OFFENCE_GROUPS)
_THREE_OFFENCE_GROUPS = MappingProxyType(
    {
        "VIOLENCE": "AGAINST_A_PERSON",
        "SEXUAL": "AGAINST_A_PERSON",
        "ROBBERY": "AGAINST_A_PERSON",
        "THEFT_AND_BURGLARY": "AGAINST_PROPERTY",
        "DAMAGE": "AGAINST_PROPERTY",
    }
)
_NEITHER = "NEITHER_PERSON_NOR_PROPERTY"

_SCHEMES = ("SDE_16_1", "SDE_18_1", "CENSUS_2021")
GROUPING_2011 = "fiveGroups2011"
GROUPINGS: Mapping[Grouping, str] = MappingProxyType(
    {Grouping.FIVE_GROUPS_2001: "fiveGroups2001", Grouping.FIVE_GROUPS_2011: GROUPING_2011}
)
"""The groupings by the name that the lists of codes give them."""


@dataclass(frozen=True)
class Lists:
    """What the law book lists: the category of each offence, and the group of each self-defined ethnicity code."""

    categories: Mapping[str, str]
    ethnic_groups: Mapping[tuple[str, str], str]


def lists_of(law_book: LawBook, *, grouping: str = GROUPING_2011) -> Lists:
    """Return the lists of a law book; `grouping` says in which five groups ethnicity is read."""
    return Lists(
        categories={key: offence.category for key, offence in law_book.offences.items()},
        ethnic_groups={
            (scheme, item.code): str(item.groups[grouping])
            for scheme in _SCHEMES
            if (listed := law_book.reference(_reference_name(scheme))) is not None
            for item in listed.items
            if grouping in item.groups
        },
    )


def _reference_name(scheme: str) -> str:
    return f"ethnicity-{scheme.lower().replace('_', '-')}"


def age_band(age: int) -> str:
    """Return the band of an age: 10-13, 14-15 or 16-17; UNKNOWN outside them."""
    return next((band for ages, band in _AGE_BANDS if age in ages), UNKNOWN)


def two_age_bands(band: str) -> str:
    """Return the wider of the two bands: 10-13 or 14-17."""
    return _TWO_AGE_BANDS.get(band, band)


def quarter(day: date) -> str:
    """Return the quarter of a calendar year in which a day lies, for example `2026-Q1`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def offence_group(category: str) -> str:
    """Return the group of an offence by its category in the list of offences; OTHER for one that is not listed."""
    return _OFFENCE_GROUPS.get(category, "OTHER")


def three_offence_groups(group: str) -> str:
    """Return whether the offence is against a person, against property, or neither."""
    return _THREE_OFFENCE_GROUPS.get(group, _NEITHER)


LADDER: tuple[Step, ...] = (
    withhold(Quasi.QUARTER, 1),
    withhold(Quasi.AREA, 2),
    Step(Quasi.AGE_BAND, "TWO_BANDS", two_age_bands, 3),
    Step(Quasi.OFFENCE_GROUP, "THREE_GROUPS", three_offence_groups, 3),
    withhold(Quasi.AGE_BAND, 4),
    withhold(Quasi.OFFENCE_GROUP, 4),
    withhold(Quasi.SEX, 12),
    withhold(Quasi.ETHNIC_GROUP, 14),
)
"""What a panel loses least by is given up first: when and where, then age and offence, and last the two that it is
asked to look at. The figures are this product's own: they order the ways of showing a row, and mean nothing else."""
