"""Reading and writing pre-assessments."""

from typing import Any

from sqlalchemy import Row, insert, select
from uuid_utils import uuid7

from app.assessments.models import pre_assessments
from app.audit import log
from app.audit.events import AuditRecord
from app.cases.repository import Case
from app.identity.call import Call


class AssessmentRepository:
    """The pre-assessments that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def latest(self, case_id: str) -> Row[Any] | None:
        """Return the newest version of a case's pre-assessment."""
        statement = select(pre_assessments).where(pre_assessments.c.case_id == case_id)
        return await self._call.work.one(statement.order_by(pre_assessments.c.version.desc()).limit(1))

    async def add(self, case: Case, version: int, body: bytes, record: AuditRecord) -> None:
        """Add a version."""
        await log.append(self._call, record)
        await self._call.work.run(
            insert(pre_assessments),
            {
                "pre_assessment_id": str(uuid7()),
                "case_id": case.case_id,
                "area": case.area,
                "version": version,
                "body": body,
                "recorded_at": self._call.clock.now(),
                "recorded_by": self._call.caller.user_name or self._call.caller.client_id,
            },
        )
