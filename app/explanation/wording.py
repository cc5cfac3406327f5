"""The wording as data: every sentence in English, with a slot for Welsh that may be empty and then says so.

Decides what wording there must be: each disposal in three voices, and one text for each kind of choice and record.
Which of them a case gets is `app.explanation.explain`.
"""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import StrictInt

from app.law import yamlfile
from app.law.base import DisposalCode, Frozen, Text

FOLDER = Path(__file__).parent / "wording"
COMMON = "common.yaml"


class Audience(StrEnum):
    """For whom a disposal is explained."""

    CHILD = "CHILD"
    PARENT_CARER = "PARENT_CARER"
    VICTIM = "VICTIM"


class Language(StrEnum):
    """In which language it is wanted."""

    EN = "EN"
    CY = "CY"


class Choice(StrEnum):
    """Whether the child may choose, and what hangs on it."""

    NOTHING_TO_DO = "NOTHING_TO_DO"
    FREE = "FREE"
    FREE_BUT_DECIDED_ANEW = "FREE_BUT_DECIDED_ANEW"
    NO_CONDITIONS = "NO_CONDITIONS"
    CONDITIONS = "CONDITIONS"
    COURT = "COURT"


class Record(StrEnum):
    """What is written down about the child, and where."""

    LOCAL = "LOCAL"
    LOCAL_PRESUMED = "LOCAL_PRESUMED"
    CAUTION = "CAUTION"
    CAUTION_PERHAPS = "CAUTION_PERHAPS"
    CAUTION_LOCAL = "CAUTION_LOCAL"
    COURT = "COURT"


class Spent(StrEnum):
    """When a caution is spent, as far as the day is known."""

    AT_ONCE = "AT_ONCE"
    ON_A_DAY = "ON_A_DAY"
    WITH_THE_CONDITIONS = "WITH_THE_CONDITIONS"


class Knife(StrEnum):
    """What a plan after a knife offence means."""

    HELD_BACK = "HELD_BACK"
    PLAN = "PLAN"


class Words(Frozen):
    """A text in paragraphs; `cy` is None where there is no Welsh yet."""

    en: tuple[Text, ...]
    cy: tuple[Text, ...] | None

    def in_(self, language: Language) -> tuple[str, ...]:
        """Return the paragraphs in a language, in English where there is no Welsh."""
        return self.cy if language is Language.CY and self.cy is not None else self.en


class DisposalVoice(Frozen):
    """A disposal told to one audience."""

    title: Words
    what: Words
    unfinished: Words


class DisposalWording(Frozen):
    """A disposal told to all three."""

    disposal: DisposalCode
    version: StrictInt
    audiences: Mapping[Audience, DisposalVoice]


class CommonVoice(Frozen):
    """What is told to one audience of every disposal, by what the law says of it."""

    headings: Mapping[Text, Words]
    choice: Mapping[Choice, Words]
    record: Mapping[Record, Words]
    spent: Mapping[Spent, Words]
    knife: Mapping[Knife, Words]
    closing: Words


class CommonWording(Frozen):
    """The common wording in all three voices. The victim is told of no record."""

    version: StrictInt
    audiences: Mapping[Audience, CommonVoice]


class Wording(Frozen):
    """All the wording there is, with its digest."""

    common: CommonWording
    disposals: Mapping[DisposalCode, DisposalWording]
    digest: Text


@cache
def shipped_wording() -> Wording:
    """Return the wording that the service ships; broken wording raises."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
    told = [DisposalWording.model_validate(yamlfile.read(text)) for name, text in texts.items() if name != COMMON]
    joined = "".join(f"{name}\n{text}" for name, text in texts.items())
    return Wording(
        common=CommonWording.model_validate(yamlfile.read(texts[COMMON])),
        disposals={one.disposal: one for one in told},
        digest=hashlib.sha256(joined.encode()).hexdigest(),
    )
