"""The law book opened at dates: which rules, values, disposals and matrix are in force, the day before and the day."""

from datetime import date

import pytest

from app.law.book import EARLIEST, LawBook, NoLawInForce
from app.law.model import Disposal, DisposalCode, MatrixStatus, ModeOfTrial, Value

D = DisposalCode


def test_no_law_is_in_force_the_day_before_the_book_begins(law_book: LawBook) -> None:
    """7 April 2013 has no law here, 8 April 2013 has."""
    with pytest.raises(NoLawInForce):
        law_book.at(date(2013, 4, 7))

    assert law_book.at(EARLIEST).as_at == date(2013, 4, 8)


class _Forgotten(dict[date, tuple[Disposal, ...]]):
    """What is remembered of days, which another thread forgets in the instant in which it is written."""

    def __setitem__(self, day: date, found: tuple[Disposal, ...]) -> None:
        """Remember nothing."""


def test_book_is_opened_while_another_thread_forgets_its_days(law_book: LawBook) -> None:
    """Advice is worked out in several threads at once, and none relies on what another may forget."""
    book = law_book.with_policy((), ())
    book.notes["disposals by day"] = _Forgotten()

    assert len(book.at(date(2026, 11, 21)).disposals) == len(DisposalCode)


def test_disposals_are_listed_least_restrictive_first(law_book: LawBook) -> None:
    """The ten disposals come in the order of the contract, ranked from one."""
    listed = law_book.at(date(2026, 11, 21)).disposals

    assert [(disposal.rank, disposal.code) for disposal in listed] == list(enumerate(DisposalCode, start=1))


@pytest.mark.parametrize(
    ("code", "day", "is_open", "outcome"),
    [
        (D.OUTCOME_21, date(2015, 12, 31), False, None),
        (D.OUTCOME_21, date(2016, 1, 1), True, "21"),
        (D.OUTCOME_22, date(2019, 3, 31), False, None),
        (D.OUTCOME_22, date(2019, 4, 1), True, "22"),
        (D.DEFERRED_CAUTION, date(2019, 3, 31), False, None),
        (D.DEFERRED_CAUTION, date(2019, 4, 1), True, "22"),
        (D.DEFERRED_PROSECUTION, date(2019, 3, 31), False, None),
        (D.DEFERRED_PROSECUTION, date(2019, 4, 1), True, "22"),
        (D.DEFERRED_PROSECUTION, date(2026, 2, 11), True, "22"),
        (D.DEFERRED_PROSECUTION, date(2026, 2, 12), True, "23"),
        (D.DEFERRED_PROSECUTION, date(2026, 2, 13), True, "23"),
        (D.YOUTH_CAUTION, date(2013, 4, 8), True, "2"),
        (D.NO_FURTHER_ACTION, date(2013, 4, 8), True, "10"),
    ],
)
def test_the_catalogue_opens_on_its_days(
    law_book: LawBook, code: DisposalCode, day: date, is_open: bool, outcome: str | None
) -> None:
    """A disposal is in the catalogue from its own day on, recorded under the code of that day."""
    disposal = law_book.at(day).disposal(code)

    assert (disposal.is_open, disposal.outcome_code) == (is_open, outcome)


def test_no_further_action_knows_all_its_codes(law_book: LawBook) -> None:
    """Which code no further action is recorded under depends on why; the catalogue lists them all."""
    codes = law_book.at(date(2026, 11, 21)).disposal(D.NO_FURTHER_ACTION).outcome_codes

    assert {(code.code, code.when) for code in codes} == {
        ("10", "DEFAULT"),
        ("9", "BY_CPS"),
        ("11", "UNDER_TEN"),
        ("14", "EVIDENTIAL"),
        ("15", "EVIDENTIAL"),
        ("16", "EVIDENTIAL"),
        ("18", "EVIDENTIAL"),
        ("17", "OUT_OF_TIME"),
    }


@pytest.mark.parametrize(
    ("delivery", "age"),
    [(date(2015, 4, 12), 17), (date(2015, 4, 13), 18), (date(2015, 4, 14), 18)],
)
def test_the_appropriate_adult_age_is_chosen_by_the_day_of_delivery(
    law_book: LawBook, delivery: date, age: int
) -> None:
    """A caution decided in March 2015 and given after 13 April 2015 needs an appropriate adult for a child of 17."""
    law = law_book.at(date(2015, 3, 1), delivery=delivery)

    assert law.value("appropriate_adult_age").number == age


def test_a_value_governed_by_the_offence_reads_the_offence_date(law_book: LawBook) -> None:
    """The age of criminal responsibility is known for an offence from before the book begins."""
    law = law_book.at(date(2014, 1, 1), offence=date(2009, 6, 1))

    assert law.value("age_of_criminal_responsibility").number == 10


@pytest.mark.parametrize(
    ("day", "in_force"),
    [(date(2025, 1, 31), False), (date(2025, 2, 1), True), (date(2025, 2, 2), True)],
)
def test_a_gap_in_the_law_is_a_value_that_says_so(law_book: LawBook, day: date, in_force: bool) -> None:
    """Before 1 February 2025 no maximum made a Child Information Form mandatory."""
    assert law_book.at(day).value("cif_adult_maximum_years").in_force is in_force


@pytest.mark.parametrize(
    ("rule", "day", "in_force"),
    [
        ("CHG-04", date(2025, 1, 31), False),
        ("CHG-04", date(2025, 2, 1), True),
        ("KNF-09", date(2026, 2, 11), True),
        ("KNF-09", date(2026, 2, 12), False),
        ("KNF-01", date(2026, 2, 11), False),
        ("KNF-01", date(2026, 2, 12), True),
        ("O23-01", date(2026, 2, 12), True),
        ("O22-02", date(2019, 3, 31), False),
        ("O21-01", date(2016, 1, 1), True),
        ("YC-15", date(2020, 11, 27), False),
        ("YC-15", date(2020, 11, 28), True),
    ],
)
def test_rules_are_in_force_in_their_window(law_book: LawBook, rule: str, day: date, in_force: bool) -> None:
    """A rule binds from its first day to its last."""
    assert law_book.at(day).in_force(rule) is in_force


@pytest.mark.parametrize(
    ("day", "edition", "status", "scale"),
    [
        (date(2013, 4, 8), "acpo-2013", MatrixStatus.NOT_BUNDLED, (1, 4)),
        (date(2023, 8, 31), "acpo-2013", MatrixStatus.NOT_BUNDLED, (1, 4)),
        (date(2023, 9, 1), "illustrative-1", MatrixStatus.ILLUSTRATIVE, (1, 5)),
    ],
)
def test_the_matrix_changes_scale_in_september_2023(
    law_book: LawBook, day: date, edition: str, status: MatrixStatus, scale: tuple[int, int]
) -> None:
    """Before the Child Gravity Matrix no scores are bundled and the scale ends at four."""
    matrix = law_book.matrix_on(day)

    assert (matrix.id, matrix.status, (matrix.scale_min, matrix.scale_max)) == (edition, status, scale)


def test_an_edition_that_is_not_bundled_holds_no_scores(law_book: LawBook) -> None:
    """Nobody can mistake the old edition for one with scores."""
    assert dict(law_book.matrix_on(date(2020, 1, 1)).base) == {}


def test_the_illustrative_edition_scores_every_offence_on_its_scale(law_book: LawBook) -> None:
    """Each of the offences has a base score from one to five."""
    matrix = law_book.matrix_on(date(2026, 11, 21))

    assert (set(matrix.base), set(matrix.base.values()) <= set(range(1, 6))) == (set(law_book.offences), True)


def test_no_factor_claims_to_be_verified(law_book: LawBook) -> None:
    """Factors are shown as unverified until somebody has read the matrix itself."""
    assert [factor.id for factor in law_book.factors.values() if factor.verified] == []


def test_a_score_is_kept_inside_the_scale(law_book: LawBook) -> None:
    """Clamping stops at the ends of the edition's scale."""
    matrix = law_book.matrix_on(date(2026, 11, 21))

    assert [matrix.clamp(score) for score in (0, 1, 3, 5, 6)] == [1, 1, 3, 5, 5]


def test_a_police_code_leads_to_its_offence(law_book: LawBook) -> None:
    """TH68010 is theft from a shop: either way, recordable, and in our offence list."""
    code = law_book.cjs("TH68010")

    assert code is not None
    assert (code.title, code.mode_of_trial, code.recordable, code.offence_key) == (
        "Theft from a shop",
        ModeOfTrial.EITHER_WAY,
        True,
        "theft_shop",
    )


def test_a_code_without_an_offence_has_no_key(law_book: LawBook) -> None:
    """A code that our list does not score is known, and fails closed: it has no offence key."""
    code = law_book.cjs("AA06006")

    assert code is not None
    assert code.offence_key is None


def test_an_unknown_code_is_none(law_book: LawBook) -> None:
    """A code that does not exist is not invented."""
    assert law_book.cjs("ZZ99999") is None


def test_an_offence_whose_recordable_flag_is_not_listed_is_unknown(law_book: LawBook) -> None:
    """Not knowing whether an offence is recordable is not the same as no."""
    assert law_book.offences["drone"].recordable is None


def test_the_flags_of_offences_are_marked_unverified(law_book: LawBook) -> None:
    """No offence's own-knowledge flags are passed off as read."""
    assert {offence.flags_certainty for offence in law_book.offences.values()} == {"UNVERIFIED"}


@pytest.mark.parametrize(
    ("age", "mode", "pounds"),
    [
        (10, ModeOfTrial.SUMMARY_ONLY, 15),
        (13, ModeOfTrial.EITHER_WAY, 25),
        (13, ModeOfTrial.INDICTABLE_ONLY, 35),
        (14, ModeOfTrial.SUMMARY_ONLY, 30),
        (14, ModeOfTrial.EITHER_WAY, 50),
        (17, ModeOfTrial.INDICTABLE_ONLY, 75),
    ],
)
def test_the_penalty_caps_are_those_of_the_order(law_book: LawBook, age: int, mode: ModeOfTrial, pounds: int) -> None:
    """SI 2013/608: by age band and mode of trial."""
    caps = law_book.at(date(2026, 11, 21)).value("ycc_penalty_caps").caps

    assert [cap.pounds for cap in caps if cap.ages[0] <= age <= cap.ages[1] and cap.mode_of_trial is mode] == [pounds]


def test_a_value_that_is_not_a_number_is_not_read_as_one() -> None:
    """Reading a gap as a number is a mistake in code, and fails."""
    gap = Value.model_validate({"from": "2013-04-08", "value": "NOT_IN_FORCE", "certainty": "VERIFIED"})

    with pytest.raises(TypeError, match="not a number"):
        _ = gap.number


def test_disclosure_of_a_conditional_caution_is_shown_as_a_conflict(law_book: LawBook) -> None:
    """Sources disagree whether an unspent youth conditional caution is disclosed; the answer says so (C-07)."""
    dbs = law_book.at(date(2026, 11, 21)).disposal(D.YOUTH_CONDITIONAL_CAUTION).consequences.dbs

    assert (dbs.conflict, "C-07" in law_book.open_points) == ("C-07", True)


def test_a_law_reads_what_its_book_holds(law_book: LawBook) -> None:
    """The law of a day gives the book's own rules, offences, codes and digest."""
    law = law_book.at(date(2026, 11, 21))

    assert law.rule("CR-01") is law_book.rules["CR-01"]
    assert law.offence("theft_shop") is law_book.offences["theft_shop"]
    assert law.cjs("TH68010") == law_book.cjs("TH68010")
    assert law.digest == law_book.digest


def test_no_value_is_made_up_for_an_offence_before_all_law(law_book: LawBook) -> None:
    """An offence of 1970 lies before every value that its date would choose."""
    law = law_book.at(date(2014, 1, 1), offence=date(1970, 1, 1))

    with pytest.raises(NoLawInForce, match="summary_time_limit_months"):
        law.value("summary_time_limit_months")


def test_there_is_no_matrix_before_the_book(law_book: LawBook) -> None:
    """The day before the book begins has no edition."""
    with pytest.raises(NoLawInForce):
        law_book.matrix_on(date(2013, 4, 7))


def test_a_factor_is_found_only_in_an_edition_that_has_it(law_book: LawBook) -> None:
    """A theme of 2023 is no factor of the matrix of 2013."""
    old, new = law_book.matrix_on(date(2020, 1, 1)), law_book.matrix_on(date(2024, 1, 1))

    found = new.factor("T1_CARE_EXPERIENCED")

    assert found is not None
    assert (found.direction, old.factor("T1_CARE_EXPERIENCED")) == ("DOWN", None)


def test_the_window_of_a_value_is_the_days_for_which_it_holds(law_book: LawBook) -> None:
    """What is shown with a value: its first and last day."""
    window = law_book.at(date(2014, 1, 1)).value("appropriate_adult_age").window

    assert (window.in_force_from, window.in_force_until) == (date(2013, 4, 8), date(2015, 4, 12))
