"""Every place of every kind of body holds every kind of odd value in turn: the answer is never a fault of ours.

The catalogue of bad input names kinds by example; this puts each kind everywhere.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from uuid_utils import uuid7

from app.demo.story import a_pre_assessment, a_referral
from tests.api.acting import ISLINGTON, OFFICER, POLICE, PRACTITIONER, TODAY, Actor, Stage, decision, opinion

pytestmark = pytest.mark.anyio
HOW_MANY = pytest.mark.parametrize(
    "every", [pytest.param(7, id="short"), pytest.param(1, id="all", marks=pytest.mark.deep)]
)
Document = dict[str, Any]
Place = tuple[Any, ...]
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2.5,
    9_223_372_036_854_775_807,
    "",
    "x",
    "UNKNOWN",
    "2026-11-21",
    "9999-12-31T23:59:59-12:00",
    "\u202e",
    "\u0130" * 300,
    "00000000-0000-0000-0000-000000000000",
    [],
    [None],
    [[]],
    {},
    {"a": {}},
)


def _places(value: Any, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*place, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*place, index))


def _changed(body: Document, place: Place, value: Any) -> Document:
    changed: Any = copy.deepcopy(body)
    target = changed
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    return dict(changed)


async def _faults(
    actor: Actor, method: str, path: str, body: Document, every: int, **headers: str
) -> list[tuple[Place, Any, int]]:
    """Return what is answered with a fault; of the pairs of place and value, try each one that `every` counts to."""
    found: list[tuple[Place, Any, int]] = []
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    for number, place in enumerate(_places(body)):
        for value in ODD[number % every :: every]:
            answer = await actor.send(method, path, _changed(body, place, value), headers=named)
            if answer.status_code >= 500 or not answer.content:
                found.append((place, value, answer.status_code))
    return found


@HOW_MANY
async def test_referral_takes_every_odd_value_without_a_fault(stage: Stage, every: int) -> None:
    """Whatever stands wherever in a referral, it is taken or refused."""
    body = a_referral(ISLINGTON, TODAY)
    body["history"] = []
    body["child"]["identifiers"] = [{"scheme": "PNC", "value": "26/1A"}]
    body["child"]["characteristics"] = [
        {"characteristic": "SEND", "status": "STATED", "value": "YES", "source": "SELF"}
    ]
    body["investigation"] = {"officer": "P1", "station": "NI", "status": "VOLUNTARY_INTERVIEW", "bailUntil": None}

    assert await _faults(stage.actor(POLICE), "POST", "/v1/referrals", body, every) == []


@HOW_MANY
async def test_stateless_advice_takes_every_odd_value_without_a_fault(stage: Stage, every: int) -> None:
    """Nor does any set of facts that can be sent break the engine."""
    referral = a_referral(ISLINGTON, TODAY)
    child = {"dateOfBirth": referral["child"]["dateOfBirth"], "careStatus": "NONE"}
    body = {"asAt": str(TODAY), "area": ISLINGTON, "child": child, "offences": referral["offences"], "history": []}

    assert await _faults(stage.actor(OFFICER), "POST", "/v1/advice", body, every) == []


@HOW_MANY
async def test_pre_assessment_takes_every_odd_value_without_a_fault(stage: Stage, every: int) -> None:
    """With the precondition met or not."""
    case_id = await stage.referred()
    path = f"/v1/cases/{case_id}/pre-assessment"

    assert await _faults(stage.actor(PRACTITIONER), "PUT", path, a_pre_assessment(), every, If_Match='"0"') == []


@HOW_MANY
async def test_opinion_and_decision_take_every_odd_value_without_a_fault(stage: Stage, every: int) -> None:
    """Whatever a person sends who may speak."""
    case_id = await stage.referred()
    advice = await stage.advised(case_id)
    officer = stage.actor(OFFICER)
    etag = await officer.etag(f"/v1/cases/{case_id}")
    spoken, decided = opinion(advice, "YOUTH_CAUTION"), decision(advice, "TRIAGE")

    found = await _faults(officer, "POST", f"/v1/cases/{case_id}/opinions", spoken, every, If_Match=etag)
    found += await _faults(officer, "POST", f"/v1/cases/{case_id}/decision", decided, every, If_Match=etag)

    assert found == []


async def test_odd_headers_are_no_fault(stage: Stage) -> None:
    """Whatever stands in the headers that are read."""
    case_id = await stage.referred()
    advice = await stage.advised(case_id)
    body = json.dumps(opinion(advice, "TRIAGE")).encode()
    odd = ("", '"', '""', "*", "W/", ',,"', "a" * 300, "\xff", '"a"' * 1000, "0", "null")
    found = []
    for name in ("If-Match", "Idempotency-Key", "X-Purpose", "Accept", "Content-Type", "Authorization", "traceparent",
                 "X-Request-ID", "DPoP", "Client-Cert", "Content-Encoding", "Cookie"):  # fmt: skip
        for value in odd:
            headers = {
                "Authorization": f"Bearer {stage.actor(OFFICER).token}",
                "X-Purpose": "JOINT_DECISION",
                "Idempotency-Key": str(uuid7()),
                "Content-Type": "application/json",
                "If-Match": '"1"',
            } | {name: value}
            raw = [(key.encode(), told.encode("latin-1")) for key, told in headers.items()]
            answer = await stage.http.post(f"/v1/cases/{case_id}/opinions", content=body, headers=raw)
            found += [(name, value, answer.status_code)] if answer.status_code >= 500 else []

    assert found == []
