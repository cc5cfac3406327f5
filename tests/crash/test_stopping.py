"""Told to stop with people at work: what was begun is finished, and the process ends as one that was asked to."""

import asyncio
import json
import signal
import socket
from pathlib import Path

import pytest
from uuid_utils import uuid7

from app.clock import SystemClock, today
from app.demo.story import a_referral
from app.identity.demo_clients import ISLINGTON
from tests.crash.estate import PATIENCE, estate
from tests.crash.load import Load, tokens_of
from tests.crash.proofs import halves, missing


def _begun(port: int, token: str) -> tuple[socket.socket, bytes]:
    """Begin a request that the service has in its hands; return the connection and the rest of the body."""
    body = json.dumps(a_referral(ISLINGTON, today(SystemClock()))).encode()
    head = (
        f"POST /v1/referrals HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"X-Purpose: REFERRAL\r\nIdempotency-Key: {uuid7()}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    ).encode()
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.sendall(head)
    assert connection.recv(100).startswith(b"HTTP/1.1 100")  # the application has asked for the body
    connection.sendall(body[:100])
    return connection, body[100:]


def _answer(connection: socket.socket) -> bytes:
    """Return everything that comes until the service closes."""
    answer = b""
    while part := connection.recv(65536):
        answer += part
    return answer


@pytest.mark.parametrize("people", [4])
def test_service_that_is_told_to_stop_finishes_what_it_has_begun(folder: Path, people: int) -> None:
    """The request whose body was half sent is answered; all that was acknowledged is there; the exit code is 0."""

    async def stop_under_load() -> tuple[int, bytes]:
        work = asyncio.create_task(load.run(people))
        await asyncio.wait_for(load.reach(people), PATIENCE)
        connection, rest = await asyncio.to_thread(_begun, port, load.tokens["demo-police"])
        ending = asyncio.create_task(asyncio.to_thread(worker.end, signal.SIGTERM))
        await asyncio.sleep(0.5)
        connection.sendall(rest)
        answer = await asyncio.to_thread(_answer, connection)
        connection.close()
        code = await ending
        await asyncio.to_thread(worker.start)
        load.stopping = True
        await work
        return code, answer

    with estate(folder) as it:
        (worker,) = it.workers
        port = int(worker.base_url.rpartition(":")[2])
        load = Load(worker.base_url, tokens_of(it))

        code, answer = asyncio.run(stop_under_load())
        head, _, told = answer.partition(b"\r\n\r\n")
        load.referred[json.loads(told)["caseId"]] = json.loads(told)["referralId"]
        wrong = asyncio.run(missing(it, load))

    assert code == 0
    assert head.startswith(b"HTTP/1.1 201")
    assert [fault for fault in wrong if "never sent" not in fault] == []
    assert load.odd == []


@pytest.mark.nginx
def test_processes_restarted_in_turn_behind_nginx_lose_no_request(folder: Path) -> None:
    """Nobody behind the proxy sees anything but answers, and nobody has to try again."""
    from tests.crash.proxy import nginx  # noqa: PLC0415 - for this test alone

    with estate(folder, workers=2) as it, nginx(folder, [one.base_url for one in it.workers]) as base_url:
        load = Load(base_url, tokens_of(it), patient=False)

        async def restart_in_turn() -> None:
            work = asyncio.create_task(load.run(4))
            for number, worker in enumerate(it.workers * 2, start=1):
                await asyncio.wait_for(load.reach(number * 4), PATIENCE)
                assert await asyncio.to_thread(worker.end, signal.SIGTERM) == 0
                await asyncio.to_thread(worker.start)
            await asyncio.wait_for(load.reach(len(load.assessed) + 4), PATIENCE)
            load.stopping = True
            await work

        asyncio.run(restart_in_turn())
        wrong = [*asyncio.run(missing(it, load)), *asyncio.run(halves(it))]

    assert load.odd == []
    assert wrong == []
