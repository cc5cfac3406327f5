"""What a panel observes, whose it is to answer and by when; and the answer. Nothing is overwritten: the last stands."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.db.work import Work
from app.errors import FieldError, NotFound, ValidationFailed, WrongAgency
from app.http.guard import read_id
from app.identity.call import Call, etag_of
from app.identity.caller import Agency, Role
from app.scrutiny.learning_schemas import ObservationAnswer, ObservationBody, ObservationPatch
from app.scrutiny.models import scrutiny_observations, scrutiny_responses, scrutiny_samples
from app.scrutiny.panel_repository import PanelRepository
from app.scrutiny.service import ScrutinyService
from app.scrutiny.words import ObservationStatus

_SETTLED = frozenset({ObservationStatus.REJECTED, ObservationStatus.DONE})
_KEPT = select(
    scrutiny_observations,
    scrutiny_responses.c.version,
    scrutiny_responses.c.owner,
    scrutiny_responses.c.due_on,
    scrutiny_responses.c.status,
    scrutiny_responses.c.response,
    scrutiny_responses.c.recorded_at.label("changed_at"),
    scrutiny_responses.c.recorded_by.label("changed_by"),
).join(scrutiny_responses, scrutiny_responses.c.observation_id == scrutiny_observations.c.observation_id)


class LearningService:
    """Observations, for one call."""

    def __init__(self, call: Call, scrutiny: ScrutinyService) -> None:
        self._call = call
        self._scrutiny = scrutiny

    async def observe(self, sample_id: str, body: ObservationBody) -> tuple[ObservationAnswer, str]:
        """Record what the panel observes, on the sample or one of its items; return it and its entity tag."""
        frame = await self._scrutiny.require_membership(sample_id)
        await self._refuse_foreign_item(sample_id, body.item_id)
        by = {"recorded_at": self._call.clock.now(), "recorded_by": self._call.caller.user_name}
        of_it = {"observation_id": str(uuid7()), "areas": frame.areas}
        await self._log(frame.areas, "scrutiny.observed", AuditEvent.COLLECTION)
        row = {"sample_id": sample_id, "item_id": body.item_id, "observation": body.observation}
        await self._call.work.run(insert(scrutiny_observations), of_it | row | by)
        first = {"version": 1, "owner": body.owner, "due_on": body.due_on, "status": ObservationStatus.OPEN}
        agency = {"response": None, "agency": self._call.caller.agency}
        await self._call.work.run(insert(scrutiny_responses), of_it | first | agency | by)
        return await self._told(of_it["observation_id"])

    async def answer(
        self, sample_id: str, observation_id: str, body: ObservationPatch
    ) -> tuple[ObservationAnswer, str]:
        """Answer an observation, or give it another owner or day.

        Raises:
            NotFound: it is absent or outside the caller's areas.
            WrongAgency: the caller is neither of the panel nor of the agency that owns it.
            IfMatchMissing, VersionStale: the caller has not seen the present version.

        """
        row = await self._require(sample_id, observation_id)
        await self._require_say(row)
        self._call.require_match(etag_of(row.version))
        changes = body.model_dump(exclude_none=True, by_alias=False)
        kept = {"owner": row.owner, "due_on": row.due_on, "status": row.status, "response": row.response} | changes
        await self._log(row.areas, "scrutiny.observation-answered", AuditEvent.ALTERATION)
        new = {
            "observation_id": observation_id,
            "areas": row.areas,
            "version": row.version + 1,
            "agency": self._call.caller.agency,
            "recorded_at": self._call.clock.now(),
            "recorded_by": self._call.caller.user_name,
        }
        await self._call.work.run(insert(scrutiny_responses), new | kept)
        return await self._told(observation_id)

    async def observations(self, sample_id: str) -> list[ObservationAnswer]:
        """Return the observations on a sample that the caller may see: the panel all, an agency those that it owns."""
        sample = await self._scrutiny.require_sample(sample_id)
        mine = await self._of_panel(sample_id)
        await self._log(sample.areas, "scrutiny.observations-read", AuditEvent.CONSULTATION)
        rows = _last(await self._call.work.many(_newest().where(scrutiny_observations.c.sample_id == sample_id)))
        return [_answer(row) for row in rows if mine or row.owner == self._call.caller.agency]

    async def earlier(self, sample_id: str) -> list[ObservationAnswer]:
        """Return what earlier panels of these areas observed that is still open, or was settled since the last of them.

        So a panel sees what became of its learning once, and what nobody answers again and again.
        """
        sample = await self._scrutiny.require_sample(sample_id)
        samples = scrutiny_samples.c
        before = await self._call.work.many(
            select(samples.sample_id, samples.drawn_at)
            .where(samples.areas.overlap(sample.areas), samples.sample_id < sample.sample_id)
            .order_by(samples.sample_id)
        )
        of_them = scrutiny_observations.c.sample_id.in_([row.sample_id for row in before])
        rows = _last(await self._call.work.many(_newest().where(of_them)))
        await self._log(sample.areas, "scrutiny.observations-read", AuditEvent.CONSULTATION)
        return [_answer(row) for row in rows if row.status not in _SETTLED or row.changed_at >= before[-1].drawn_at]

    async def observation(self, sample_id: str, observation_id: str) -> tuple[ObservationAnswer, str]:
        """Return an observation and its entity tag."""
        row = await self._require(sample_id, observation_id)
        await self._require_say(row)
        await self._log(row.areas, "scrutiny.observations-read", AuditEvent.CONSULTATION)
        return _answer(row), etag_of(row.version)

    # ── finding ──────────────────────────────────────────────────────────────

    async def require(self, sample_id: str, observation_id: str) -> None:
        """Raise `NotFound` unless the observation is one on a sample in the caller's areas."""
        await self._require(sample_id, observation_id)

    async def _require(self, sample_id: str, observation_id: str) -> Row[Any]:
        await self._scrutiny.require_sample(sample_id)
        kept = scrutiny_observations.c
        one = _newest().where(kept.observation_id == read_id(observation_id), kept.sample_id == sample_id)
        found = _last(await self._call.work.many(one))
        if not found:
            raise NotFound
        return found[0]

    async def _require_say(self, row: Row[Any]) -> None:
        if not await self._of_panel(row.sample_id) and row.owner != self._call.caller.agency:
            raise WrongAgency

    async def _of_panel(self, sample_id: str) -> bool:
        """Return whether the caller is of the panel; raise if of scrutiny, but not named or without the terms."""
        if self._call.caller.agency is not Agency.SCRUTINY and not self._call.caller.has(Role.SCRUTINY_RO):
            return False
        await self._scrutiny.require_membership(sample_id)
        return True

    async def _refuse_foreign_item(self, sample_id: str, item_id: str | None) -> None:
        if item_id is None:
            return
        if await PanelRepository(self._call).find_item(sample_id, item_id) is None:
            says = "This is no item of the sample."
            raise ValidationFailed(says, errors=(FieldError("/itemId", "not-an-item", says),))

    async def _told(self, observation_id: str) -> tuple[ObservationAnswer, str]:
        one = _newest().where(scrutiny_observations.c.observation_id == observation_id)
        row = _last(await self._call.work.many(one))[0]
        return _answer(row), etag_of(row.version)

    async def _log(self, areas: Sequence[str], act: str, event: AuditEvent) -> None:
        fields = ("observation", "owner", "dueOn", "response")
        await log.append(self._call, *(AuditRecord(event, act, area=area, fields=fields) for area in areas))


async def newest_of(work: Work, sample_ids: Sequence[str]) -> list[Row[Any]]:
    """Return the observations on samples, each as it stands."""
    return _last(await work.many(_newest().where(scrutiny_observations.c.sample_id.in_(sample_ids))))


def _newest() -> Any:  # noqa: ANN401  (SQLAlchemy's select of many columns)
    return _KEPT.order_by(scrutiny_observations.c.observation_id, scrutiny_responses.c.version)


def _last(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Return of each observation its last version, in the order in which they were made."""
    return list({row.observation_id: row for row in rows}.values())


def _answer(row: Row[Any]) -> ObservationAnswer:
    values = row._mapping  # noqa: SLF001  (SQLAlchemy's public name)
    return ObservationAnswer(**{name: values[name] for name in ObservationAnswer.model_fields})
