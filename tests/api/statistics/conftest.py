"""One database and one application for all tests of statistics: they only read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from app.cases.models import children
from app.db.work import connect
from app.identity.demo_clients import DEMO_CLIENTS
from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls, text_of
from app.launch.urls import connect as connect_raw
from app.law.book import LawBook
from app.scrutiny.decided import DecidedCase
from app.settings import Mode, Settings
from tests.decided_cases import a_decided_case, some_advice, some_facts, stated
from tests.decided_rows import EVERYWHERE, add_decided
from tests.frozen_clock import FrozenClock

Ask = Callable[..., Awaitable[httpx.Response]]
ISLINGTON, CAMDEN = "E09000019", "E09000007"
MIX = {"A1": 18, "B1": 135, "M1": 60, "O9": 15, "W1": 72, "": 20}

"""The shares of Islington's plan, threefold, and children whose ethnicity nobody stated."""
SPRING, AUTUMN = (datetime(2024, month, 10, 9, tzinfo=UTC) for month in (3, 9))


def the_cases() -> list[DecidedCase]:
    """Return 320 cases of Islington over two years, six of Camden that are five children's, and 33 more of 2024."""
    codes = [code for code, count in MIX.items() for _ in range(count)]
    return [_islington(number, code) for number, code in enumerate(codes)] + [
        *(a_decided_case(1000 + number, area=CAMDEN) for number in range(6)),
        *(a_decided_case(2000 + number, area=CAMDEN, decided_at=SPRING) for number in range(30)),
        *(a_decided_case(3000 + number, area=CAMDEN, decided_at=AUTUMN) for number in range(3)),
    ]


def _islington(number: int, code: str) -> DecidedCase:
    told = [stated("SEX", "FEMALE" if number % 5 == 0 else "MALE")] + ([stated("ETHNICITY", code)] if code else [])
    engaged = number % 3 != 0
    cautioned = number % 4 == 0 if engaged else number % 2 == 0
    history = [{"disposal": "TRIAGE"}] if number % 7 == 0 else []
    return a_decided_case(
        number,
        "YOUTH_CAUTION" if cautioned else "TRIAGE",
        facts=some_facts() | {"history": history},
        advice=some_advice(score=2 + number // 12 % 2),
        decided_at=datetime(2025 + number // 12 % 2, 1 + number % 12, 15, 9, tzinfo=UTC),
        received_at=datetime(2024 + (number // 12) % 2, 12, 20, 9, tzinfo=UTC),
        pre_assessed_at=datetime(2024 + (number // 12) % 2, 12, 29, 9, tzinfo=UTC),
        engagement="FULL" if engaged else "PARTIAL",
        characteristics=tuple(told),
    )


@pytest.fixture(scope="module")
def seeded(server: EmbeddedServer, template: DatabaseUrls) -> Iterator[DatabaseUrls]:
    """Fill one database for the module."""
    owner = template.owner

    async def execute(statement: str) -> None:
        connection = await connect_raw(server.url(), "the server of the tests")
        await connection.execute(statement)
        await connection.close()

    async def fill(urls: DatabaseUrls) -> None:
        work = connect(text_of(urls.app), pool_size=1, pool_timeout=5)
        await add_decided(work, the_cases())
        async with work.work(EVERYWHERE) as one:
            await one.run(insert(children), [_child(number) for number in (1000, 1001)])
        await work.close()

    asyncio.run(execute(f"CREATE DATABASE statistics TEMPLATE {owner.database} OWNER {owner.username}"))
    urls = DatabaseUrls(owner=owner.set(database="statistics"), app=template.app.set(database="statistics"))
    asyncio.run(fill(urls))
    yield urls
    asyncio.run(execute("DROP DATABASE statistics WITH (FORCE)"))


def _child(number: int) -> dict[str, Any]:
    return {
        "child_id": f"019e0000-0000-7000-9000-{number:012d}",
        "case_id": f"019e0000-0000-7000-8000-{number:012d}",
        "area": CAMDEN,
        "given_names": "Blue",
        "family_name": "Rowan",
        "date_of_birth": date(2011, 3, 2),
        "identifiers": [{"scheme": "PNC", "value": "INVENTED 1"}],
    }


@pytest.fixture(scope="module")
async def ask(seeded: DatabaseUrls, data_dir: Path, law_book: LawBook) -> AsyncIterator[Ask]:
    """Return a function that asks for a statistic as somebody with the roles of a demo client."""
    from app.main import create_app  # noqa: PLC0415 - unit tests need none of it

    settings = Settings(mode=Mode.LOCAL, database_url=SecretStr(text_of(seeded.app)), data_dir=data_dir)
    app = create_app(settings, clock=FrozenClock(datetime(2027, 1, 5, 12, tzinfo=UTC)), law_book=law_book)

    numbers = count(1)

    async def send(
        statistic: str, who: str = "demo-analyst", accept: str = "application/json", client: str = "", **query: str
    ) -> httpx.Response:
        # Whoever is not named is somebody new, whom no earlier answer was given.
        token = app.state.issuer.token_for(DEMO_CLIENTS[who], client_id=client or f"somebody-{next(numbers)}")
        asked = {"area": ISLINGTON, "from": "2025-01-01", "to": "2026-12-31"} | query
        headers = {"Authorization": f"Bearer {token}", "X-Purpose": "STATISTICS", "Accept": accept}
        return await http.get(f"/v1/statistics/{statistic}", params=asked, headers=headers)

    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        yield send
