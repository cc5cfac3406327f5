"""Advice as JSON, field by field and in the order of the contract.

Decides names and order only. Every enumeration is its word, every date YYYY-MM-DD, every absent thing null.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.rules.blindness import NEVER_READ
from app.rules.findings import (
    Advice,
    Cited,
    Clock,
    Duty,
    FactorUsed,
    Finding,
    Gravity,
    Later,
    OffenceScore,
    OpenQuestion,
    Option,
    Warn,
)

Json = dict[str, Any]


def view(advice: Advice, advice_id: str | None = None) -> Json:
    """Return an advice as the answer of the contract; `advice_id` is that of its receipt, None if nothing is stored."""
    return outline(advice, advice_id) | {"options": [_option(option) for option in advice.options]}


def outline(advice: Advice, advice_id: str | None = None) -> Json:
    """Return an advice as `view` does, with no option in it."""
    return {
        "adviceId": advice_id,
        "asAt": advice.as_at.isoformat(),
        "provisional": advice.provisional,
        "gravity": _gravity(advice.gravity),
        "options": [],
        "leastRestrictiveIndicated": advice.least_restrictive_indicated,
        "leastRestrictiveStillPossible": advice.least_restrictive_still_possible,
        "scoreStatus": str(advice.score_status),
        "openQuestions": [_question(question) for question in advice.open_questions],
        "duties": [_duty(duty) for duty in advice.duties],
        "warnings": [_warning(warning) for warning in advice.warnings],
        "clocks": clocks(advice.clocks),
        "protocol": {
            "area": advice.protocol_area,
            "name": advice.protocol_name,
            "version": advice.protocol_version,
        },
        "lawDigest": advice.law_digest,
        "engineVersion": advice.engine_version,
        "neverRead": list(NEVER_READ),
        "protectiveReads": list(advice.protective_reads),
        "protectiveReadRules": {fact: list(rules) for fact, rules in advice.protective_reads.items()},
    }


def clocks(running: Iterable[Clock]) -> list[Json]:
    """Return clocks as the contract writes them."""
    return [
        {"rule": clock.rule, "name": clock.name, "dueOn": _day(clock.due_on), "calendar": clock.calendar}
        for clock in running
    ]


def _gravity(gravity: Gravity) -> Json:
    return {
        "score": gravity.score,
        "leadOffence": gravity.lead,
        "matrix": {"edition": gravity.edition, "status": gravity.status.value},
        "offences": [_score(score) for score in gravity.offences],
    }


def _score(score: OffenceScore) -> Json:
    officer = None
    if score.officer_score is not None:
        officer = {"base": score.officer_base, "score": score.officer_score}
    return {
        "id": score.id,
        "offence": score.offence,
        "modeOfTrial": score.mode_of_trial.value,
        "base": score.base,
        "movement": score.movement,
        "score": score.score,
        "source": score.source.value,
        "factors": [_factor(factor) for factor in score.factors],
        "differsFromOfficer": score.differs_from_officer,
        "matrixScore": score.matrix_score,
        "officer": officer,
    }


def _factor(used: FactorUsed) -> Json:
    return {"factor": used.factor, "direction": used.direction.value, "citations": citations(used.citations)}


def _option(option: Option) -> Json:
    return {
        "disposal": option.disposal.value,
        "localName": option.local_name,
        "outcomeCode": option.outcome_code,
        "rank": option.rank,
        "standing": option.standing.value,
        "authority": option.authority,
        "fit": option.fit.value,
        "findings": [_finding(finding) for finding in option.findings],
        "atDecision": [later(one) for one in option.at_decision],
        "atDelivery": [later(one) for one in option.at_delivery],
        "reopensIf": None if option.reopens_if is None else later(option.reopens_if),
        "byOffence": {offence: standing.value for offence, standing in option.by_offence.items()},
        "consequences": consequences(option),
    }


def _finding(finding: Finding) -> Json:
    return {
        "requirement": finding.requirement,
        "rule": finding.rule,
        "answer": finding.answer.value,
        "effect": finding.effect.value,
        "reason": finding.reason,
        "read": dict(finding.read),
        "layer": finding.layer.value,
        "certainty": finding.certainty.value,
        "citations": citations(finding.citations),
    }


def citations(cited: Iterable[Cited]) -> list[Json]:
    """Return places in sources as the contract writes them."""
    return [{"source": one.source, "title": one.title, "at": one.at, "url": one.url} for one in cited]


def later(asked: Later) -> Json:
    """Return something that is asked later as the contract writes it."""
    return {"rule": asked.rule, "what": asked.what}


def consequences(option: Option) -> Json:
    """Return what follows, with the names of conflicts between sources beside the texts that they concern."""
    found = option.consequences
    texts: Mapping[str, Any] = {
        "statutory": found.statutory,
        "criminalRecord": found.criminal_record,
        "onPnc": found.on_pnc,
        "firstTimeEntrant": found.first_time_entrant,
        "enforceable": found.enforceable,
        "ifNotCompleted": found.if_not_completed,
        "spent": found.spent,
        "dbs": found.dbs,
    }
    resolved = {"onPnc": option.on_pnc.value, "firstTimeEntrant": option.first_time_entrant}
    values = {name: resolved.get(name, text.value) for name, text in texts.items()}
    return {
        **values,
        "conflicts": {name: text.conflict for name, text in texts.items() if text.conflict},
        "certainty": {name: text.certainty.value for name, text in texts.items()},
    }


def _question(question: OpenQuestion) -> Json:
    return {"fact": question.fact, "couldChange": [disposal.value for disposal in question.could_change]}


def _duty(duty: Duty) -> Json:
    return {
        "rule": duty.rule,
        "on": duty.on,
        "what": duty.what,
        "dueOn": _day(duty.due_on),
        "ifDisposal": [disposal.value for disposal in duty.if_disposal],
    }


def _warning(warning: Warn) -> Json:
    return {"rule": warning.rule, "text": warning.text}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
