"""A request with every fault at once is answered for the first of them in the contract's order; mended, for the next.

401, 403, 404, missing headers (400), 415, 413, 400, 422, 428, 412, 409.
"""

import json
from typing import Any

import httpx
import pytest
from uuid_utils import uuid7

from app.demo.story import a_pre_assessment, a_referral
from tests.api.acting import EALING, OFFICER, POLICE, PRACTITIONER, TODAY, Stage, opinion

pytestmark = pytest.mark.anyio
JSON = {"Content-Type": "application/json"}


async def _send(http: httpx.AsyncClient, method: str, path: str, content: bytes, headers: dict[str, str]) -> int:
    return (await http.request(method, path, content=content, headers=headers)).status_code


async def test_opinion_is_checked_in_the_contracts_order(stage: Stage) -> None:
    """One fault is mended at a time, from the first to the last, and the answers are the contract's list."""
    case_id = await stage.referred()
    advice = await stage.advised(case_id)
    etag = await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")
    foreign = f"/v1/cases/{uuid7()}/opinions?x=1"
    path = f"/v1/cases/{case_id}/opinions"
    officer = {"Authorization": f"Bearer {stage.actor(OFFICER).token}"}
    purpose = {"X-Purpose": "JOINT_DECISION"}
    key = {"Idempotency-Key": str(uuid7())}
    whole = officer | purpose | key | JSON
    large, bad, wrong = b"x" * 1_100_000, b"{bad", b'{"disposal": 1}'
    sound = json.dumps(opinion(advice, "TRIAGE")).encode()
    steps: list[tuple[int, str, bytes, dict[str, str]]] = [
        (401, foreign, large, {}),
        (403, foreign, large, {"Authorization": f"Bearer {stage.actor(POLICE).token}"}),
        (404, foreign, large, officer),
        (400, path + "?x=1", large, officer),
        (400, path + "?x=1", large, officer | purpose),
        (415, path + "?x=1", large, officer | purpose | key | {"Content-Type": "text/plain"}),
        (413, path + "?x=1", large, whole),
        (400, path + "?x=1", wrong, whole),
        (400, path, bad, whole),
        (422, path, wrong, whole),
        (428, path, sound, whole),
        (412, path, sound, whole | {"If-Match": '"999"'}),
        (412, path, sound, whole | {"If-Match": f"W/{etag}"}),
        (412, path, sound, whole | {"If-Match": "*"}),
        (201, path, sound, whole | {"If-Match": f'"999", {etag}'}),
    ]

    answers = [await _send(stage.http, "POST", where, body, headers) for _, where, body, headers in steps]

    assert answers == [status for status, *_ in steps]


async def test_purpose_is_asked_for_before_the_key(stage: Stage) -> None:
    """Of two headers that are missing, the purpose is told first; two purposes are as good as none."""
    token = {"Authorization": f"Bearer {stage.actor(POLICE).token}"}
    twice = [*token.items(), ("X-Purpose", "REFERRAL"), ("X-Purpose", "AUDIT")]

    neither = await stage.http.post("/v1/referrals", headers=token)
    both = await stage.http.post("/v1/referrals", headers=twice)
    no_key = await stage.http.post("/v1/referrals", headers=token | {"X-Purpose": "REFERRAL"})

    codes = [answer.json()["code"] for answer in (neither, both, no_key)]
    assert codes == ["purpose-missing", "purpose-unknown", "idempotency-key-missing"]


async def test_precondition_is_checked_before_the_state(stage: Stage) -> None:
    """A decision on a case that is not ready: 428 without If-Match, 412 with an old one, then 409."""
    case_id = await stage.referred()
    advice = await stage.advised(case_id)
    body = {
        "disposal": "TRIAGE",
        "rationale": "It serves the child and the victim well.",
        "adviceId": advice["adviceId"],
    }
    officer, path = stage.actor(OFFICER), f"/v1/cases/{case_id}/decision"
    etag = await officer.etag(f"/v1/cases/{case_id}")

    answers = [
        (await officer.send("POST", path, body, headers=headers)).status_code
        for headers in ({}, {"If-Match": '"999"'}, {"If-Match": etag})
    ]

    assert answers == [428, 412, 409]


async def test_first_put_needs_no_match_and_the_second_does(stage: Stage) -> None:
    """201 for what was not there, then 428 without If-Match, 412 with a stale one, 200 with the present one."""
    case_id = await stage.referred()
    path, person = f"/v1/cases/{case_id}/pre-assessment", stage.actor(PRACTITIONER)

    async def put(**headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await person.send("PUT", path, a_pre_assessment(), purpose="PRE_ASSESSMENT", headers=named)

    absent = await person.send("GET", path)
    first = await put()
    answers = [first.status_code, (await put()).status_code, (await put(If_Match='"x"')).status_code]
    answers.append((await put(If_Match=first.headers["ETag"])).status_code)

    assert absent.status_code == 404
    assert answers == [201, 428, 412, 200]


async def test_foreign_and_absent_answer_alike(stage: Stage) -> None:
    """Nothing but the names of the request tells a foreign case from none."""
    case_id = await stage.referred()
    ealing = stage.actor("demo-yjs-ealing")

    foreign = await ealing.send("GET", f"/v1/cases/{case_id}")
    absent = await ealing.send("GET", f"/v1/cases/{uuid7()}")

    assert _told(foreign) == _told(absent)
    assert foreign.status_code == 404


async def test_referral_into_a_foreign_area_is_not_found(stage: Stage) -> None:
    """An area that is not the caller's is answered like one that is not there."""
    answer = await stage.actor(POLICE).send("POST", "/v1/referrals", a_referral(EALING, TODAY), purpose="REFERRAL")

    assert answer.status_code == 404


async def test_every_answer_carries_what_every_answer_carries(stage: Stage) -> None:
    """Errors too, and where nothing was found."""
    for path, status in (("/health/ping", 200), ("/nowhere", 404), ("/v1/cases", 401)):
        answer = await stage.http.get(path, headers={"X-Request-ID": "mine"})

        assert answer.status_code == status
        assert answer.headers["X-Request-ID"] == "mine"
        assert answer.headers["Cache-Control"] == "no-store"
        assert {"traceparent", "law-digest", "engine-version"} <= set(answer.headers)


def _told(answer: httpx.Response) -> tuple[Any, ...]:
    own = {"x-request-id", "traceparent", "date"}
    body = {name: value for name, value in answer.json().items() if name not in {"traceId", "instance"}}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in own)
    return answer.status_code, headers, body
