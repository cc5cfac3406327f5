"""Bodies of items: a case as a panel sees it, and the terms that come before."""

from typing import Annotated

from pydantic import Field

from app.http.schema import Answer, Code, Instant, Schema


class CoarseningRow(Answer):
    """What was done to a field so that the case does not stand alone: `WITHHELD`, or the coarser grouping."""

    field: str
    how: str


class GravityOfItem(Answer):
    """The gravity score that the advice used, and whose matrix it came from."""

    score: int | None
    matrix: dict[str, str]
    score_status: str | None


class OptionOfItem(Answer):
    """What the advice said of one disposal, and the rules that bore on it."""

    disposal: str
    standing: str
    fit: str
    rules: list[str]


class DepartureOfItem(Answer):
    """That an opinion departed, from what, and its coded reason."""

    from_: Annotated[str, Field(alias="from")]
    reason: str


class OpinionOfItem(Answer):
    """One agency's opinion that stood when the decision was made."""

    agency: str
    level: int
    disposal: str
    departs: DepartureOfItem | None


class EscalationOfItem(Answer):
    """How high the case went, and why."""

    level: int
    because: str


class DissentOfItem(Answer):
    """An agency that held another opinion."""

    agency: str
    disposal: str


class DecisionOfItem(Answer):
    """The decision of record."""

    disposal: str
    outcome_code: str
    outcome_code_when: str
    agency: str
    grade: str
    level: int
    dissent: list[DissentOfItem]


class TimelinessOfItem(Answer):
    """Whole days from the receipt of the referral."""

    days_to_pre_assessment: int | None
    days_to_decision: int


class CharacteristicOfItem(Answer):
    """A characteristic as it is shown. `status` is `WITHHELD` where showing it would single the child out."""

    characteristic: str
    value: str | None
    status: str
    source: str | None


class ItemAnswer(Answer):
    """One case as a panel sees it."""

    item_id: str
    pseudonym: str
    stratum: str
    replaces: str | None = None
    changed_since_freeze: bool = False
    weight: float
    inclusion_probability: float
    age_band: str
    area: str
    quarter: str
    offence_group: str
    gravity: GravityOfItem
    advice: list[OptionOfItem]
    opinions: list[OpinionOfItem]
    escalation: EscalationOfItem | None
    decision: DecisionOfItem
    engagement: str
    timeliness: TimelinessOfItem
    characteristics: list[CharacteristicOfItem]
    coarsened: list[CoarseningRow]


class TermsBody(Schema):
    """Which wording of the terms is accepted; the present one if it is left out."""

    version: Code | None = None


class TermsAnswer(Answer):
    """The terms in their present wording, and when the caller accepted them, if so."""

    version: str
    terms: list[str]
    accepted_at: Instant | None
