"""A live service and the gravity matrix: it starts on no illustrative scores, takes none in, takes a licensed one."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from app.launch.urls import Connection, DatabaseUrls
from app.launch.urls import connect as connect_as
from app.law.book import LawBook
from app.law.model import MatrixEdition, MatrixStatus
from app.policy.in_force import IllustrativeMatrix
from tests.api.acting import ISLINGTON, TODAY, Document, Stage
from tests.frozen_clock import FrozenClock
from tests.live_profile import live_service
from tests.serving import serving

pytestmark = pytest.mark.anyio
POLICE, YJS = "demo-policy-police", "demo-policy-yjs"
EDITIONS = "/v1/law/matrix-editions"
TOMORROW = date(2026, 11, 22)
IMPORT = """INSERT INTO matrix_imports
                   (edition_id, table_csv, sha256, editions, author_key, author_agency, author, drafted_at)
            VALUES ($1, '', repeat('0', 64), $2, 'a', 'POLICE', 'a', now())"""
APPROVAL = """INSERT INTO matrix_approvals
                     (edition_id, author_key, author_agency, approver_key, approver_agency, approver, approved_at)
              VALUES ($1, 'a', 'POLICE', 'b', 'YJS', 'b', now())"""


def _smuggled(law_book: LawBook, **changes: Any) -> MatrixEdition:
    """Return the illustrative edition under another name and time, as somebody might have put it in the database."""
    (shipped,) = law_book.illustrations
    return shipped.model_copy(update={"id": "force-1", "in_force_from": TOMORROW, **changes})


async def _approve(database: DatabaseUrls, edition: MatrixEdition) -> None:
    """Put an edition in force past the service, as the owner of the database could."""
    owner: Connection = await connect_as(database.owner, "the database")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")
    await owner.execute(IMPORT, edition.id, json.dumps([edition.model_dump(mode="json")]))
    await owner.execute(APPROVAL, edition.id)
    await owner.close()


@pytest.mark.parametrize("status", [MatrixStatus.ILLUSTRATIVE, MatrixStatus.LICENSED])
async def test_live_service_refuses_to_start_on_an_illustrative_edition_in_its_database(
    database: DatabaseUrls, law_book: LawBook, clock: FrozenClock, tmp_path: Path, status: MatrixStatus
) -> None:
    """Whether it says so of itself, or has the same scores and calls them licensed."""
    await _approve(database, _smuggled(law_book, status=status))
    app, _ = live_service(database, law_book, clock, tmp_path)

    with pytest.raises(IllustrativeMatrix, match="force-1"):
        async with app.router.lifespan_context(app):
            pass


def _table(law_book: LawBook, edition: MatrixEdition) -> Document:
    rows = [f"{key},{edition.base[key]}" for key in sorted(law_book.offences)]
    csv = "\n".join(["offence_key,base_score", *rows])
    return {"id": edition.id, "title": "A table", "inForceFrom": TOMORROW.isoformat(), "csv": csv}


async def _gravity(stage: Stage, as_at: str) -> Document:
    referral = a_referral(ISLINGTON, TODAY)
    del referral["offences"][0]["officerScore"]
    facts = {name: referral[name] for name in ("area", "offences", "victims", "history")} | {"asAt": as_at}
    body = facts | {"child": {"dateOfBirth": referral["child"]["dateOfBirth"]}}
    answer = await stage.actor(YJS).send("POST", "/v1/advice", body)
    assert answer.status_code == 200, answer.text
    told: Document = answer.json()
    return told


async def test_live_service_starts_empty_and_takes_a_licensed_edition_but_no_illustrative_one(
    database: DatabaseUrls, law_book: LawBook, clock: FrozenClock, tmp_path: Path
) -> None:
    """No score until a licence is there; the illustrative table is refused; a force's own is put in force by two."""
    app, provider = live_service(database, law_book, clock, tmp_path)
    (shipped,) = law_book.illustrations
    own = shipped.model_copy(update={"id": "force-2", "base": {**shipped.base, "theft_shop": 4}})
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        stage = Stage(http, provider)
        police, yjs = stage.actor(POLICE), stage.actor(YJS)

        before = await _gravity(stage, "2026-11-22")
        copied = await police.send("POST", EDITIONS, _table(law_book, _smuggled(law_book)), purpose=None)
        drafted = await police.send("POST", EDITIONS, _table(law_book, own), purpose=None)
        approved = await yjs.send("POST", f"{EDITIONS}/force-2/approval", {}, purpose=None)
        after = await _gravity(stage, "2026-11-22")

    assert (before["gravity"]["score"], before["provisional"], before["scoreStatus"]) == (None, True, "NOT_BUNDLED")
    assert (copied.status_code, [one["code"] for one in copied.json()["problems"]]) == (422, ["illustrative"])
    assert (drafted.status_code, approved.status_code) == (201, 201)
    assert (after["gravity"]["score"], after["scoreStatus"]) == (4, "LICENSED")


async def test_running_live_service_scores_from_no_illustrative_edition_that_appears_later(
    database: DatabaseUrls, law_book: LawBook, clock: FrozenClock, tmp_path: Path
) -> None:
    """What is put in the database past a service that runs already gives it no score."""
    app, provider = live_service(database, law_book, clock, tmp_path)
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        await _approve(database, _smuggled(law_book, status=MatrixStatus.LICENSED))

        told = await _gravity(Stage(http, provider), "2026-11-22")

    assert (told["gravity"]["score"], told["scoreStatus"]) == (None, "NOT_BUNDLED")
