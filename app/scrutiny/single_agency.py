"""Reads community resolutions that the police issued alone: cases of the panel's other role.

Nobody decided them jointly, so nothing here has an opinion, an escalation or an advice: what the decision-maker had was
the facts as they were referred and the officer's own score. The day is that on which the police referred the case, for
no earlier one is told.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, Select, select

from app.cases.models import case_facts, cases, characteristics, referrals
from app.cases.states import CaseStatus, Route
from app.clock import LONDON, london_day
from app.db.base import among
from app.db.work import Work
from app.law.book import LawBook
from app.law.model import DisposalCode
from app.rules.findings import ScoreSource
from app.scrutiny.decided import DecidedCase, Json
from app.scrutiny.groups import UNKNOWN

_FIRST_FACTS = 1


async def issued_alone(
    work: Work,
    law_book: LawBook,
    *,
    areas: Sequence[str],
    first: date,
    last: date,
    only: Sequence[str] | None = None,
) -> tuple[DecidedCase, ...]:
    """Return the cases of these areas referred between two London days, both included, as a resolution issued alone.

    `only` asks for some of them.
    """
    referred = _referred(areas, first, last)
    found = await work.many(referred if only is None else referred.where(among(cases.c.case_id, only)))
    told = select(characteristics).where(among(characteristics.c.case_id, [row.case_id for row in found]))
    newest = {row.case_id: row.items for row in await work.many(told.order_by(characteristics.c.version))}
    return tuple(_case(row, newest.get(row.case_id, ()), law_book) for row in found)


def _referred(areas: Sequence[str], first: date, last: date) -> Select[Any]:
    begins = datetime.combine(first, time(), LONDON)
    ends = datetime.combine(last + timedelta(days=1), time(), LONDON)
    return (
        select(cases.c.case_id, cases.c.area, cases.c.status, cases.c.received_at)
        .add_columns(referrals.c.referred_at, case_facts.c.facts)
        .join(referrals, referrals.c.case_id == cases.c.case_id)
        .join(case_facts, case_facts.c.case_id == cases.c.case_id)
        .where(cases.c.route == Route.COMMUNITY_RESOLUTION_ISSUED, case_facts.c.version == _FIRST_FACTS)
        .where(cases.c.area.in_(areas), referrals.c.referred_at >= begins, referrals.c.referred_at < ends)
        .order_by(cases.c.case_id)
    )


def _case(row: Row[Any], told: Sequence[Json], law_book: LawBook) -> DecidedCase:
    facts, on = json.loads(row.facts), london_day(row.referred_at)
    return DecidedCase(
        case_id=row.case_id,
        area=row.area,
        status=CaseStatus(row.status),
        received_at=row.received_at,
        decided_at=row.referred_at,
        decided_on=on,
        decision=_decision(law_book, on),
        facts=facts,
        advice=no_advice(facts, law_book),
        opinions=(),
        escalations=(),
        characteristics=tuple(told),
        engagement=UNKNOWN,
        pre_assessed_at=None,
        single_agency=True,
    )


def _decision(law_book: LawBook, on: date) -> Json:
    disposal = DisposalCode.COMMUNITY_RESOLUTION
    return {
        "disposal": disposal.value,
        "outcomeCode": law_book.at(on).disposal(disposal).outcome_code,
        "outcomeCodeWhen": "NOW",
        "agency": "POLICE",
        "grade": None,
        "level": None,
        "dissent": [],
    }


def no_advice(facts: Mapping[str, Any], law_book: LawBook) -> Json:
    """Return what stands where an advice would: the officer's highest score with its offence, if any; no option."""
    offences: Sequence[Json] = facts["offences"]
    scores = {one["id"]: one["officerScore"]["score"] for one in offences if isinstance(one.get("officerScore"), dict)}
    lead = max(scores, key=lambda offence_id: int(scores[offence_id])) if scores else None
    return {
        "gravity": {
            "score": None if lead is None else scores[lead],
            "leadOffence": lead,
            "matrix": {},
            "offences": [{"id": one["id"], "offence": _key(one, law_book)} for one in offences],
        },
        "scoreStatus": None if lead is None else ScoreSource.OFFICER.value,
        "options": [],
    }


def _key(offence: Json, law_book: LawBook) -> str | None:
    """Return the offence as our own list names it, or None where neither list has it."""
    if offence.get("offence") is not None:
        return str(offence["offence"])
    code = law_book.cjs(str(offence.get("cjsCode", "")))
    return None if code is None else code.offence_key
