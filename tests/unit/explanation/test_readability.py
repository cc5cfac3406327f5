"""The two formulas against values worked out by hand and published."""

import pytest

from app.explanation.readability import Counts, automated_readability, coleman_liau, counts_of, reading_age


def test_counts_of_a_short_text() -> None:
    """Letters and digits, words, sentences; an apostrophe splits no word and counts as no letter."""
    assert counts_of("You don't have to. It ends on 5 May!") == Counts(letters=25, words=9, sentences=2)


def test_paragraph_ends_a_sentence() -> None:
    """A heading without a full stop is a sentence of its own."""
    assert counts_of("What is this?\nA plan\nYou choose.").sentences == 3


def test_text_without_words_cannot_be_measured() -> None:
    """Nothing is not easy to read."""
    with pytest.raises(ValueError, match="without words"):
        counts_of("...\n")


def test_coleman_liau_of_the_published_example() -> None:
    """639 letters, 119 words and 5 sentences: the worked example that goes with the formula comes to grade 14.5."""
    assert coleman_liau(Counts(letters=639, words=119, sentences=5)) == pytest.approx(14.5, abs=0.05)


def test_automated_readability_worked_by_hand() -> None:
    """400 characters in 100 words and 10 sentences: 4.71 x 4 + 0.5 x 10 - 21.43."""
    assert automated_readability(Counts(letters=400, words=100, sentences=10)) == pytest.approx(2.41)


def test_longer_words_and_longer_sentences_are_harder() -> None:
    """Both formulas rise with either."""
    easy, long_words, long_sentences = Counts(400, 100, 10), Counts(500, 100, 10), Counts(400, 100, 5)

    for formula in (automated_readability, coleman_liau):
        assert formula(easy) < min(formula(long_words), formula(long_sentences))


def test_grade_is_five_years_less_than_the_age() -> None:
    """The sixth grade is read at eleven."""
    assert reading_age(6) == 11
