"""The log: one object to an entry, the trace of its request, and nothing of anybody."""

import io
import json

import pytest
import structlog
from structlog.testing import capture_logs

from app.demo.story import a_referral
from app.launch.logs import configure
from app.settings import Mode
from tests.api.acting import ISLINGTON, OFFICER, POLICE, TODAY, Stage

pytestmark = pytest.mark.anyio
CANARY = "canary-7e1f"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_nothing_that_was_sent_stands_in_the_log(stage: Stage) -> None:
    """Not a name, a reference, a note, a path, a query, a header, a token or an id; whether it was taken or refused."""
    body = a_referral(ISLINGTON, TODAY)
    body["child"] |= {"givenNames": CANARY, "familyName": CANARY}
    body["source"]["reference"] = CANARY
    police = stage.actor(POLICE)
    with capture_logs() as entries:
        taken = await police.send("POST", "/v1/referrals", body, purpose="REFERRAL")
        case_id = taken.json()["caseId"]
        for changed in ({CANARY: 1}, {"area": CANARY}, {"child": CANARY}):
            await police.send("POST", "/v1/referrals", body | changed, purpose="REFERRAL", headers={"X-Note": CANARY})
        await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}?{CANARY}={CANARY}")
        await stage.actor(OFFICER).send("GET", f"/v1/cases/{CANARY}", headers={"X-Request-ID": CANARY})
        await stage.http.get("/v1/cases", headers={"Authorization": f"Bearer {CANARY}"})

    told = json.dumps(entries, default=str)
    assert taken.status_code == 201
    assert len(entries) >= 7
    for secret in (CANARY, case_id, police.token, body["child"]["dateOfBirth"], POLICE):
        assert secret not in told


async def test_entry_carries_the_trace_that_the_caller_began(stage: Stage) -> None:
    """As `traceparent` has it, in the log and in the answer; a trace that is none is not taken."""
    with capture_logs() as entries:
        answer = await stage.http.get("/health/ping", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
        await stage.http.get("/health/ping", headers={"traceparent": f"00-{CANARY}-00f067aa0ba902b7-01"})

    assert answer.headers["traceparent"].split("-")[1] == TRACE
    assert [entry["trace"] == TRACE for entry in entries] == [True, False]
    assert CANARY not in str(entries)


def test_live_log_is_an_object_to_a_line_whatever_it_holds() -> None:
    """With its time, its level and its words; a line break in a value is no new line."""
    stream, before = io.StringIO(), structlog.get_config()
    try:
        configure(Mode.LIVE, stream)
        structlog.get_logger("oocd.http").info("answered", route="/x\n{}\x1b[31m", status=200)
    finally:
        structlog.configure(**before)

    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["level"], entry["status"]) == ("answered", "info", 200)
    assert entry["timestamp"].endswith("Z")
    assert "\x1b" not in line
