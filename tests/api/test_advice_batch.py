"""Advice on many cases in one request: a line in, a line out, in order, and no line spoils another."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from tests.api.acting import ISLINGTON, TODAY, Document, Stage
from tests.api.raw import exchange

pytestmark = pytest.mark.anyio

BATCH = "/v1/advice/batch"
NDJSON = "application/x-ndjson"
ASKER = "demo-police-officer"


def _asked(**changes: Any) -> Document:
    facts = a_referral(ISLINGTON, TODAY)
    body = {name: facts[name] for name in ("area", "offences", "victims", "history")} | {"asAt": str(TODAY)}
    return body | {"child": {"dateOfBirth": facts["child"]["dateOfBirth"]}} | changes


async def _send(stage: Stage, content: Any, who: str = ASKER, **headers: str) -> httpx.Response:
    sent = {"Authorization": f"Bearer {stage.actor(who).token}", "Content-Type": NDJSON} | headers
    return await stage.http.post(BATCH, content=content, headers=sent)


def _lines(*documents: Any) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in documents)


def _read(answer: httpx.Response) -> list[Document]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith(NDJSON)
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_every_line_is_answered_as_if_it_were_asked_alone(stage: Stage) -> None:
    """The same advice, byte for byte, in the order of the questions."""
    asked = [_asked(asAt=f"2026-11-{day}") for day in range(10, 15)]
    alone = [(await stage.actor(ASKER).send("POST", "/v1/advice", one)).content for one in asked]

    assert (await _send(stage, _lines(*asked))).content.split(b"\n") == [*alone, b""]


async def test_bad_line_spoils_no_other(stage: Stage) -> None:
    """Each fault is a problem with its line, in its place."""
    good = _asked()
    bad = [
        b"{", b"", b"[]", _asked(area="E09000099"), _asked(ethnicity="B1"), _asked(asAt="2010-01-01"),
        b'{"a": "' + b"x" * 1024 * 1024 + b'"}', b"\xff",
    ]  # fmt: skip

    found = _read(await _send(stage, _lines(good, *bad, good)))

    assert [one.get("code") for one in found] == [
        None, "json-invalid", "body-missing", "object", "unknown-area", "not-a-decision-fact", "no-law-in-force",
        "body-too-large", "encoding", None,
    ]  # fmt: skip
    assert [one["line"] for one in found[1:-1]] == list(range(2, 10))
    assert found[0] == found[-1]


async def test_line_feed_that_ends_the_body_asks_nothing(stage: Stage) -> None:
    """With or without it, as many answers as questions; carriage returns do no harm."""
    line = json.dumps(_asked()).encode()

    found = [len(_read(await _send(stage, body))) for body in (line, line + b"\n", line + b"\r\n" + line + b"\r\n")]

    assert found == [1, 1, 2]


@pytest.mark.parametrize(
    ("who", "headers", "content", "status"),
    [
        ("demo-auditor", {}, b"{}", 403),
        (ASKER, {"Content-Type": "application/json"}, b"{}", 415),
        (ASKER, {"Content-Encoding": "gzip"}, b"{}", 415),
        (ASKER, {"Accept": "text/html"}, b"{}", 406),
        (ASKER, {}, b" \n ", 400),
    ],
)
async def test_message_as_a_whole_is_checked_before_any_line(
    stage: Stage, who: str, headers: dict[str, str], content: bytes, status: int
) -> None:
    """In the order in which every request is checked."""
    assert (await _send(stage, content, who, **headers)).status_code == status


async def test_body_beyond_its_bound_is_refused_unread(stage: Stage) -> None:
    """64 MiB, and not a byte more is waited for."""
    head = (
        f"POST {BATCH} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {stage.actor(ASKER).token}\r\n"
        f"Content-Type: {NDJSON}\r\nContent-Length: {64 * 1024 * 1024 + 1}\r\n\r\n"
    )

    status, _, _ = await exchange(str(stage.http.base_url), head.encode())

    assert status == 413


async def test_first_answer_comes_before_the_last_is_made(stage: Stage) -> None:
    """Answers are streamed: the first line is read while the others are still to come."""
    sent = {"Authorization": f"Bearer {stage.actor(ASKER).token}", "Content-Type": NDJSON}
    chunks: list[bytes] = []

    async with stage.http.stream("POST", BATCH, content=_lines(*[_asked()] * 40), headers=sent) as answer:
        async for chunk in answer.aiter_raw():
            chunks.append(chunk)  # noqa: PERF401  (chunk by chunk is the point)

    assert "content-length" not in answer.headers
    assert len(chunks) > 1
    assert b"".join(chunks).count(b"\n") == 40


async def test_service_answers_others_while_a_batch_runs(stage: Stage) -> None:
    """A ping that is sent after a long batch is answered before it ends."""
    order: list[str] = []

    async def batch() -> None:
        await _send(stage, _lines(*[_asked()] * 100))
        order.append("batch")

    async def ping() -> None:
        await asyncio.sleep(0.1)
        await stage.http.get("/health/ping")
        order.append("ping")

    await asyncio.gather(batch(), ping())

    assert order == ["ping", "batch"]
