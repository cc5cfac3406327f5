"""Whether people weigh the advice: counted by agency, with nothing told where too few have spoken."""

import pytest

from app.management.opinions import AGREES, DEPARTS, Spoken, agreement, median_minutes, pace

QUICK, SLOW = Spoken("POLICE", agrees=True, minutes=2), Spoken("YJS", agrees=False, minutes=3000)


def test_agreement_is_counted_by_agency() -> None:
    """Each agency's opinions, by whether they follow the advice."""
    assert agreement([QUICK, QUICK, SLOW]).cells == {("POLICE", AGREES): 2, ("YJS", DEPARTS): 1}


@pytest.mark.parametrize(
    ("minutes", "band"),
    [
        (0, "WITHIN_FIVE_MINUTES"),
        (5, "WITHIN_FIVE_MINUTES"),
        (5.1, "WITHIN_AN_HOUR"),
        (60, "WITHIN_AN_HOUR"),
        (61, "WITHIN_A_DAY"),
        (1441, "WITHIN_A_WEEK"),
        (10081, "LATER"),
    ],
)
def test_time_to_an_opinion_falls_into_one_band(minutes: float, band: str) -> None:
    """The last minute of a band is one of it."""
    assert pace([Spoken("POLICE", agrees=True, minutes=minutes)]).columns == (band,)


def test_median_is_told_from_five_on() -> None:
    """Of four it would be somebody's own time."""
    four = [Spoken("POLICE", agrees=True, minutes=n) for n in (1, 2, 30, 40)]

    assert median_minutes(four, "POLICE") is None
    assert median_minutes([*four, SLOW], "POLICE") is None
    assert median_minutes([*four, Spoken("POLICE", agrees=False, minutes=3)], "POLICE") == 3
