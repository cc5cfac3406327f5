"""What is told: easy for a child, true about what is voluntary, silent to the victim about the child."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest

from app.explanation.explain import Told, choice_of, explain, knife_of, record_of
from app.explanation.readability import automated_readability, coleman_liau, counts_of, reading_age
from app.explanation.wording import Audience, Choice, Knife, Language, Record, Words, shipped_wording
from app.law.book import LawBook
from app.law.model import DisposalCode, OnPnc

AGE = 11
VOLUNTARY = ("TRIAGE", "OUTCOME_22", "COMMUNITY_RESOLUTION", "DEFERRED_CAUTION", "DEFERRED_PROSECUTION")
COMPULSION = re.compile(
    r"\b(must|compulsory|mandatory|obliged|forced?|binding|required|have to|has to)\b", re.IGNORECASE
)
DENIAL = re.compile(r"\b(not|no one|nobody|never|no)\b", re.IGNORECASE)
EVERY = [
    (disposal, on_pnc, knife, given)
    for disposal, on_pnc, knife, given in product(DisposalCode, OnPnc, [True, False], [True, False])
]


def told_of(
    law_book: LawBook, disposal: str, on_pnc: OnPnc = OnPnc.YES, *, knife: bool = False, given: bool = True
) -> Told:
    """Return what an explanation is filled from, on a day of 2026."""
    return Told(
        disposal=law_book.at(date(2026, 11, 21)).disposal(disposal),
        on_pnc=on_pnc,
        knife=knife,
        given=given,
        spent_on=date(2027, 2, 21) if given else None,
        plan_weeks=16,
        spent_months=3,
        review_months=3,
    )


@pytest.mark.parametrize(("disposal", "on_pnc", "knife", "given"), EVERY)
def test_every_text_for_a_child_is_read_at_eleven(
    law_book: LawBook, disposal: DisposalCode, on_pnc: OnPnc, *, knife: bool, given: bool
) -> None:
    """The whole of it, whatever the case, by both formulas."""
    told = told_of(law_book, disposal, on_pnc, knife=knife, given=given)
    counts = counts_of(explain(shipped_wording(), told, Audience.CHILD, Language.EN).text)

    assert reading_age(automated_readability(counts)) <= AGE
    assert reading_age(coleman_liau(counts)) <= AGE


def _texts_for_a_child() -> Iterator[tuple[str, Words]]:
    wording = shipped_wording()
    for disposal, one in wording.disposals.items():
        yield f"{disposal}-what", one.audiences[Audience.CHILD].what
        yield f"{disposal}-unfinished", one.audiences[Audience.CHILD].unfinished
    common = wording.common.audiences[Audience.CHILD]
    for part in (common.choice, common.record, common.spent, common.knife):
        yield from ((str(key), words) for key, words in part.items())
    yield "closing", common.closing


@pytest.mark.parametrize(("name", "words"), list(_texts_for_a_child()))
def test_every_part_of_a_text_for_a_child_is_read_at_eleven(name: str, words: Words) -> None:
    """No hard part hides among easy ones."""
    counts = counts_of("\n".join(words.en))

    assert max(reading_age(automated_readability(counts)), reading_age(coleman_liau(counts))) <= AGE, name


@pytest.mark.parametrize(("disposal", "audience"), list(product(DisposalCode, Audience)))
def test_people_are_called_by_the_glossarys_words(law_book: LawBook, disposal: str, audience: Audience) -> None:
    """The youth justice service, never a team; a child, never an offender; and nobody votes."""
    text = explain(shipped_wording(), told_of(law_book, disposal, knife=True), audience, Language.EN).text

    assert not re.search(r"\b(team|offender|juvenile|YOT|vote)s?\b", text, re.IGNORECASE)


@pytest.mark.parametrize("disposal", ["OUTCOME_22", "DEFERRED_CAUTION", "DEFERRED_PROSECUTION"])
@pytest.mark.parametrize("audience", Audience)
def test_it_is_said_who_decides_what_is_not_finished(law_book: LawBook, disposal: str, audience: Audience) -> None:
    """Both agencies look at it again; the last word is the police's or a prosecutor's (PRC-09)."""
    text = explain(shipped_wording(), told_of(law_book, disposal), audience, Language.EN).text

    assert "the police and the youth justice service" in text
    assert "service decide" not in text
    assert re.search(r"prosecutor", text)


@pytest.mark.parametrize(("disposal", "audience"), list(product(VOLUNTARY, Audience)))
def test_nothing_voluntary_is_called_compulsory(law_book: LawBook, disposal: str, audience: Audience) -> None:
    """Where a word of compulsion stands, the sentence denies it."""
    told = explain(shipped_wording(), told_of(law_book, disposal), audience, Language.EN)

    for sentence in re.split(r"(?<=[.!?])\s|\n", told.text):
        if COMPULSION.search(sentence) and not sentence.endswith("?"):
            assert DENIAL.search(sentence), sentence


@pytest.mark.parametrize("audience", [Audience.CHILD, Audience.PARENT_CARER])
@pytest.mark.parametrize("knife", list(Knife))
def test_plan_after_a_knife_offence_is_said_to_be_no_compulsion(audience: Audience, knife: Knife) -> None:
    """The team has to make a plan; the law does not force the child to follow it (KNF-02)."""
    text = " ".join(shipped_wording().common.audiences[audience].knife[knife].en)

    assert "does not force" in text or "not a legal compulsion" in text


@pytest.mark.parametrize(("disposal", "choice"), [
    ("NO_FURTHER_ACTION", Choice.NOTHING_TO_DO),
    ("TRIAGE", Choice.FREE),
    ("OUTCOME_21", Choice.NOTHING_TO_DO),
    ("OUTCOME_22", Choice.FREE_BUT_DECIDED_ANEW),
    ("COMMUNITY_RESOLUTION", Choice.FREE),
    ("DEFERRED_CAUTION", Choice.FREE_BUT_DECIDED_ANEW),
    ("DEFERRED_PROSECUTION", Choice.FREE_BUT_DECIDED_ANEW),
    ("YOUTH_CAUTION", Choice.NO_CONDITIONS),
    ("YOUTH_CONDITIONAL_CAUTION", Choice.CONDITIONS),
    ("CHARGE", Choice.COURT),
])  # fmt: skip
def test_choice_is_read_from_the_law(law_book: LawBook, disposal: str, choice: Choice) -> None:
    """Only a youth conditional caution and a charge bind."""
    assert choice_of(told_of(law_book, disposal).disposal) is choice


@pytest.mark.parametrize(
    ("disposal", "on_pnc", "record"),
    [
        ("COMMUNITY_RESOLUTION", OnPnc.NO, Record.LOCAL),
        ("DEFERRED_PROSECUTION", OnPnc.NO, Record.LOCAL_PRESUMED),
        ("YOUTH_CAUTION", OnPnc.YES, Record.CAUTION),
        ("YOUTH_CAUTION", OnPnc.YES_IF_RECORDABLE, Record.CAUTION_PERHAPS),
        ("YOUTH_CAUTION", OnPnc.NO, Record.CAUTION_LOCAL),
        ("CHARGE", OnPnc.YES, Record.COURT),
    ],
)
def test_record_is_read_from_the_law(law_book: LawBook, disposal: str, on_pnc: OnPnc, record: Record) -> None:
    """What is presumed is said to be presumed."""
    assert record_of(told_of(law_book, disposal).disposal, on_pnc) is record


def test_police_may_charge_is_said_only_where_something_is_held_back(law_book: LawBook) -> None:
    """A failed programme beside a youth caution brings no prosecution (YC-11)."""
    assert knife_of(told_of(law_book, "YOUTH_CAUTION", knife=True)) is Knife.PLAN
    assert knife_of(told_of(law_book, "DEFERRED_PROSECUTION", knife=True)) is Knife.HELD_BACK
    assert knife_of(told_of(law_book, "NO_FURTHER_ACTION", knife=True)) is None


@pytest.mark.parametrize("disposal", DisposalCode)
def test_victim_is_told_nothing_of_the_child(law_book: LawBook, disposal: DisposalCode) -> None:
    """No record, no day on which anything is spent, not even that there is a child, a parent or a family."""
    text = explain(shipped_wording(), told_of(law_book, disposal), Audience.VICTIM, Language.EN).text

    assert not re.search(
        r"\b(child|children|boy|girl|parent|mum|dad|family|school record|spent|he|she)\b", text.lower()
    )
    assert "21 February 2027" not in text


@pytest.mark.parametrize("disposal", DisposalCode)
def test_victim_is_not_told_what_may_not_have_happened(law_book: LawBook, disposal: DisposalCode) -> None:
    """Nobody knows from the disposal alone that the victim was asked."""
    text = explain(shipped_wording(), told_of(law_book, disposal), Audience.VICTIM, Language.EN).text

    assert not re.search(r"you (were|have been) asked|your views (were|have been)", text.lower())


@pytest.mark.parametrize("disposal", DisposalCode)
def test_what_is_said_of_first_time_entrants_is_what_the_law_says(law_book: LawBook, disposal: DisposalCode) -> None:
    """Only where nothing but a local note is kept is a parent told that the child is none."""
    told = told_of(law_book, disposal)
    text = explain(shipped_wording(), told, Audience.PARENT_CARER, Language.EN).text

    if "does not make your child a first-time entrant" in text:
        assert told.disposal.consequences.first_time_entrant.value is False


def test_dated_facts_are_filled_in(law_book: LawBook) -> None:
    """The day on which a conditional caution is spent, once it is known; no placeholder is ever left."""
    given = explain(shipped_wording(), told_of(law_book, "YOUTH_CONDITIONAL_CAUTION"), Audience.CHILD, Language.EN)
    before = told_of(law_book, "YOUTH_CONDITIONAL_CAUTION", given=False)
    not_given = explain(shipped_wording(), before, Audience.CHILD, Language.EN)

    assert "It is spent on 21 February 2027." in given.text
    assert "3 months" in not_given.text
    assert "{" not in given.text + not_given.text


def test_welsh_that_is_not_there_is_english_and_says_so(law_book: LawBook) -> None:
    """The slot is empty; nothing pretends otherwise."""
    told = explain(shipped_wording(), told_of(law_book, "TRIAGE"), Audience.CHILD, Language.CY)

    assert told.language is Language.EN


def test_wording_is_complete() -> None:
    """Each disposal in three voices; each kind of choice, record and plan in each voice."""
    wording = shipped_wording()

    assert set(wording.disposals) == set(DisposalCode)
    assert all(set(one.audiences) == set(Audience) for one in wording.disposals.values())
    for voice in wording.common.audiences.values():
        assert (set(voice.choice), set(voice.record), set(voice.knife)) == (set(Choice), set(Record), set(Knife))
