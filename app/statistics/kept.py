"""Figures kept beside decisions: reads those that still hold, and keeps those that were worked out anew.

Figures hold while the case has the version that it had when they were worked out, while nothing newer is said of its
child's characteristics, and while this release works figures out in the same way. All of that is asked in the statement
that reads them.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy import (
    ARRAY,
    Label,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import DateTime, Text

from app.cases.models import cases, characteristics, children, referrals
from app.clock import LONDON
from app.db.base import among
from app.db.ready import Ready
from app.db.work import Work
from app.decisions.models import decisions
from app.statistics.children import known_by
from app.statistics.figures import DERIVATION, Figures
from app.statistics.models import decision_figures, statistics_key

PART = 2_000
"""Rows of figures that are read together; some twenty milliseconds of them."""

_NO_FORCE = "unknown"
_MINE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('oocd.figures', 0)) AS mine")
_log = structlog.get_logger("oocd.statistics")


def _standing() -> Ready:
    """Return the question: the newest decisions first, narrow as they are, and then what is joined to them."""
    own, instant = decisions.c, DateTime(timezone=True)
    newest = (
        select(own.case_id, own.decision_id, own.decided_at)
        .where(
            own.area == any_(bindparam("areas", type_=ARRAY(Text))),
            own.decided_at >= bindparam("begins", type_=instant),
            own.decided_at < bindparam("ends", type_=instant),
        )
        .ext(distinct_on(own.case_id))
        .order_by(own.case_id, own.round.desc())
        .subquery("newest")
    )
    decision_id = cast(newest.c.decision_id, Text).label("decision_id")
    kept, said = decision_figures.c, characteristics.alias("said")
    holds = and_(
        kept.decision_id == newest.c.decision_id,
        kept.derivation == literal(DERIVATION),
        kept.case_version == cases.c.version,
        ~exists().where(said.c.case_id == kept.case_id, said.c.version > kept.characteristics_version),
    )
    return Ready(
        select(
            cast(newest.c.case_id, Text).label("case_id"),
            cases.c.status,
            kept.received_on,
            kept.assessed_on,
            kept.decided_on,
            kept.days_to_decision,
            kept.shared,
            kept.known_by,
        )
        .add_columns(*map(_unless_held, (newest.c.decided_at, decision_id, cases.c.area, cases.c.version)))
        .select_from(newest)
        .join(cases, cases.c.case_id == newest.c.case_id)
        .outerjoin(decision_figures, holds)
        .order_by(newest.c.case_id)
    )


def _unless_held(column: Any) -> Label[Any]:  # noqa: ANN401  (a column of any of them)
    """Return a column where no figures hold: what they are to be kept with."""
    return case((decision_figures.c.decision_id.is_(None), column)).label(column.name)


_STANDING = _standing()


async def standing(work: Work, *, areas: Sequence[str], first: date, last: date) -> AsyncIterator[list[Any]]:
    """Yield of each case of some areas its newest decision between two London days, in the order of cases, in parts.

    Each is a named tuple with the status of the case and all that figures have, or None for each where none are kept
    that hold: then it has what they are to be kept with.
    """
    begins = datetime.combine(first, time(), LONDON)
    ends = datetime.combine(last + timedelta(days=1), time(), LONDON)
    async for rows in work.in_parts(_STANDING, PART, areas=list(areas), begins=begins, ends=ends):
        yield rows


async def versions_of(work: Work, ids: Collection[str]) -> dict[str, int]:
    """Return the newest version of the characteristics of each case that has any."""
    own = characteristics.c
    newest = select(own.case_id, func.max(own.version).label("version")).where(among(own.case_id, ids))
    return {row.case_id: row.version for row in await work.many(newest.group_by(own.case_id))}


async def forces_of(work: Work, ids: Collection[str]) -> dict[str, str]:
    """Return for each case the force that referred it."""
    kept = referrals.c
    rows = await work.many(select(kept.case_id, kept.force).where(among(kept.case_id, ids)).order_by(kept.received_at))
    return dict.fromkeys(ids, _NO_FORCE) | {row.case_id: row.force for row in rows}


async def known_by_of(work: Work, ids: Collection[str]) -> dict[str, bytes]:
    """Return for each case the digests by which its child is known; nothing for one that no number names."""
    key = await work.one(select(statistics_key.c.key))
    assert key is not None  # the migration makes it
    own = children.c
    told = select(own.case_id, own.date_of_birth, own.identifiers).where(among(own.case_id, ids))
    found = {row.case_id: known_by(key[0], row.date_of_birth, row.identifiers) for row in await work.many(told)}
    return dict.fromkeys(ids, b"") | found


async def keep(work: Work, rows: Sequence[Any], versions: Mapping[str, int]) -> None:
    """Keep figures that were worked out since they stood as None in these rows, unless another call is keeping some.

    `versions` are those of the characteristics, as they were before. An answer does not rest on its figures being kept:
    if they cannot be, that is logged.
    """
    if not rows:
        return
    await work.flush()
    try:
        async with work.savepoint():
            mine = await work.one(_MINE)
            if mine is not None and mine.mine:
                await work.run(_kept_anew(), [_row(row, versions) for row in rows])
    except DBAPIError as trouble:
        _log.warning("figures are not kept", kind=type(trouble).__name__)


def _kept_anew() -> Any:  # noqa: ANN401  (PostgreSQL's INSERT)
    new = insert(decision_figures)
    told = [column.name for column in decision_figures.columns if column.name not in {"decision_id", "case_id", "area"}]
    return new.on_conflict_do_update(index_elements=["decision_id"], set_={name: new.excluded[name] for name in told})


def _row(row: Any, versions: Mapping[str, int]) -> dict[str, Any]:  # noqa: ANN401  (a row of what stands)
    return {name: getattr(row, name) for name in ("decision_id", "case_id", "area", *Figures._fields)} | {
        "case_version": row.version,
        "characteristics_version": versions.get(row.case_id, 0),
        "derivation": DERIVATION,
    }
