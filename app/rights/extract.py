"""What of a case a child is given who asks for it, and what is held back as somebody else's. Pure.

An allow-list: what is not named here is not given. Words about or by a victim, another suspect or a relative are
theirs (DPA 2018 s45(4)(e)): a mark stands where they were. Staff are named by agency alone. What people wrote in their
own words may still name others, so each such place is listed for whoever answers the request to read first.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.cases.words import Voice
from app.clock import london_day
from app.http.schema import format_instant

Document = dict[str, Any]
ABOUT_ANOTHER = "[withheld: about somebody else]"
BY_ANOTHER = "[withheld: somebody else's own words]"

_ASSESSED_TEXTS = ("circumstances", "strengths", "structuralBarriers", "send", "exploitation", "care", "childVoice")
_ASSESSED = ("tool", *_ASSESSED_TEXTS, "safety", "engagement", "proposal")
_OTHERS_VOICES = ("parentCarerVoice", "victimVoice")
_RISK = ("level", "imminence", "likelihood")
_RISK_WITHHELD = ("nature", "context", "impact", "toWhom")
_DELIVERED = ("givenOn", "place", "plan", "conditions", "spentOn", "consent", "signed", "explained", "papersGiven")
_VARIED = ("why", "conditions", "spentOn", "consent", "signed", "explained", "papersGiven")
_DONE = ("kind", "what", "provider", "startsOn", "endsOn", "status", "exitPlan")
_ENDED = ("why", "triedAgain", "breach", "reasonableExcuse")


@dataclass(frozen=True)
class Rows:
    """Everything that is held of one case, as its tables have it, oldest first."""

    case: Any
    child: Any
    referrals: tuple[Any, ...] = ()
    facts: tuple[Any, ...] = ()
    characteristics: tuple[Any, ...] = ()
    pre_assessments: tuple[Any, ...] = ()
    advice: tuple[Any, ...] = ()
    opinions: tuple[Any, ...] = ()
    decisions: tuple[Any, ...] = ()
    deliveries: tuple[Any, ...] = ()
    varied: tuple[Any, ...] = ()
    interventions: tuple[Any, ...] = ()
    completions: tuple[Any, ...] = ()
    voices: tuple[Any, ...] = ()
    support: tuple[Any, ...] = ()
    timeline: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Days:
    """The days that are asked about, each end included; None where there is no end."""

    first: date | None = None
    last: date | None = None

    def hold(self, day: date) -> bool:
        """Return whether a day is one of them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def case_held(rows: Rows, days: Days) -> tuple[Document, tuple[str, ...]] | None:
    """Return what is given of a case, and the places to read before; None if nothing of it is of those days."""
    parts: dict[str, list[Document]] = {
        "received": [_received(one) for one in _of(rows.referrals, "received_at", days)],
        "facts": [_facts(one) for one in _of(rows.facts, "recorded_at", days)],
        "characteristics": [_characteristics(one) for one in _of(rows.characteristics, "recorded_at", days)],
        "preAssessments": [_pre_assessment(one) for one in _of(rows.pre_assessments, "recorded_at", days)],
        "advice": [_advice(one) for one in _of(rows.advice, "taken_at", days)],
        "opinions": [_opinion(one) for one in _of(_unsealed(rows), "recorded_at", days)],
        "decisions": [_decision(one) for one in _of(rows.decisions, "decided_at", days)],
        "deliveries": [_delivery(one) for one in _of(rows.deliveries, "recorded_at", days)],
        "variedConditions": [_varied(one) for one in _of(rows.varied, "recorded_at", days)],
        "interventions": [_intervention(one) for one in _of(rows.interventions, "recorded_at", days)],
        "completions": [_completion(one) for one in _of(rows.completions, "recorded_at", days)],
        "representationsAndFeedback": [_voice(one) for one in _of(rows.voices, "recorded_at", days)],
        "support": [_support(one) for one in _of(rows.support, "recorded_at", days)],
        "timeline": [_event(one) for one in _of(rows.timeline, "occurred_at", days)],
    }
    if not any(parts.values()):
        return None
    case = rows.case
    held: Document = {
        "caseId": case.case_id,
        "area": case.area,
        "route": case.route,
        "status": case.status,
        "receivedAt": format_instant(case.received_at),
    }
    held |= parts
    return held, tuple(_own_words(parts))


def _of(rows: Iterable[Any], at: str, days: Days) -> list[Any]:
    return [row for row in rows if days.hold(london_day(getattr(row, at)))]


def _unsealed(rows: Rows) -> list[Any]:
    """Return the opinions of the rounds that are decided: under seal nobody is told of one."""
    decided = {one.round for one in rows.decisions}
    return [one for one in rows.opinions if one.round in decided]


def _only(document: Mapping[str, Any], names: Iterable[str]) -> Document:
    return {name: document[name] for name in names if document.get(name) not in (None, [], {})}


def _received(row: Any) -> Document:  # noqa: ANN401  (a row)
    """Say where the data came from (s45(2)(e))."""
    return {"at": format_instant(row.received_at), "force": row.force, "system": row.system, "reference": row.reference}


def _facts(row: Any) -> Document:  # noqa: ANN401  (a row)
    known = json.loads(row.facts)
    if known.get("victims"):
        known["victims"] = ABOUT_ANOTHER
    return {"version": row.version, "recordedAt": format_instant(row.recorded_at), "origin": row.origin, "facts": known}


def _characteristics(row: Any) -> Document:  # noqa: ANN401  (a row)
    return {"version": row.version, "recordedAt": format_instant(row.recorded_at), "characteristics": row.items}


def _pre_assessment(row: Any) -> Document:  # noqa: ANN401  (a row)
    body = json.loads(row.body)
    given = _only(body, _ASSESSED)
    given |= {name: BY_ANOTHER for name in _OTHERS_VOICES if body.get(name)}
    if risk := body.get("riskToOthers"):
        given["riskToOthers"] = _only(risk, _RISK) | {name: ABOUT_ANOTHER for name in _RISK_WITHHELD if risk.get(name)}
    return {"version": row.version, "recordedAt": format_instant(row.recorded_at), "preAssessment": given}


def _advice(row: Any) -> Document:  # noqa: ANN401  (a row)
    options = json.loads(row.answer)["options"]
    return {
        "adviceId": row.advice_id,
        "takenAt": format_instant(row.taken_at),
        "asAt": row.as_at.isoformat(),
        "lawDigest": row.law_digest,
        "engineVersion": row.engine_version,
        "options": [_only(option, ("disposal", "standing", "authority", "fit")) for option in options],
    }


def _opinion(row: Any) -> Document:  # noqa: ANN401  (a row)
    return {
        "recordedAt": format_instant(row.recorded_at),
        "agency": row.agency,
        "disposal": row.disposal,
        "rationale": row.rationale,
    }


def _decision(row: Any) -> Document:  # noqa: ANN401  (a row)
    return {
        "decidedAt": format_instant(row.decided_at),
        "agency": row.agency,
        "disposal": row.disposal,
        "outcomeCode": row.outcome_code,
        "rationale": row.rationale,
    }


def _delivery(row: Any) -> Document:  # noqa: ANN401  (a row)
    given = {"disposal": row.disposal, "recordedAt": format_instant(row.recorded_at)}
    return given | _only(row.body, _DELIVERED)


def _varied(row: Any) -> Document:  # noqa: ANN401  (a row)
    given = {"version": row.version, "variedOn": row.varied_on.isoformat()}
    return given | _only(row.body, _VARIED)


def _intervention(row: Any) -> Document:  # noqa: ANN401  (a row)
    given = {"interventionId": row.intervention_id, "recordedAt": format_instant(row.recorded_at)}
    return given | _only(row.body, _DONE)


def _completion(row: Any) -> Document:  # noqa: ANN401  (a row)
    given = {"disposal": row.disposal, "result": row.result, "endedOn": row.ended_on.isoformat()}
    return given | _only(row.body, _ENDED)


def _voice(row: Any) -> Document:  # noqa: ANN401  (a row)
    words = row.words if row.said_by == Voice.CHILD else BY_ANOTHER
    return {"kind": row.kind, "saidBy": row.said_by, "saidOn": row.said_on.isoformat(), "words": words}


def _support(row: Any) -> Document:  # noqa: ANN401  (a row)
    return {"step": row.step, "takenOn": row.taken_on.isoformat()} | ({"support": row.support} if row.support else {})


def _event(row: Any) -> Document:  # noqa: ANN401  (a row)
    return {"occurredAt": format_instant(row.occurred_at), "act": row.act, "agency": row.agency}


def _own_words(parts: Mapping[str, list[Document]]) -> Iterable[str]:
    """Name the places that hold what a member of staff wrote in their own words, within the case."""
    for name, documents in parts.items():
        for index, document in enumerate(documents):
            texts = document.get("preAssessment", document) if name == "preAssessments" else document
            inside = "/preAssessment" if name == "preAssessments" else ""
            yield from (f"/{name}/{index}{inside}/{key}" for key in _WRITTEN.get(name, ()) if key in texts)


_WRITTEN: Mapping[str, tuple[str, ...]] = {
    "preAssessments": (*_ASSESSED_TEXTS, "safety", "proposal"),
    "opinions": ("rationale",),
    "decisions": ("rationale",),
    "deliveries": ("plan", "conditions"),
    "variedConditions": ("why", "conditions"),
    "interventions": ("what", "exitPlan"),
    "completions": ("why", "triedAgain"),
    "support": ("support",),
}
