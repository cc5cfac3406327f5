"""The conditions of a youth conditional caution as they stand, and what must be shown to vary them (YCC-19). Pure.

A variation is the whole set as it is to stand. It is held against the law of the day on which the caution was given:
the caps count all that is asked of the child, and the window and the time limit for a prosecution bind as they did.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.delivery.checking import Occasion, circumstances_of, condition_faults, shown_in
from app.delivery.requirements import MAY_GIVE_YCC, Unmet, unmet
from app.delivery.schemas import ConditionIn, DeliveryIn, GivenBy, VariationIn
from app.delivery.words import DocumentPart
from app.rules.conditions import Setter

VARY = "YCC-19"
_SHOWN_AGAIN = ("YCC-01", "YCC-04", "YCC-05", "PRC-14")
_WITH_VICTIM = ("VIC-03",)
_WITH_ADULT = ("YCC-03", "AA-01", "AA-04")
_SIGNED_AGAIN = (DocumentPart.CONSENT, DocumentPart.CONDITIONS)


@dataclass(frozen=True)
class Standing:
    """A version of the conditions: since when it stands, by whom, why, and when the caution is spent under it."""

    round: int
    version: int
    since: date
    by: GivenBy
    why: str | None
    conditions: tuple[ConditionIn, ...]
    spent_on: date | None
    recorded_at: datetime
    recorded_by: str


def faults_of_variation(
    body: VariationIn, occasion: Occasion, versions: Sequence[Standing], *, with_adult: bool
) -> tuple[Unmet, ...]:
    """Return everything that is wrong with a variation, each with its rule.

    `occasion` is that of the giving; `with_adult` says whether the child's age on the day of the variation asks for an
    appropriate adult.
    """
    shown = shown_in(_as_giving(body, versions[0].since), occasion.facts)
    rules = (*_SHOWN_AGAIN, *(_WITH_VICTIM if shown.victims else ()), *(_WITH_ADULT if with_adult else ()))
    return (
        *_days(body, occasion, versions[-1]),
        *_who(body),
        *(replace(one, pointer=one.pointer.replace("/givenBy", "/variedBy")) for one in unmet(rules, shown)),
        *_paper(body),
        *_conditions(body, occasion, versions),
    )


def _as_giving(body: VariationIn, given_on: date) -> DeliveryIn:
    """Return what a variation shows as a giving would show it, of the day on which the caution was given."""
    same = body.model_dump(mode="json", by_alias=True, exclude={"varied_on", "varied_by", "why"})
    by = body.varied_by.model_dump(mode="json", by_alias=True)
    return DeliveryIn.model_validate({**same, "givenOn": given_on.isoformat(), "givenBy": by})


def _days(body: VariationIn, occasion: Occasion, stands: Standing) -> Iterator[Unmet]:
    if body.varied_on > occasion.today:
        yield Unmet(VARY, "/variedOn", "It cannot have been varied on a day that is still to come.")
    if body.varied_on < stands.since:
        yield Unmet(VARY, "/variedOn", "It cannot be varied before the conditions that stand began.")


def _who(body: VariationIn) -> Iterator[Unmet]:
    if body.varied_by.role not in MAY_GIVE_YCC:
        yield Unmet(VARY, "/variedBy/role", "A prosecutor or another authorised person varies the conditions.")


def _paper(body: VariationIn) -> Iterator[Unmet]:
    for part in _SIGNED_AGAIN:
        if part not in body.signed_document:
            yield Unmet("YCC-02", "/signedDocument", f"The document signed anew holds the {part.value.lower()}.")


def _conditions(body: VariationIn, occasion: Occasion, versions: Sequence[Standing]) -> Iterator[Unmet]:
    """Yield the faults of the set as a whole; what the CPS has set an authorised person may vary, too."""
    first, stands = versions[0], versions[-1]
    case = circumstances_of(_as_giving(body, first.since), occasion)
    for fault in condition_faults(body.conditions, replace(case, cps_case=False, set_by=Setter.UNKNOWN), occasion):
        yield Unmet(fault.rule, fault.pointer, fault.message)
    if body.conditions == stands.conditions:
        yield Unmet(VARY, "/conditions", "These are the conditions that stand.")
    for n, one in enumerate(body.conditions):
        if one.due_on is not None and one.due_on < body.varied_on and one not in stands.conditions:
            yield Unmet("YCC-16", f"/conditions/{n}/dueOn", "What is new would end before it begins.")
