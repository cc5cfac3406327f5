"""Holding a sender's manifest of a day against what was received of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.moves_repository import MovesRepository
from app.cases.reconciliation_schemas import (
    DayAnswer,
    ManifestIn,
    MissingReferral,
    ReceivedReferral,
    Reconciliation,
)
from app.cases.reconciling import Source, compare, digest_of
from app.cases.schemas import SourceIn
from app.clock import LONDON
from app.identity.call import Call


class ReconciliationService:
    """Reconciliation, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._moves = MovesRepository(call)

    async def reconcile(self, manifest: ManifestIn) -> Reconciliation:
        """Return whether the caller's client and we hold the same of a day, and what differs.

        What has gone to an area that the client does not reach is counted too: it was received.
        """
        async with self._call.work.widened():
            rows = await self._moves.referred_between(*_bounds(manifest.day))
        ours = DayAnswer(count=len(rows), sha256=digest_of(row.sha256 for row in rows))
        if manifest.referrals is None:
            same = (manifest.count, manifest.sha256) == (ours.count, ours.sha256)
            await self._log(len(rows))
            return Reconciliation(day=manifest.day, same=same, received=ours, missing=None, extra=None, different=None)
        found = _named(manifest, rows, ours)
        await self._log(len(rows), *(found.extra or ()), *(found.different or ()))
        return found

    async def _log(self, rows: int, *shown: ReceivedReferral) -> None:
        """Log the reading of the day as a whole, and of each referral that is named; the case may be in any area."""
        event, fields = AuditEvent.CONSULTATION, ("source",)
        whole = AuditRecord(event, "referrals.reconciled", rows=rows, fields=fields)
        named = [AuditRecord(event, "referrals.reconciled", one.case_id, fields=fields) for one in shown]
        await log.append(self._call, whole, *named)


def _bounds(day: date) -> tuple[datetime, datetime]:
    begin, end = (datetime.combine(one, time.min, tzinfo=LONDON) for one in (day, day + timedelta(days=1)))
    return begin, end


def _named(manifest: ManifestIn, rows: Sequence[Row[Any]], ours: DayAnswer) -> Reconciliation:
    received = {(row.force, row.system, row.reference): row for row in rows}
    sent = {one.key: one.sha256 for one in manifest.referrals or ()}
    found = compare(sent, {source: row.sha256 for source, row in received.items()})
    return Reconciliation(
        day=manifest.day,
        same=not (found.missing or found.extra or found.different),
        received=ours,
        missing=tuple(MissingReferral(source=_source(one)) for one in found.missing),
        extra=_received(found.extra, received),
        different=_received(found.different, received),
    )


def _received(sources: Sequence[Source], rows: Mapping[Source, Row[Any]]) -> tuple[ReceivedReferral, ...]:
    return tuple(
        ReceivedReferral(
            source=_source(one),
            referral_id=rows[one].referral_id,
            case_id=rows[one].case_id,
            sha256=rows[one].sha256,
        )
        for one in sources
    )


def _source(source: Source) -> SourceIn:
    force, system, reference = source
    return SourceIn(force=force, system=system, reference=reference)
