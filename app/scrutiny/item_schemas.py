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
    """The decision of record. What the police issued alone has neither grade nor level."""

    disposal: str
    outcome_code: str
    outcome_code_when: str
    agency: str
    grade: str | None
    level: int | None
    dissent: list[DissentOfItem]


class TimelinessOfItem(Answer):
    """Whole days from the receipt of the referral; null where nothing was pre-assessed, or decided here."""

    days_to_pre_assessment: int | None
    days_to_decision: int | None


class CharacteristicOfItem(Answer):
    """A characteristic as it is shown. `status` is `WITHHELD` where showing it would single the child out."""

    characteristic: str
    value: str | None
    status: str
    source: str | None


class TextOfItem(Answer):
    """What was written, as two people have released it: one redacted it, the other let it go."""

    about: str
    text: str
    redacted_by: str
    released_by: str


class CompletenessOfItem(Answer):
    """Of how many characteristics a statement is told, withheld, or not known."""

    known: int
    withheld: int
    not_known: int


class PanelDraw(Answer):
    """A panel's draw in which the case stood too, and the chance that it had there."""

    frame_id: str
    inclusion_probability: float


class ItemAnswer(Answer):
    """One case as a panel sees it. `panelDraws` is told in a joint audit: the draws of panels before it."""

    item_id: str
    pseudonym: str
    stratum: str
    replaces: str | None = None
    changed_since_freeze: bool = False
    weight: float
    inclusion_probability: float
    panel_draws: tuple[PanelDraw, ...] = ()
    single_agency: bool = False
    texts: tuple[TextOfItem, ...] = ()
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
    completeness: CompletenessOfItem
    coarsened: list[CoarseningRow]


class TermsBody(Schema):
    """Which wording of the terms is accepted; the present one if it is left out."""

    version: Code | None = None


class TermsAnswer(Answer):
    """The terms in their present wording, and when the caller accepted them, if so."""

    version: str
    terms: list[str]
    accepted_at: Instant | None
