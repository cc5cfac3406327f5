"""The figures of a decision: what statistics count of it, as far as the papers of its case alone say so. Pure.

Nothing here rests on a list of the law, on a protocol or on another case. An ethnicity is the code that was said, and
the protocol's clocks are the days between which they ran. So figures stay true until something of the case changes.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from app.clock import london_day
from app.scrutiny import picture
from app.scrutiny.decided import DecidedCase, Json
from app.scrutiny.groups import age_band
from app.scrutiny.words import CHARACTERISTICS, Dimension
from app.statistics.words import UNKNOWN, By

DERIVATION = 1
"""Which way of working figures out this is. Whoever changes what `figures_of` returns for any case counts it up: then
no figures count any more that were kept before."""

FIELDS = (*CHARACTERISTICS, "CARE_STATUS", "ENGAGEMENT", "GRAVITY_SCORE", "PRE_ASSESSMENT")
"""The fields whose completeness is told."""

_GROUPS = tuple(by for by in By if by is not By.ETHNICITY)
_STATED_OF_CHILD = (By.SEND, By.NEURODIVERSITY, By.SPEECH_LANGUAGE_COMMUNICATION)
_ANSWERED = frozenset({"STATED", "DECLINED", "NOT_APPLICABLE"})
_NOT_ESTABLISHED = frozenset({UNKNOWN, "UNDER_ASSESSMENT"})
_MANY = 2


class Shared(NamedTuple):
    """The part of the figures that is the same for many decisions: no day, and no number of days.

    `ethnicity` is the list of codes and the code that was said by or for the child, or None; `groups` are all others.
    `clocks` are those of the law; `direction` says whether the decision departs from the advice, and is empty where
    the advice indicated nothing; `answered` names the fields that somebody answered.
    """

    force: str
    disposal: str
    ethnicity: tuple[str, str] | None
    groups: Mapping[By, str]
    engagement: str
    stratum: str
    offences: int
    clocks: Mapping[str, bool]
    direction: str
    reasons: tuple[str, ...]
    level: int
    answered: frozenset[str]


class Figures(NamedTuple):
    """The figures of a decision, as they are kept: its days, by the London calendar, and what it shares as text.

    `assessed_on` is the day of the first pre-assessment before the decision, or None without one; `known_by` are the
    digests by which the child is known (`children`).
    """

    received_on: date
    assessed_on: date | None
    decided_on: date
    days_to_decision: int
    shared: str
    known_by: bytes


def figures_of(case: DecidedCase, *, force: str, known_by: bytes) -> Figures:
    """Return the figures of a decided case that a force referred, of a child that is known by some digests."""
    return Figures(
        received_on=london_day(case.received_at),
        assessed_on=None if case.pre_assessed_at is None else london_day(case.pre_assessed_at),
        decided_on=case.decided_on,
        days_to_decision=(case.decided_at - case.received_at).days,
        shared=_written(_shared(case, force)),
        known_by=known_by,
    )


def _written(shared: Shared) -> str:
    """Return it as a list without names: what is the same for many is kept beside every one of them."""
    groups = [shared.groups[by] for by in _GROUPS]
    answered = "".join("1" if field in shared.answered else "0" for field in FIELDS)
    values = shared._replace(groups=groups, answered=answered)  # type: ignore[arg-type]  # as it is written
    return json.dumps(values, separators=(",", ":"), sort_keys=True)


def read_shared(text: str) -> Shared:
    """Return what was written."""
    shared = Shared(*json.loads(text))
    said = shared.ethnicity
    return shared._replace(
        ethnicity=None if said is None else (said[0], said[1]),
        groups=dict(zip(_GROUPS, shared.groups, strict=True)),
        reasons=tuple(shared.reasons),
        answered=frozenset(field for field, told in zip(FIELDS, shared.answered, strict=True) if told == "1"),
    )


def _shared(case: DecidedCase, force: str) -> Shared:
    groups = _groups(case)
    return Shared(
        force=force,
        disposal=str(case.decision["disposal"]),
        ethnicity=picture.ethnicity_code(case),
        groups=groups,
        engagement=case.engagement,
        stratum=_stratum(case),
        offences=len(case.facts["offences"]),
        clocks=_clocks(case),
        direction=_direction(case),
        reasons=tuple(sorted({one["departs"]["reason"] for one in case.opinions if one["departs"]})),
        level=int(case.decision["level"]),
        answered=_answered(case, groups),
    )


def _groups(case: DecidedCase) -> dict[By, str]:
    """Return the groups that no list of the law makes."""
    cared_for = picture.own_value(case, Dimension.CARED_FOR)
    groups = {
        By.SEX: picture.stated(case.characteristics, "SEX"),
        By.AGE_BAND: age_band(picture.age_at_lead_offence(case)),
        By.CARED_FOR: cared_for,
    }
    return groups | {by: _yes_or_no(picture.stated(case.characteristics, by.value)) for by in _STATED_OF_CHILD}


def _yes_or_no(value: str) -> str:
    """Return whether something applies to the child; what is still being looked into is not known."""
    if value in _NOT_ESTABLISHED:
        return UNKNOWN
    return "NO" if value in {"NO", "NONE"} else "YES"


def _stratum(case: DecidedCase) -> str:
    """Return the stratum within which decisions are alike: gravity score, and none, one or more earlier disposals."""
    score = case.advice["gravity"]["score"]
    history = case.facts.get("history", UNKNOWN)
    earlier = str(min(len(history), _MANY)) if isinstance(history, list) else UNKNOWN
    return f"{UNKNOWN if score is None else score}|{earlier}"


def _direction(case: DecidedCase) -> str:
    """Return whether the decision is more or less restrictive than what the advice indicated, or as advised."""
    options: Sequence[Json] = case.advice["options"]
    order = [option["disposal"] for option in options]
    indicated = [order.index(option["disposal"]) for option in options if option["fit"] == "INDICATED"]
    if not indicated or case.decision["disposal"] not in order:
        return ""
    place = order.index(case.decision["disposal"])
    if place in indicated:
        return "AS_ADVISED"
    return "MORE_RESTRICTIVE" if place > max(indicated) else "LESS_RESTRICTIVE" if place < min(indicated) else "OTHER"


def _clocks(case: DecidedCase) -> dict[str, bool]:
    """Return of each clock of the law that the advice tells the end of whether it was kept."""
    received, kept = london_day(case.received_at), {}
    for clock in case.advice.get("clocks", ()):
        due = clock.get("dueOn")
        if isinstance(due, str) and due != UNKNOWN:
            done = received if clock["name"] == "KNIFE_REFERRAL" else case.decided_on
            kept[clock["name"]] = done <= date.fromisoformat(due)
    return kept


def _answered(case: DecidedCase, groups: Mapping[By, str]) -> frozenset[str]:
    told = {row["characteristic"] for row in case.characteristics if row["status"] in _ANSWERED}
    facts = {
        "AGE": groups[By.AGE_BAND] != UNKNOWN,
        "CARE_STATUS": case.facts["child"].get("careStatus", UNKNOWN) != UNKNOWN,
        "ENGAGEMENT": case.engagement != UNKNOWN,
        "GRAVITY_SCORE": case.advice["gravity"]["score"] is not None,
        "PRE_ASSESSMENT": case.pre_assessed_at is not None,
    }
    return frozenset(told | {name for name, known in facts.items() if known})
