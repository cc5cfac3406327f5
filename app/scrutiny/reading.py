"""Reads decided cases as they stand: what the decision was made on, and no more.

Decides nothing and writes nothing. No name, identifier or narrative is selected: what is not read cannot leak.
Row-level security leaves out whatever lies outside the caller's areas.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic_core import from_json
from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.advice.models import advice
from app.assessments.models import pre_assessments
from app.cases.models import cases, characteristics
from app.cases.states import CaseStatus
from app.clock import LONDON, london_day
from app.db.base import among
from app.db.work import Work
from app.decisions.models import decisions, escalations, opinions
from app.scrutiny.decided import DecidedCase, Json, gist_of

BATCH = 250
"""Cases that are read together. An advice is some hundred kilobytes; what is kept of it is a few."""


async def decided_cases(
    work: Work, *, areas: Sequence[str], first: date, last: date, only: Collection[str] | None = None
) -> tuple[DecidedCase, ...]:
    """Return the cases of these areas decided between two London days, both included, in case order.

    `only` asks for some of them.
    """
    batches = in_batches(work, areas=areas, first=first, last=last, only=only)
    return tuple([case async for batch in batches for case in batch])


async def in_batches(
    work: Work, *, areas: Sequence[str], first: date, last: date, only: Collection[str] | None = None
) -> AsyncIterator[list[DecidedCase]]:
    """Yield the same, some at a time, for whoever need not hold all of them; other requests are served meanwhile."""
    latest = _latest_decisions(areas, first, last)
    named = latest.with_only_columns(decisions.c.case_id)
    ids = [row.case_id for row in await work.many(named if only is None else named.where(_is_one(only)))]
    for begin in range(0, len(ids), BATCH):
        part = ids[begin : begin + BATCH]
        found = await work.many(latest.where(_is_one(part)))
        told = _Told(
            opinions=_by_case(await work.many(_of(opinions, part).order_by(opinions.c.recorded_at))),
            escalations=_by_case(await work.many(_of(escalations, part).order_by(escalations.c.level))),
            assessments=_by_case(await work.many(_of(pre_assessments, part).order_by(pre_assessments.c.version))),
            characteristics=_by_case(await work.many(_of(characteristics, part).order_by(characteristics.c.version))),
        )
        yield await asyncio.to_thread(_cases, found, told)


def _is_one(ids: Collection[str]) -> ColumnElement[bool]:
    return among(decisions.c.case_id, ids)


def _latest_decisions(areas: Sequence[str], first: date, last: date) -> Select[Any]:
    begins = datetime.combine(first, time(), LONDON)
    ends = datetime.combine(last + timedelta(days=1), time(), LONDON)
    return (
        select(decisions, cases.c.status, cases.c.received_at, advice.c.facts, advice.c.answer.label("advised"))
        .join(cases, cases.c.case_id == decisions.c.case_id)
        .join(advice, advice.c.advice_id == decisions.c.advice_id)
        .where(decisions.c.area.in_(areas), decisions.c.decided_at >= begins, decisions.c.decided_at < ends)
        .ext(distinct_on(decisions.c.case_id))
        .order_by(decisions.c.case_id, decisions.c.round.desc())
    )


def _of(table: Any, ids: Sequence[str]) -> Select[Any]:  # noqa: ANN401  (a table with a column case_id)
    return select(table).where(among(table.c.case_id, ids))


def _by_case(rows: Sequence[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


@dataclass(frozen=True)
class _Told:
    """What hangs on the cases, by case."""

    opinions: dict[str, list[Row[Any]]]
    escalations: dict[str, list[Row[Any]]]
    assessments: dict[str, list[Row[Any]]]
    characteristics: dict[str, list[Row[Any]]]


def _cases(rows: Sequence[Row[Any]], told: _Told) -> list[DecidedCase]:
    return [_case(row, told) for row in rows]


def _case(row: Row[Any], told: _Told) -> DecidedCase:
    before = [one for one in told.assessments.get(row.case_id, ()) if one.recorded_at <= row.decided_at]
    newest = told.characteristics.get(row.case_id, ())[-1:]
    return DecidedCase(
        case_id=row.case_id,
        area=row.area,
        status=CaseStatus(row.status),
        received_at=row.received_at,
        decided_at=row.decided_at,
        decided_on=london_day(row.decided_at),
        decision=_decision(row),
        facts=json.loads(row.facts),
        advice=gist_of(from_json(row.advised)),
        opinions=tuple(_opinion(one) for one in _standing(told.opinions.get(row.case_id, ()), row)),
        escalations=tuple(
            {"level": one.level, "because": one.because}
            for one in told.escalations.get(row.case_id, ())
            if one.round == row.round
        ),
        characteristics=tuple(newest[0].items if newest else ()),
        engagement=_engagement(before),
        pre_assessed_at=before[0].recorded_at if before else None,
    )


def _decision(row: Row[Any]) -> Json:
    return {
        "disposal": row.disposal,
        "outcomeCode": row.outcome_code,
        "outcomeCodeWhen": row.outcome_code_when,
        "agency": row.agency,
        "grade": row.grade,
        "level": row.level,
        "dissent": [{"agency": one["agency"], "disposal": one["disposal"]} for one in row.dissent],
    }


def _standing(rows: Sequence[Row[Any]], decision: Row[Any]) -> list[Row[Any]]:
    """Return of each level and agency the opinion that stood: the last before the decision, in its round."""
    of_round = [row for row in rows if row.round == decision.round and row.recorded_at <= decision.decided_at]
    last = {(row.level, row.agency): row for row in sorted(of_round, key=lambda row: int(row.turn))}
    return [last[key] for key in sorted(last)]


def _opinion(row: Row[Any]) -> Json:
    departs = row.departs and {"from": row.departs["from"], "reason": row.departs["reason"]}
    return {"agency": row.agency, "level": row.level, "disposal": row.disposal, "departs": departs}


def _engagement(assessments: Sequence[Row[Any]]) -> str:
    if not assessments:
        return "UNKNOWN"
    body = json.loads(assessments[-1].body)
    return str(body.get("engagement", {}).get("level", "UNKNOWN"))
