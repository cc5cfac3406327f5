"""Importing a licensed matrix from CSV: an edition, or every problem at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.matrix_import import ImportReport, MatrixHead, ProblemCode, read_matrix
from app.law.model import MatrixEdition, MatrixStatus

P = ProblemCode
OFFENCES = ("theft_shop", "robbery", "affray")
HEAD = MatrixHead("force-2027", "Force matrix 2027", 1, 5, 1, date(2027, 1, 1))
GOOD = "offence_key,base_score\ntheft_shop,2\nrobbery,5\naffray,4\n"


def problems(text: str, head: MatrixHead = HEAD, others: tuple[MatrixEdition, ...] = ()) -> list[tuple[P, int | None]]:
    """Return kind and line of every problem that a table has."""
    report = read_matrix(text, head, offences=OFFENCES, others=others)
    return [(problem.code, problem.line) for problem in report.problems]


def test_a_good_table_gives_one_licensed_edition() -> None:
    """Each offence has its score, on the scale and in the time of the head."""
    report = read_matrix(GOOD, HEAD, offences=OFFENCES)

    (edition,) = report.editions
    assert (edition.id, edition.status, edition.in_force_from, edition.in_force_until) == (
        "force-2027",
        MatrixStatus.LICENSED,
        date(2027, 1, 1),
        None,
    )
    assert dict(edition.base) == {"theft_shop": 2, "robbery": 5, "affray": 4}


def test_every_problem_is_reported_at_once() -> None:
    """An unknown key, a duplicate, a score out of range, one that is no number, a short line and a gap."""
    text = "offence_key,base_score\ntheft_shop,2\nburglarly,3\ntheft_shop,2\nrobbery,6\nx\n"

    assert problems(text) == [
        (P.UNKNOWN_KEY, 3),
        (P.DUPLICATE, 4),
        (P.SCORE_OUT_OF_RANGE, 5),
        (P.MALFORMED, 6),
        (P.GAP, None),
    ]


@pytest.mark.parametrize("score", ["0", "6", "-1", "2.5", "", "two", "٣", "007"])
def test_a_score_off_the_scale_is_refused(score: str) -> None:
    """Only a whole number of the scale is a score."""
    assert problems(GOOD.replace("robbery,5", f"robbery,{score}")) == [(P.SCORE_OUT_OF_RANGE, 3)]


@pytest.mark.parametrize("score", ["1", "5"])
def test_the_ends_of_the_scale_are_scores(score: str) -> None:
    """One and five are on the scale."""
    assert problems(GOOD.replace("robbery,5", f"robbery,{score}")) == []


@pytest.mark.parametrize("text", ["", "key,score\n", 'offence_key,base_score\n"robbery', "offence_key;base_score\n"])
def test_a_table_of_another_form_is_refused_whole(text: str) -> None:
    """A table without its header, or that is no CSV, is refused in one line and its gaps are still named."""
    assert problems(text)[0][0] is P.MALFORMED or problems(text)[-1][0] is P.MALFORMED


DATED = "offence_key,base_score,from,until\nrobbery,5,,\naffray,4,,\n"


def test_scores_with_dates_give_an_edition_for_each_time() -> None:
    """A score that changes in June splits the time in two editions, numbered in order."""
    report = read_matrix(DATED + "theft_shop,2,,2027-05-31\ntheft_shop,1,2027-06-01,\n", HEAD, offences=OFFENCES)

    assert [(e.id, e.in_force_from, e.in_force_until, e.base["theft_shop"]) for e in report.editions] == [
        ("force-2027-1", date(2027, 1, 1), date(2027, 5, 31), 2),
        ("force-2027-2", date(2027, 6, 1), None, 1),
    ]


def test_windows_that_meet_are_refused() -> None:
    """No offence may have two scores on one day."""
    text = DATED + "theft_shop,2,,2027-06-01\ntheft_shop,1,2027-06-01,\n"

    assert problems(text) == [(P.OVERLAPPING_WINDOWS, 5)]


def test_a_day_without_a_score_is_a_gap() -> None:
    """31 May is missing between the two windows."""
    text = DATED + "theft_shop,2,,2027-05-30\ntheft_shop,1,2027-06-01,\n"

    assert problems(text) == [(P.GAP, None)]


@pytest.mark.parametrize("dates", ["2026-12-31,", "2027-13-01,", "01/02/2027,", "2027-06-01,2027-05-31", "20270101,"])
def test_dates_outside_the_edition_or_no_dates_are_refused(dates: str) -> None:
    """A window begins inside the edition's time and ends after it begins."""
    assert problems(DATED + f"theft_shop,2,{dates}\n") == [(P.MALFORMED, 4)]


def test_a_window_may_not_outlast_an_edition_that_ends() -> None:
    """An open end is the edition's own end; a later one is refused."""
    ending = MatrixHead("force-2027", "Force matrix 2027", 1, 5, 1, date(2027, 1, 1), date(2027, 12, 31))

    assert problems(DATED + "theft_shop,2,,2028-01-01\n", ending) == [(P.MALFORMED, 4)]


@pytest.mark.parametrize(
    ("begins", "expected"),
    [(date(2027, 12, 31), [(P.OVERLAPPING_WINDOWS, None)]), (date(2028, 1, 1), [])],
)
def test_an_edition_may_not_overlap_one_that_is_there(begins: date, expected: list[object]) -> None:
    """The day after the old edition ends is the first on which a new one may begin."""
    old = MatrixHead("force-2027", "Force matrix 2027", 1, 5, 1, date(2027, 1, 1), date(2027, 12, 31))
    there = read_matrix(GOOD, old, offences=OFFENCES).editions
    new = MatrixHead("force-2028", "Force matrix 2028", 1, 5, 1, begins)

    assert problems(GOOD, new, there) == expected


def test_no_text_of_the_table_is_repeated() -> None:
    """A report never echoes what was sent, lest a name slip into a log."""
    report = read_matrix("offence_key,base_score\nSam Example,Sam Example\n", HEAD, offences=OFFENCES)

    assert "Sam" not in str(report)


@given(text=st.text(max_size=200))
def test_reading_any_text_gives_a_report(text: str) -> None:
    """Whatever is sent, a report comes back: editions or problems, never both, never an error."""
    report: ImportReport = read_matrix(text, HEAD, offences=OFFENCES)

    assert bool(report.editions) != bool(report.problems)


def test_illustrative_scores_under_another_name_are_no_licensed_matrix() -> None:
    """One score that differs is enough: then it is somebody's own table."""
    (copied,) = read_matrix(GOOD, HEAD, offences=OFFENCES).editions
    other = copied.model_copy(update={"base": {**copied.base, "theft_shop": 5}})

    refused = read_matrix(GOOD, HEAD, offences=OFFENCES, illustrations=[copied])
    taken = read_matrix(GOOD, HEAD, offences=OFFENCES, illustrations=[other])

    assert ([problem.code for problem in refused.problems], refused.editions) == ([P.ILLUSTRATIVE], ())
    assert (taken.problems, len(taken.editions)) == ((), 1)
