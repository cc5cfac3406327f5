"""Areas that were merged or split over HTTP: who sees old cases, what is refused, counted, and logged."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.db.work import connect
from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls, text_of
from app.law.book import LawBook
from app.main import UnsafeSettings, create_app
from app.settings import Settings
from tests.api.acting import (
    CAMDEN,
    EXAMPLE_AREA,
    ISLINGTON,
    MANAGER,
    OFFICER,
    POLICE,
    SUPERVISOR,
    TODAY,
    Stage,
)
from tests.decided_rows import add_decided
from tests.frozen_clock import FrozenClock
from tests.scrutiny_panel import thirty_cases
from tests.serving import serving

pytestmark = pytest.mark.anyio
DAY, AFTER = datetime(2026, 12, 1, 12, tzinfo=UTC), datetime(2027, 2, 1, 12, tzinfo=UTC)
MERGED = f"changes: [{{on: 2026-12-01, kind: MERGE, areas: [{ISLINGTON}], into: [{EXAMPLE_AREA}]}}]"
SPLIT = (
    f"changes: [{{on: 2026-12-01, kind: SPLIT, areas: [{ISLINGTON}], into: [{CAMDEN}, {EXAMPLE_AREA}], "
    "open_until: 2027-01-31}]"
)


@asynccontextmanager
async def _where(
    changes: str, settings: Settings, law_book: LawBook, clock: FrozenClock, tmp_path: Path
) -> AsyncIterator[Stage]:
    file = tmp_path / "areas.yaml"
    file.write_text(changes, encoding="utf-8")
    app = create_app(settings.model_copy(update={"area_changes_file": file}), clock=clock, law_book=law_book)
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        yield Stage(http, app.state.issuer)


@pytest.fixture
async def merged(settings: Settings, law_book: LawBook, clock: FrozenClock, tmp_path: Path) -> AsyncIterator[Stage]:
    """Serve where Islington goes into another area on 1 December."""
    async with _where(MERGED, settings, law_book, clock, tmp_path) as stage:
        yield stage


@pytest.fixture
async def split(settings: Settings, law_book: LawBook, clock: FrozenClock, tmp_path: Path) -> AsyncIterator[Stage]:
    """Serve where Islington is split between two areas on 1 December."""
    async with _where(SPLIT, settings, law_book, clock, tmp_path) as stage:
        yield stage


async def _status(stage: Stage, area: str, path: str) -> int:
    return (await stage.changed(OFFICER, areas=(area,)).send("GET", path)).status_code


async def test_old_cases_are_the_new_areas_from_the_day_of_the_merger(merged: Stage, clock: FrozenClock) -> None:
    """And stay the old area's own people's; those see nothing of the new area."""
    old, new = await merged.referred(ISLINGTON), await merged.referred(EXAMPLE_AREA)
    before = await _status(merged, EXAMPLE_AREA, f"/v1/cases/{old}")
    clock.move(to=DAY)

    after = [
        await _status(merged, area, f"/v1/cases/{case}")
        for area, case in ((EXAMPLE_AREA, old), (ISLINGTON, old), (ISLINGTON, new), (CAMDEN, old))
    ]

    assert (before, after) == (404, [200, 200, 404, 404])


async def test_what_is_reached_by_following_is_said_in_the_log(merged: Stage, clock: FrozenClock) -> None:
    """Beside the reading itself; reading one's own area says nothing more."""
    case_id = await merged.referred(ISLINGTON)
    clock.move(to=DAY)
    for area in (ISLINGTON, EXAMPLE_AREA):
        await _status(merged, area, f"/v1/cases/{case_id}")

    log = await merged.actor("demo-auditor").send(
        "GET", f"/v1/audit?caseId={case_id}&since=2026-12-01T00:00:00Z", purpose="AUDIT"
    )

    assert [entry["act"] for entry in log.json()["items"]] == ["case.read", "case.read", "area.followed"]


async def test_every_case_of_a_list_that_is_reached_by_following_is_named(merged: Stage, clock: FrozenClock) -> None:
    """However many there are."""
    cases = sorted([await merged.referred(ISLINGTON) for _ in range(3)])
    clock.move(to=DAY)
    await _status(merged, EXAMPLE_AREA, "/v1/cases")

    log = await merged.actor("demo-auditor").send("GET", "/v1/audit?act=area.followed", purpose="AUDIT")

    (entry,) = log.json()["items"]
    assert (entry["caseIds"], entry["rowCount"]) == (cases, 3)


async def test_nothing_new_begins_in_an_area_that_has_ended(merged: Stage, clock: FrozenClock) -> None:
    """422, for a referral, for advice, for a meeting; in what follows it, as ever."""
    clock.move(to=DAY)
    day = DAY.date()
    facts = a_referral(ISLINGTON, TODAY)
    asked: dict[str, Any] = {name: facts[name] for name in ("area", "offences", "victims", "history")}
    asked |= {"asAt": str(day), "child": {"dateOfBirth": facts["child"]["dateOfBirth"]}}
    members = [{"name": "A", "agency": "Police", "role": "Sergeant"}]
    police, coordinator = merged.actor(POLICE), merged.actor("demo-panel-coordinator")

    answers = [
        await police.send("POST", "/v1/referrals", a_referral(ISLINGTON, day), purpose="REFERRAL"),
        await police.send("POST", "/v1/advice", asked),
        await coordinator.send("POST", "/v1/panel-meetings", {"area": ISLINGTON, "date": str(day), "members": members}),
    ]
    new = await police.send("POST", "/v1/referrals", a_referral(EXAMPLE_AREA, day), purpose="REFERRAL")

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "unknown-area")] * 3
    assert new.status_code == 201, new.text


async def test_old_case_is_advised_on_by_the_new_areas_protocol(merged: Stage, clock: FrozenClock) -> None:
    """The panel that decides is the new area's, so its protocol is."""
    case_id = await merged.pre_assessed(ISLINGTON)
    before = await merged.advised(case_id)
    clock.move(to=DAY)
    officer = merged.changed(OFFICER, areas=(EXAMPLE_AREA,))

    after = await officer.send("POST", f"/v1/cases/{case_id}/advice", {})

    assert before["protocol"]["area"] == ISLINGTON
    assert (after.status_code, after.json()["protocol"]["area"]) == (201, EXAMPLE_AREA)


async def test_parts_reach_the_old_area_until_its_cases_are_transferred(split: Stage, clock: FrozenClock) -> None:
    """Then a case that nobody transferred is for the old area's own people, and what was transferred is the part's."""
    left, moved = await split.referred(ISLINGTON), await split.referred(ISLINGTON)
    clock.move(to=DAY)
    body = {"toArea": CAMDEN, "reason": "The child lives in what is Camden's now."}
    steps = [
        await split.changed(who, areas=(CAMDEN,)).send("POST", f"/v1/cases/{moved}/transfer", body)
        for who in (SUPERVISOR, MANAGER)
    ]
    during = [await _status(split, area, f"/v1/cases/{left}") for area in (CAMDEN, EXAMPLE_AREA, ISLINGTON)]
    clock.move(to=AFTER)

    ended = [await _status(split, area, f"/v1/cases/{left}") for area in (CAMDEN, EXAMPLE_AREA, ISLINGTON)]
    at_home = [await _status(split, area, f"/v1/cases/{moved}") for area in (CAMDEN, EXAMPLE_AREA, ISLINGTON)]

    assert [answer.status_code for answer in steps] == [201, 201], steps[-1].text
    assert (during, ended) == ([200, 200, 200], [404, 404, 200])
    assert at_home == [200, 404, 404]


async def test_figures_of_the_new_area_count_what_was_merged_into_it(
    merged: Stage, clock: FrozenClock, database: DatabaseUrls
) -> None:
    """From its day on; the old area's own figure stays what it was, and no other area's is told."""
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    await add_decided(work, thirty_cases())
    await work.close()

    async def total(area: str) -> int | None:
        analyst = merged.changed("demo-analyst", areas=(EXAMPLE_AREA,))
        answer = await analyst.send("GET", f"/v1/management/figures?area={area}&from=2026-01-01&to=2026-11-01")
        return answer.json()["volumes"]["total"] if answer.status_code == 200 else None

    before = [await total(area) for area in (EXAMPLE_AREA, ISLINGTON)]
    clock.move(to=DAY)
    after = [await total(area) for area in (EXAMPLE_AREA, ISLINGTON, CAMDEN)]

    assert (before, after) == ([0, None], [15, 15, None])


def test_service_does_not_start_with_changes_that_are_not_sound(
    settings: Settings, law_book: LawBook, tmp_path: Path
) -> None:
    """One clear line names the setting; a file that is not there is as bad."""
    broken = tmp_path / "areas.yaml"
    broken.write_text("changes: [{on: yesterday}]", encoding="utf-8")

    for file in (broken, tmp_path / "none.yaml"):
        with pytest.raises(UnsafeSettings, match="OOCD_AREA_CHANGES_FILE"):
            create_app(settings.model_copy(update={"area_changes_file": file}), law_book=law_book)
