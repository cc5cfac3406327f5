"""Many referrals in one stream: a result a line, no line spoils another, and a stream that was cut is sent again."""

import asyncio
import hashlib
import json
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from app.db.work import Scope
from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls
from tests.api.acting import CAMDEN, ISLINGTON, POLICE, TODAY, Document, Stage
from tests.api.test_commit_before_answer import FAILING_COMMIT, as_owner

pytestmark = pytest.mark.anyio

BATCH = "/v1/referrals/batch"
NDJSON = "application/x-ndjson"


def _line(number: int, area: str = ISLINGTON, **changes: Any) -> Document:
    source = {"force": "metropolitan", "system": "connect", "reference": f"batch/{number}"}
    return a_referral(area, TODAY) | {"source": source, "idempotencyKey": f"key-{number}"} | changes


def _body(*lines: Any) -> bytes:
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in lines)


def _headers(stage: Stage, who: str = POLICE, **changes: str) -> dict[str, str]:
    token = stage.actor(who).token
    return {"Authorization": f"Bearer {token}", "Content-Type": NDJSON, "X-Purpose": "REFERRAL"} | changes


async def _send(stage: Stage, content: Any, who: str = POLICE, **headers: str) -> httpx.Response:
    return await stage.http.post(BATCH, content=content, headers=_headers(stage, who, **headers), timeout=300)


def _read(answer: httpx.Response) -> list[Document]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith(NDJSON)
    return [json.loads(line) for line in answer.text.splitlines()]


async def _rows(app: Any) -> list[tuple[Any, ...]]:
    """Return what each referral left behind: its source, its case's status, and how often each thing was written."""
    statement = text(
        """SELECT r.reference, c.status, c.version,
                  (SELECT count(*) FROM children k WHERE k.case_id = c.case_id),
                  (SELECT count(*) FROM case_facts f WHERE f.case_id = c.case_id),
                  (SELECT count(*) FROM case_timeline t WHERE t.case_id = c.case_id)
             FROM referrals r JOIN cases c USING (case_id) ORDER BY r.reference"""
    )
    async with app.state.services.database.work(Scope(frozenset({"*"}), "test")) as work:
        return [tuple(row) for row in await work.many(statement)]


async def test_each_line_is_a_referral_that_can_be_read(stage: Stage) -> None:
    """What the batch made is there as if each line had been sent alone, without its key among its fields."""
    lines = [_line(1), _line(2, CAMDEN)]

    made = _read(await _send(stage, _body(*lines)))

    assert [(one["line"], one["status"]) for one in made] == [(1, 201), (2, 201)]
    for line, one in zip(lines, made, strict=True):
        read = await stage.actor(POLICE).send("GET", f"/v1/referrals/{one['referralId']}", purpose="REFERRAL")
        assert read.json()["caseId"] == one["caseId"]
        assert read.json()["referral"] == {name: line[name] for name in line if name != "idempotencyKey"}


async def test_line_leaves_the_same_log_as_a_referral_sent_alone(stage: Stage, app: Any) -> None:
    """Lines are taken in together; what the log says of each is what it says of one."""
    alone = a_referral(ISLINGTON, TODAY)
    await stage.actor(POLICE).send("POST", "/v1/referrals", alone, purpose="REFERRAL")
    await _send(stage, _body(*(_line(number) for number in range(1, 8))))
    statement = text(
        """
        SELECT string_agg(concat_ws(' ', event, act, fields, row_count, purpose), '; ' ORDER BY log_id)
          FROM audit_log WHERE case_id IS NOT NULL GROUP BY case_id
        """
    )

    async with app.state.services.database.work(Scope(frozenset({"*"}), "test")) as work:
        told = [row[0] for row in await work.many(statement)]

    assert len(told) == 8
    assert len(set(told)) == 1


async def test_bad_line_spoils_no_other(stage: Stage) -> None:
    """Each fault is a problem in its place; the lines before and after it are kept."""
    key = _line(9)
    del key["idempotencyKey"]
    bad = [
        b"{", b"", b"[]", b"\xff", _line(2, area="E09000009"), _line(3, ethnicity="B1"), _line(1, idempotencyKey="new"),
        _line(8, idempotencyKey="key-1"), key, b'{"a": "' + b"x" * 1024 * 1024 + b'"}',
    ]  # fmt: skip

    found = _read(await _send(stage, _body(_line(1), *bad, _line(10))))

    assert [one["line"] for one in found] == list(range(1, 13))
    assert [(one["status"], one.get("problem", {}).get("code")) for one in found] == [
        (201, None), (400, "json-invalid"), (400, "body-missing"), (422, "object"), (400, "encoding"),
        (404, "not-found"), (422, "unknown-field"), (409, "duplicate-referral"), (422, "idempotency-key-reused"),
        (422, "missing"), (413, "body-too-large"), (201, None),
    ]  # fmt: skip
    assert found[7]["problem"]["referralId"] == found[0]["referralId"]


async def test_line_that_was_done_before_answers_with_the_same_ids(stage: Stage) -> None:
    """200 in place of 201, in the same stream and in another."""
    first = _read(await _send(stage, _body(_line(1), _line(1))))

    again = _read(await _send(stage, _body(_line(1))))

    assert [one["status"] for one in (*first, *again)] == [201, 200, 200]
    assert len({one["caseId"] for one in (*first, *again)}) == 1


async def _send_cut(stage: Stage, body: bytes, at: int) -> None:
    """Send the beginning of a stream, and go away without a word."""
    address = urlsplit(str(stage.http.base_url))
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(stage).items())
    writer.write(
        f"POST {BATCH} HTTP/1.1\r\nHost: test\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:at]
    )
    await writer.drain()
    if at % 2:
        await asyncio.wait_for(reader.read(1), 5)  # at least the answer has begun
    writer.transport.abort()


@pytest.mark.parametrize("seed", [1, 2, 3, *(pytest.param(n, marks=pytest.mark.deep) for n in range(4, 51))])
async def test_stream_cut_anywhere_and_sent_again_ends_in_the_same_rows(stage: Stage, app: Any, seed: int) -> None:
    """Three cuts at any byte, then the whole: every referral once, each with its child, facts and timeline once."""
    body = _body(*(_line(number) for number in range(12)))
    tickets = (hashlib.sha256(f"{seed}/{cut}".encode()).digest() for cut in range(3))
    cuts = [1 + int.from_bytes(ticket[:4], "big") % (len(body) - 1) for ticket in tickets]
    first_line = body.index(b"\n") + 1

    for cut in cuts:
        await _send_cut(stage, body, cut | 1 if cut > first_line else cut & ~1)
    whole = _read(await _send(stage, body))
    while {one.get("problem", {}).get("code") for one in whole} == {None, "idempotency-in-flight"}:
        whole = _read(await _send(stage, body))  # the service was still at work on what was cut

    assert {one["status"] for one in whole} <= {200, 201}
    assert await _rows(app) == sorted((f"batch/{number}", "RECEIVED", 1, 1, 1, 1) for number in range(12))


async def test_same_stream_sent_twice_at_once_makes_each_case_once(stage: Stage, app: Any) -> None:
    """Who comes second waits for the first, and is given its answers."""
    body = _body(*(_line(number) for number in range(30)))

    one, other = await asyncio.gather(_send(stage, body), _send(stage, body))

    assert [line["caseId"] for line in _read(one)] == [line["caseId"] for line in _read(other)]
    assert len(await _rows(app)) == 30


async def test_lines_are_answered_while_others_are_still_to_come(stage: Stage) -> None:
    """The second line is sent only once the first has been answered."""
    answered = asyncio.Event()

    async def content() -> AsyncIterator[bytes]:
        yield _body(_line(1))
        await asyncio.wait_for(answered.wait(), 10)
        yield _body(_line(2))

    address = urlsplit(str(stage.http.base_url))
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(stage).items())
    writer.write(f"POST {BATCH} HTTP/1.1\r\nHost: test\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode())
    async for chunk in content():
        writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        await asyncio.wait_for(reader.readuntil(b'"status":201'), 10)
        answered.set()
    writer.close()


@pytest.mark.parametrize(
    ("who", "headers", "content", "status"),
    [
        ("demo-auditor", {}, b"{}", 403),
        (POLICE, {"X-Purpose": ""}, b"{}", 400),
        (POLICE, {"Content-Type": "application/json"}, b"{}", 415),
        (POLICE, {"Accept": "text/html"}, b"{}", 406),
        (POLICE, {}, b"", 422),
    ],
)
async def test_message_as_a_whole_is_checked_before_any_line(
    stage: Stage, who: str, headers: dict[str, str], content: bytes, status: int
) -> None:
    """In the order in which every request is checked."""
    assert (await _send(stage, content, who, **headers)).status_code == status


async def test_batch_of_more_lines_than_it_may_have_is_answered_up_to_there(stage: Stage) -> None:
    """The line after the last that is taken says so, and nothing follows it."""
    found = _read(await _send(stage, b"{\n" * 10_050))

    assert len(found) == 10_001
    assert (found[-1]["line"], found[-1]["status"], found[-1]["problem"]["code"]) == (10_001, 413, "batch-too-long")


async def test_stream_that_stands_still_is_ended_with_a_line_that_says_so(stage: Stage, app: Any) -> None:
    """What came whole is kept; the rest is not waited for."""
    app.state.settings = app.state.settings.model_copy(update={"body_timeout_seconds": 0.5})

    async def content() -> AsyncIterator[bytes]:
        yield _body(_line(1)) + b'{"source"'
        await asyncio.sleep(4)
        yield b"}"

    found = _read(await _send(stage, content()))

    assert [(one["line"], one["status"]) for one in found] == [(1, 201), (2, 408)]
    assert len(await _rows(app)) == 1


async def test_group_that_cannot_be_kept_is_answered_as_not_done(stage: Stage, database: DatabaseUrls) -> None:
    """When the database fails at the commit, no line says that it was kept; sent again, each is."""
    body = _body(_line(1), _line(2))
    await as_owner(database, FAILING_COMMIT)

    found = _read(await _send(stage, body))
    await as_owner(database, "DROP TRIGGER fail ON referrals")
    again = _read(await _send(stage, body))

    assert [one["status"] for one in found] == [503, 503]
    assert [one["status"] for one in again] == [201, 201]


async def test_memory_does_not_grow_with_the_lines(stage: Stage) -> None:
    """A stream of 32 MiB is never held."""
    line = b"{" + b" " * 256 * 1024 + b"\n"

    async def content() -> AsyncIterator[bytes]:
        for _ in range(128):
            yield line

    tracemalloc.start()
    try:
        found = _read(await _send(stage, content()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert [one["problem"]["code"] for one in found] == ["json-invalid"] * 128
    assert peak < 8 * 1024 * 1024
