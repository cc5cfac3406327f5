"""Which words a case gets: by what the law says of the disposal, with its dated facts filled in. Pure.

What is voluntary, what is recorded and what follows are read from the law's own catalogue, so that no text can promise
what the law does not, or make a voluntary thing sound compulsory. The victim is told nothing of the child.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.delivery.words import RETURNS
from app.explanation.wording import Audience, Choice, Knife, Language, Record, Spent, Wording, Words
from app.law.model import Certainty, Disposal, DisposalCode, OnPnc

D = DisposalCode


@dataclass(frozen=True)
class Told:
    """What an explanation is filled from. `spent_on` is known once a caution is given."""

    disposal: Disposal
    on_pnc: OnPnc
    knife: bool
    given: bool
    spent_on: date | None
    plan_weeks: int | None
    spent_months: int
    review_months: int


@dataclass(frozen=True)
class Section:
    """A heading with its paragraphs; `id` names it in both languages."""

    id: str
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """A disposal explained to one audience."""

    title: str
    sections: tuple[Section, ...]
    language: Language

    @property
    def text(self) -> str:
        """Return everything that is read, one line to a heading or paragraph."""
        lines = [self.title]
        for section in self.sections:
            lines += [section.heading, *section.paragraphs]
        return "\n".join(lines)


def choice_of(disposal: Disposal) -> Choice:
    """Return whether the child may choose: what the law's catalogue says is enforceable is, and nothing else."""
    if disposal.family == "PROSECUTION":
        return Choice.COURT
    if disposal.statutory:
        return Choice.CONDITIONS if disposal.consequences.enforceable.value else Choice.NO_CONDITIONS
    if disposal.code in RETURNS:
        return Choice.FREE_BUT_DECIDED_ANEW
    return Choice.NOTHING_TO_DO if disposal.code in {D.NO_FURTHER_ACTION, D.OUTCOME_21} else Choice.FREE


def record_of(disposal: Disposal, on_pnc: OnPnc) -> Record:
    """Return what is written down, and where."""
    if disposal.family == "PROSECUTION":
        return Record.COURT
    if not disposal.statutory:
        presumed = disposal.consequences.on_pnc.certainty is Certainty.INFERRED
        return Record.LOCAL_PRESUMED if presumed else Record.LOCAL
    return {OnPnc.YES: Record.CAUTION, OnPnc.YES_IF_RECORDABLE: Record.CAUTION_PERHAPS, OnPnc.NO: Record.CAUTION_LOCAL}[
        on_pnc
    ]


def spent_of(told: Told) -> Spent | None:
    """Return when a caution is spent, as far as the day is known; None for what is no caution."""
    if told.disposal.code is D.YOUTH_CAUTION:
        return Spent.AT_ONCE
    if told.disposal.code is not D.YOUTH_CONDITIONAL_CAUTION:
        return None
    return Spent.WITH_THE_CONDITIONS if told.spent_on is None else Spent.ON_A_DAY


def knife_of(told: Told) -> Knife | None:
    """Return what the plan after a knife offence means; None without a knife, or without anything to plan beside."""
    if not told.knife or choice_of(told.disposal) in {Choice.NOTHING_TO_DO, Choice.COURT}:
        return None
    return Knife.HELD_BACK if told.disposal.code in RETURNS else Knife.PLAN


def explain(wording: Wording, told: Told, audience: Audience, language: Language) -> Explanation:
    """Return a disposal explained to an audience, in a language as far as the wording has it."""
    own = wording.disposals[told.disposal.code].audiences[audience]
    common = wording.common.audiences[audience]
    knife, spent = knife_of(told), spent_of(told)
    record = [common.record[record_of(told.disposal, told.on_pnc)]]
    if spent is not None and audience is not Audience.VICTIM:
        record.append(common.spent[spent])
    parts: list[tuple[str, list[Words]]] = [
        ("what", [own.what]),
        ("choice", [common.choice[choice_of(told.disposal)]]),
        ("knife", [] if knife is None else [common.knife[knife]]),
        ("record", record),
        ("unfinished", [own.unfinished]),
        ("closing", [common.closing]),
    ]
    facts = facts_of(told)
    sections = tuple(
        Section(name, common.headings[name].in_(language)[0], _filled(words, language, facts))
        for name, words in parts
        if words
    )
    spoken = Language.CY if language is Language.CY and own.title.cy is not None else Language.EN
    return Explanation(own.title.in_(language)[0], sections, spoken)


def facts_of(told: Told) -> Mapping[str, str]:
    """Return the dated facts that a text may name."""
    weeks = "" if told.plan_weeks is None else f" Plans here usually last {told.plan_weeks} weeks."
    return {
        "spent_on": "" if told.spent_on is None else written_day(told.spent_on),
        "spent_months": str(told.spent_months),
        "review_months": str(told.review_months),
        "plan_weeks_sentence": weeks,
    }


def _filled(words: list[Words], language: Language, facts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(paragraph.format_map(facts) for one in words for paragraph in one.in_(language))


def written_day(day: date) -> str:
    """Return a day as people write it: 5 March 2027."""
    return f"{day.day} {day:%B %Y}"
