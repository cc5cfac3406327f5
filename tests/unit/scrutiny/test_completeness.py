"""How much is known of the characteristics of a frame, and of an item."""

from app.scrutiny import completeness, picture
from app.scrutiny.anonymity import WITHHELD, QuasiIdentifiers
from app.scrutiny.words import CHARACTERISTICS
from tests.decided_cases import a_decided_case, stated

SHOWN = QuasiIdentifiers("14-15", "MALE", "BLACK", "E09000019", "2026-Q2", "THEFT_AND_BURGLARY")
HIDDEN = QuasiIdentifiers(WITHHELD, "MALE", WITHHELD, "E09000019", "2026-Q2", "THEFT_AND_BURGLARY")


def test_completeness_names_every_characteristic_and_the_officers_view_apart() -> None:
    """The nine, the further ones, and what officers observed in a row of its own."""
    names = [row.characteristic for row in completeness.of_frame([a_decided_case()])]

    assert names == [*CHARACTERISTICS, completeness.OFFICER_DEFINED]


def test_each_way_of_missing_is_counted_apart() -> None:
    """Declined is not unasked, and neither is nothing recorded."""
    cases = [
        a_decided_case(1, characteristics=(stated("DISABILITY", "NO"),)),
        a_decided_case(2, characteristics=(stated("DISABILITY", "", status="DECLINED"),)),
        a_decided_case(3, characteristics=(stated("DISABILITY", "", status="NOT_ASKED"),)),
        a_decided_case(4, characteristics=()),
    ]

    row = next(row for row in completeness.of_frame(cases) if row.characteristic == "DISABILITY")

    assert (row.known, row.of) == (1, 4)
    assert {name: count for name, count in row.statuses.items() if count} == {
        "STATED": 1,
        "DECLINED": 1,
        "NOT_ASKED": 1,
        "UNKNOWN": 1,
    }


def test_what_an_officer_observed_does_not_stand_in_for_what_was_said() -> None:
    """An observed ethnicity leaves the child's own unknown."""
    seen = a_decided_case(characteristics=(stated("ETHNICITY", "3", scheme="PNC_6_1", source="OFFICER"),))

    rows = {row.characteristic: row.known for row in completeness.of_frame([seen])}

    assert (rows["ETHNICITY"], rows[completeness.OFFICER_DEFINED]) == (0, 1)


def test_age_is_always_known() -> None:
    """It is derived."""
    rows = {row.characteristic: row.known for row in completeness.of_frame([a_decided_case(characteristics=())])}

    assert rows["AGE"] == 1


def test_item_counts_known_withheld_and_not_known() -> None:
    """Ethnicity, sex, SEND and age are told; with two of them withheld, only two are."""
    case = a_decided_case()

    told = completeness.of_item(picture.characteristics(case, SHOWN))
    hidden = completeness.of_item(picture.characteristics(case, HIDDEN))

    assert told == {"known": 4, "withheld": 0, "notKnown": len(CHARACTERISTICS) - 4}
    assert hidden == {"known": 2, "withheld": 2, "notKnown": len(CHARACTERISTICS) - 4}
