"""Giving a decided disposal to the child, and ending it. Each act locks the case's row first."""

import json
from datetime import date
from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.advice.evaluate import Document, as_bytes, protocol_of
from app.advice.reading import AdvisedOption, ReceiptReader
from app.audit import log
from app.audit.events import AuditEvent
from app.cases.recording import record_of
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService
from app.cases.states import CaseStatus
from app.cases.words import FactsOrigin
from app.decisions.checks import not_excluded
from app.decisions.repository import DecisionRepository
from app.delivery.checking import Occasion, blocked_since, faults_of, spent_on
from app.delivery.conditions import Standing
from app.delivery.endings import Ending, can_be_breached, ending, is_voluntary
from app.delivery.interventions import InterventionService
from app.delivery.occasions import occasion_of
from app.delivery.outcome import Ended, police_outcome
from app.delivery.reading import decided_of, given_in, outcome_answer, standing_of
from app.delivery.repository import DeliveryRepository
from app.delivery.requirements import NOTED
from app.delivery.schemas import (
    Checked,
    ClockStarted,
    CompletionAnswer,
    CompletionIn,
    DeliveryAnswer,
    DeliveryIn,
)
from app.delivery.words import DELIVERABLE, Result
from app.errors import (
    AuthorityMissing,
    DeliveryIncomplete,
    FactsMissing,
    FieldError,
    NotFound,
    NothingToDeliver,
    ValidationFailed,
    VoluntaryDisposal,
    WrongState,
)
from app.identity.call import Call
from app.law.model import DisposalCode
from app.rules.clocks import WORKING, due_on, told_beyond
from app.rules.facts import Circumstance, YesNo

D = DisposalCode
KNIFE_RULE = "KNF-04"
KNIFE_CLOCK = "KNIFE_NON_COMPLIANCE"


class DeliveryService:
    """Deliveries and their endings, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._rows = CaseRepository(call)
        self._decisions = DecisionRepository(call)
        self._deliveries = DeliveryRepository(call)

    # ── giving ───────────────────────────────────────────────────────────────

    async def deliver(self, case_id: str, body: DeliveryIn) -> tuple[DeliveryAnswer, Case]:
        """Record that the decided disposal was given to the child.

        Raises:
            WrongState, NothingToDeliver: the case is not decided, or the decision leaves nothing to give.
            DisposalExcluded, AuthorityMissing: on the day of the giving the law or the protocol forbids it: the child
                has turned 18, the time has run out.
            FactsMissing: since the decision a fact has come to be in doubt.
            DeliveryIncomplete: requirements that are not shown to be met, and faults of the conditions, all at once.

        """
        case = await self._cases.require(case_id, lock=True)
        decision = await self._decided(case, CaseStatus.DECIDED)
        occasion = await occasion_of(self._call, case, decision, body.given_on)
        await self._refuse_what_has_closed(case, decision, occasion)
        if faults := faults_of(body, occasion):
            rules = list(dict.fromkeys(fault.rule for fault in faults))
            found = tuple(FieldError(one.pointer, one.rule, one.message) for one in faults)
            raise DeliveryIncomplete(errors=found, extra={"rule": rules[0], "rules": rules})
        return await self._give(case, decision, occasion, body)

    async def _decided(self, case: Case, *statuses: CaseStatus) -> Row[Any]:
        decision = await self._decisions.latest_decision(case.case_id)
        if decision is None or decision.round != case.round:
            raise WrongState(extra={"caseStatus": case.status.value})
        if decision.disposal not in DELIVERABLE:
            raise NothingToDeliver(extra={"disposal": decision.disposal})
        if case.status not in statuses:
            raise WrongState(extra={"caseStatus": case.status.value})
        return decision

    async def _refuse_what_has_closed(self, case: Case, decision: Row[Any], occasion: Occasion) -> None:
        option = AdvisedOption(occasion.option)
        not_excluded(option)
        if option.standing == "OPEN":
            raise FactsMissing(extra={"rules": option.rules_unknown()})
        receipt = await ReceiptReader(self._call).find(case, decision.advice_id)
        assert receipt is not None
        since = blocked_since(receipt.option(occasion.disposal).document, occasion.option)
        if since:
            raise AuthorityMissing(extra={"rule": since[0], "rules": since})

    async def _give(
        self, case: Case, decision: Row[Any], occasion: Occasion, body: DeliveryIn
    ) -> tuple[DeliveryAnswer, Case]:
        delivery_id = str(uuid7())
        kept = {
            **body.model_dump(mode="json", by_alias=True, exclude={"interventions"}),
            "checked": occasion.option["atDelivery"],
            "spentOn": _iso(spent_on(occasion, body.given_on, body.conditions)),
        }
        record = record_of(AuditEvent.COLLECTION, "delivery.recorded", case, *sorted(kept))
        row = {
            "delivery_id": delivery_id,
            "disposal": occasion.disposal,
            "given_on": body.given_on,
            "body": kept,
        }
        await self._deliveries.add_delivery(case, row, record)
        interventions = InterventionService(self._call)
        for one in body.interventions:
            await interventions.add_to(case, one)
        given = await self._cases.move(case, CaseStatus.IN_DELIVERY, record)
        return await self._delivery_answer(given, decision), given

    async def delivery(self, case_id: str) -> DeliveryAnswer:
        """Return the newest delivery of a case; `NotFound` if there is none."""
        case = await self._cases.require(case_id)
        row = await self._deliveries.latest_delivery(case_id)
        decision = None if row is None else await self._deliveries.decision_of_round(case_id, row.round)
        if decision is None:
            raise NotFound
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "delivery.read", case, "delivery"))
        return await self._delivery_answer(case, decision)

    async def _delivery_answer(self, case: Case, decision: Row[Any]) -> DeliveryAnswer:
        row = await self._deliveries.latest_delivery(case.case_id)
        assert row is not None
        mine = [one for one in await self._deliveries.interventions(case.case_id) if one.round == row.round]
        kept, stands = given_in(row), await self._standing(row)
        return DeliveryAnswer(
            delivery_id=row.delivery_id,
            case_id=case.case_id,
            round=row.round,
            disposal=row.disposal,
            voluntary=is_voluntary(D(row.disposal)),
            given_on=row.given_on,
            given_by=kept.given_by,
            place=kept.place,
            receiving_body=kept.receiving_body,
            appropriate_adult=kept.appropriate_adult,
            plan=kept.plan,
            conditions=kept.conditions if stands is None else stands.conditions,
            conditions_version=None if stands is None else stands.version,
            interventions=tuple(str(one.intervention_id) for one in mine),
            checked=tuple(Checked(**one) for one in row.body["checked"] if one["rule"] not in NOTED),
            noted=tuple(Checked(**one) for one in row.body["checked"] if one["rule"] in NOTED),
            spent_on=row.body["spentOn"] if stands is None else stands.spent_on,
            outcome_code=decision.outcome_code,
            outcome_code_when=decision.outcome_code_when,
            status=case.status,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )

    async def _standing(self, row: Row[Any]) -> Standing | None:
        """Return the conditions that stand since a delivery; None where it has none."""
        if row.disposal != D.YOUTH_CONDITIONAL_CAUTION:
            return None
        return standing_of(row, await self._deliveries.condition_versions(row.case_id, row.round))[-1]

    # ── ending ───────────────────────────────────────────────────────────────

    async def complete(self, case_id: str, body: CompletionIn) -> tuple[CompletionAnswer, Case]:
        """Record how a disposal ended; what was held back for failure returns the case for decision.

        Raises:
            VoluntaryDisposal: a breach of anything but a youth conditional caution.
            NothingToDeliver, WrongState: there is nothing to end, or it was not given and nobody says so.
            ValidationFailed: what it says cannot all be true.

        """
        case = await self._cases.require(case_id, lock=True)
        on = body.ended_on or self._call.today
        _refuse_contradictions(body, on, self._call.today)
        given = not body.never_given
        decision = await self._decided_to_end(case, body, given=given)
        disposal = D(decision.disposal)
        delivery = await self._deliveries.latest_delivery(case_id) if given else None
        if delivery is not None and on < delivery.given_on:
            raise _fault("/endedOn", "ended-before-given", "It cannot end before it was given.")
        follows = ending(disposal, body.result, given=given)
        clocks = await self._knife_clocks(case, body, on)
        ended = await self._end(case, body, decision, follows, on, clocks)
        moved = await self._move_on(case, follows, None if delivery is None else delivery)
        answer = await self._completion_answer(moved, decision, ended)
        return answer, moved

    async def _decided_to_end(self, case: Case, body: CompletionIn, *, given: bool) -> Row[Any]:
        decision = await self._decisions.latest_decision(case.case_id)
        known = decision is not None and decision.disposal in DELIVERABLE
        if body.breach and known and decision is not None and not can_be_breached(D(decision.disposal)):
            raise VoluntaryDisposal(extra={"disposal": decision.disposal})
        return await self._decided(case, CaseStatus.IN_DELIVERY if given else CaseStatus.DECIDED)

    async def _end(
        self, case: Case, body: CompletionIn, decision: Row[Any], follows: Ending, on: date, clocks: list[Document]
    ) -> Row[Any]:
        outcome = police_outcome(decided_of(decision), Ended(body.result, on, follows.returns))
        kept = {
            **body.model_dump(mode="json", by_alias=True),
            "returnsForDecision": follows.returns,
            "says": follows.says,
            "rules": list(follows.rules),
            "clocks": clocks,
        }
        row = {
            "completion_id": str(uuid7()),
            "disposal": decision.disposal,
            "result": body.result,
            "ended_on": on,
            "outcome_code": outcome.code,
            "body": kept,
        }
        record = record_of(AuditEvent.COLLECTION, "completion.recorded", case, *sorted(kept))
        await self._deliveries.add_completion(case, row, record)
        ended = await self._deliveries.latest_completion(case.case_id)
        assert ended is not None
        return ended

    async def _move_on(self, case: Case, follows: Ending, delivery: Row[Any] | None) -> Case:
        for status in follows.statuses:
            if status is CaseStatus.PRE_ASSESSED:
                case = await self._return(case, delivery)
            else:
                case = await self._cases.move(
                    case, status, record_of(AuditEvent.ALTERATION, "case.ended", case, "status")
                )
        return case

    async def _return(self, case: Case, delivery: Row[Any] | None) -> Case:
        """Open a new round at level 1; a youth conditional caution that failed is a fact of it (YCC-26)."""
        await self._rows.add_to_timeline(case, "case.returned-for-decision")
        record = record_of(AuditEvent.ALTERATION, "case.returned", case, "status", "round", "level")
        latest = await self._rows.latest_facts(case.case_id)
        assert latest is not None
        facts = None if delivery is None else _with_failed_caution(latest.facts, delivery)
        version = case.facts_version if facts is None else case.facts_version + 1
        moved = await self._cases.move(
            case, CaseStatus.PRE_ASSESSED, record, round=case.round + 1, level=1, facts_version=version
        )
        if facts is not None:
            established = record_of(AuditEvent.ALTERATION, "facts.recorded", moved, "history")
            await self._rows.add_facts(
                moved, facts, FactsOrigin.COMPLETION, established, own_record=latest.own_record or ()
            )
        return moved

    async def _knife_clocks(self, case: Case, body: CompletionIn, on: date) -> list[Document]:
        """Return the clock that starts when the plan after a knife offence fails: the police are told (KNF-04).

        The guidance gives no number of days; the area's own for a knife referral is taken (CFG-12).
        """
        row = await self._rows.latest_facts(case.case_id)
        assert row is not None
        offences = json.loads(row.facts)["offences"]
        knife = any(Circumstance.KNIFE in (offence.get("circumstances") or ()) for offence in offences)
        if body.result is not Result.NOT_COMPLETED or not knife or not self._call.law_book.at(on).in_force(KNIFE_RULE):
            return []
        days = protocol_of(self._call.law_book, case.area, on).knife_referral_wd
        due = due_on(on, days)
        told = "Tell the police that the plan was not kept to; they may charge the original offence."
        clock = ClockStarted(
            rule=KNIFE_RULE,
            name=KNIFE_CLOCK,
            on="YJS",
            what=told if due else f"{told} {told_beyond(KNIFE_CLOCK)}",
            due_on=due,
            calendar=WORKING,
            done_on=body.police_told_on,
        )
        return [clock.model_dump(mode="json")]

    async def completion(self, case_id: str) -> CompletionAnswer:
        """Return the newest completion of a case; `NotFound` if there is none."""
        case = await self._cases.require(case_id)
        row = await self._deliveries.latest_completion(case_id)
        decision = None if row is None else await self._deliveries.decision_of_round(case_id, row.round)
        if row is None or decision is None:
            raise NotFound
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "completion.read", case, "completion"))
        return await self._completion_answer(case, decision, row)

    async def _completion_answer(self, case: Case, decision: Row[Any], row: Row[Any]) -> CompletionAnswer:
        told = row.body
        ended = Ended(Result(row.result), row.ended_on, told["returnsForDecision"])
        protocol = protocol_of(self._call.law_book, case.area, row.ended_on)
        return CompletionAnswer(
            completion_id=row.completion_id,
            case_id=case.case_id,
            round=row.round,
            disposal=row.disposal,
            result=row.result,
            ended_on=row.ended_on,
            never_given=told["neverGiven"],
            breach=told["breach"],
            why=told["why"],
            tried_again=told["triedAgain"],
            reasonable_excuse=told["reasonableExcuse"],
            returns_for_decision=told["returnsForDecision"],
            says=told["says"],
            rules=tuple(told["rules"]),
            clocks=tuple(ClockStarted.model_validate(clock) for clock in told["clocks"]),
            outcome=outcome_answer(police_outcome(decided_of(decision), ended), protocol),
            status=case.status,
            case_round=case.round,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )


def _with_failed_caution(facts: bytes, delivery: Row[Any]) -> bytes | None:
    """Return facts with the failed caution in their history, or None: where the history is unknown it stays so."""
    document = json.loads(facts)
    history = document.get("history")
    if delivery.disposal != D.YOUTH_CONDITIONAL_CAUTION or not isinstance(history, list):
        return None
    failed = {"disposal": delivery.disposal, "givenOn": delivery.given_on.isoformat(), "completion": "FAILED"}
    return as_bytes({**document, "history": [*history, failed]})


def _refuse_contradictions(body: CompletionIn, on: date, today: date) -> None:
    """Raise if what a completion says cannot all be true."""
    if on > today:
        raise _fault("/endedOn", "ended-in-future", "It cannot have ended on a day that is still to come.")
    if body.breach and body.result is Result.COMPLETED:
        raise _fault("/breach", "breach-of-completed", "What was completed was not breached.")
    if body.breach and body.reasonable_excuse is YesNo.YES:
        raise _fault("/breach", "breach-excused", "With a reasonable excuse there is no breach (YCC-18).")
    if body.never_given and body.result is Result.COMPLETED:
        raise _fault("/neverGiven", "completed-never-given", "What was never given cannot be completed.")
    if body.never_given and body.why is None:
        raise _fault("/why", "missing", "Say why it was never given.")


def _fault(pointer: str, code: str, message: str) -> ValidationFailed:
    return ValidationFailed(errors=(FieldError(pointer, code, message),))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
