"""Reading what the management figures count. Advice is read inside the database: the figures need three words of it."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, cast, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, distinct_on

from app.advice.models import advice
from app.cases.models import cases, children
from app.cases.states import CaseStatus
from app.clock import LONDON
from app.db.work import Work
from app.decisions.models import decisions, opinions
from app.decisions.schemas import DepartsFrom
from app.delivery.models import completions, deliveries, interventions
from app.management.figures import NO_SCORE, Decision, Delivered
from app.management.opinions import Spoken

_NOT_COUNTED = (CaseStatus.RESTRICTED, CaseStatus.WITHDRAWN)
_FIRST_TIME = "$.options[*] ? (@.disposal == $d).consequences.firstTimeEntrant"


async def decisions_of(work: Work, areas: Sequence[str], first: date, last: date) -> tuple[Decision, ...]:
    """Return the latest decision of each case of some areas decided on these days."""
    told = cast(func.convert_from(advice.c.answer, "UTF8"), JSONB)
    named = func.jsonb_build_object("d", decisions.c.disposal)
    given = exists().where(deliveries.c.case_id == decisions.c.case_id, deliveries.c.round == decisions.c.round)
    statement = (
        select(
            cases.c.route,
            decisions.c.disposal,
            told["gravity"]["score"].label("score"),
            told["scoreStatus"].label("score_status"),
            func.jsonb_path_query_first(told, cast(_FIRST_TIME, JSONPATH), named).label("first_time"),
            given.label("given"),
        )
        .join(cases, cases.c.case_id == decisions.c.case_id)
        .join(advice, advice.c.advice_id == decisions.c.advice_id)
        .where(
            decisions.c.area.in_(areas),
            cases.c.status.not_in(_NOT_COUNTED),
            *_between(decisions.c.decided_at, first, last),
        )
        .ext(distinct_on(decisions.c.case_id))
        .order_by(decisions.c.case_id, decisions.c.round.desc())
    )
    return tuple(
        Decision(
            route=row.route,
            disposal=row.disposal,
            score=row.score,
            score_status=NO_SCORE if row.score is None else row.score_status,
            first_time=bool(row.first_time),
            given=row.given,
        )
        for row in await work.many(statement)
    )


async def spoken_of(work: Work, areas: Sequence[str], first: date, last: date) -> tuple[Spoken, ...]:
    """Return the last word of each agency at each level of the cases decided on these days: none that is under seal."""
    statement = (
        select(opinions.c.agency, opinions.c.departs, opinions.c.recorded_at, advice.c.taken_at)
        .join(
            decisions,
            and_(decisions.c.case_id == opinions.c.case_id, decisions.c.round == opinions.c.round),
        )
        .join(advice, advice.c.advice_id == opinions.c.advice_id)
        .join(cases, cases.c.case_id == opinions.c.case_id)
        .where(
            decisions.c.area.in_(areas),
            cases.c.status.not_in(_NOT_COUNTED),
            *_between(decisions.c.decided_at, first, last),
        )
        .ext(distinct_on(opinions.c.case_id, opinions.c.round, opinions.c.level, opinions.c.agency))
        .order_by(opinions.c.case_id, opinions.c.round, opinions.c.level, opinions.c.agency, opinions.c.turn.desc())
    )
    return tuple(
        Spoken(
            agency=row.agency,
            agrees=(row.departs or {}).get("from") != DepartsFrom.ADVICE,
            minutes=(row.recorded_at - row.taken_at).total_seconds() / 60,
        )
        for row in await work.many(statement)
    )


async def delivered_of(work: Work, areas: Sequence[str], first: date, last: date) -> tuple[Delivered, ...]:
    """Return the disposals of some areas with an intervention that were given on these days."""
    with_intervention = exists().where(
        interventions.c.case_id == deliveries.c.case_id, interventions.c.round == deliveries.c.round
    )
    statement = (
        select(deliveries, children.c.identifiers, children.c.date_of_birth, completions.c.result)
        .join(children, children.c.case_id == deliveries.c.case_id)
        .join(cases, cases.c.case_id == deliveries.c.case_id)
        .outerjoin(
            completions, and_(completions.c.case_id == deliveries.c.case_id, completions.c.round == deliveries.c.round)
        )
        .where(
            deliveries.c.area.in_(areas),
            cases.c.status.not_in(_NOT_COUNTED),
            deliveries.c.given_on.between(first, last),
            with_intervention,
        )
        .order_by(deliveries.c.delivery_id)
    )
    return tuple(
        Delivered(_child(row), row.date_of_birth, row.disposal, row.given_on, row.result)
        for row in await work.many(statement)
    )


def _child(row: Row[Any]) -> str:
    """Return what stands for the child: the first identifier in order, where there is none the case."""
    named: Sequence[dict[str, str]] = row.identifiers
    known = sorted(f"{one['scheme']}|{one['value']}" for one in named)
    return hashlib.sha256((known[0] if known else row.case_id).encode()).hexdigest()


def _between(column: ColumnElement[Any], first: date, last: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    begins = datetime.combine(first, time(), LONDON)
    ends = datetime.combine(last + timedelta(days=1), time(), LONDON)
    return column >= begins, column < ends
