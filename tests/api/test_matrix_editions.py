"""The gravity matrix over HTTP: imported by one agency, approved by the other, used from its day as licensed."""

from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from app.law.book import LawBook
from tests.api.acting import ISLINGTON, TODAY, Actor, Document, Stage

pytestmark = pytest.mark.anyio

POLICE, YJS = "demo-policy-police", "demo-policy-yjs"
EDITIONS = "/v1/law/matrix-editions"
TOMORROW = "2026-11-22"


@pytest.fixture
def table(law_book: LawBook) -> list[str]:
    """Return a table that scores every offence 4."""
    return ["offence_key,base_score", *(f"{key},4" for key in sorted(law_book.offences))]


def _import(table: list[str], **changes: Any) -> Document:
    body = {"id": "npcc-2025", "title": "Licensed edition", "inForceFrom": TOMORROW, "csv": "\n".join(table)}
    return {**body, **changes}


async def _post(actor: Actor, body: Any, path: str = EDITIONS) -> httpx.Response:
    return await actor.send("POST", path, body, purpose=None)


async def _licensed(stage: Stage, table: list[str], **changes: Any) -> None:
    body = _import(table, **changes)
    made = await _post(stage.actor(POLICE), body)
    approved = await _post(stage.actor(YJS), {}, f"{EDITIONS}/{body['id']}/approval")
    assert (made.status_code, approved.status_code) == (201, 201), made.text + approved.text


async def _gravity(stage: Stage, as_at: str) -> Document:
    """Return the gravity of a shop theft that no officer has scored, on a day."""
    facts = a_referral(ISLINGTON, TODAY)
    facts["offences"][0].pop("officerScore", None)
    body = {name: facts[name] for name in ("area", "offences", "victims", "history")} | {"asAt": as_at}
    body["child"] = {"dateOfBirth": facts["child"]["dateOfBirth"]}
    answer = await stage.actor(YJS).send("POST", "/v1/advice", body)
    assert answer.status_code == 200, answer.text
    found: Document = answer.json()["gravity"]
    return found


async def test_shipped_editions_say_whose_scores_they_are(stage: Stage) -> None:
    """Any valid token reads them; the illustrative one is labelled."""
    seen = await stage.actor("demo-auditor").send("GET", EDITIONS, purpose=None)

    found = {one["id"]: (one["status"], one["state"]) for one in seen.json()["items"]}
    assert found == {"acpo-2013": ("NOT_BUNDLED", "SHIPPED"), "illustrative-1": ("ILLUSTRATIVE", "SHIPPED")}


async def test_approved_edition_is_what_advice_uses_from_its_day(stage: Stage, table: list[str]) -> None:
    """From its first day the licensed scores count; the day before, the illustrative ones."""
    await _post(stage.actor(POLICE), _import(table))
    drafted = await _gravity(stage, TOMORROW)
    await _post(stage.actor(YJS), {}, f"{EDITIONS}/npcc-2025/approval")

    before, after = await _gravity(stage, str(TODAY)), await _gravity(stage, TOMORROW)

    assert drafted["matrix"] == before["matrix"] == {"edition": "illustrative-1", "status": "ILLUSTRATIVE"}
    assert after["matrix"] == {"edition": "npcc-2025", "status": "LICENSED"}
    assert after["offences"][0]["base"] == 4


async def test_table_can_be_sent_as_csv(stage: Stage, table: list[str]) -> None:
    """As `text/csv`, with the rest in the query."""
    actor = stage.actor(POLICE)
    headers = {"Authorization": f"Bearer {actor.token}", "Idempotency-Key": "one", "Content-Type": "text/csv"}
    said = f"?id=npcc-2025&title=Licensed%20edition&inForceFrom={TOMORROW}"

    made = await actor.http.post(EDITIONS + said, content="\r\n".join(table), headers=headers)

    assert (made.status_code, made.json()["state"], made.json()["editions"][0]["scores"]) == (
        201,
        "DRAFT",
        len(table) - 1,
    )


async def test_every_problem_of_a_table_is_told_at_once(stage: Stage, table: list[str]) -> None:
    """Unknown key, duplicate, gap, a score out of range: all in one answer, and nothing of the table but our keys."""
    first, second = table[1].split(",")[0], table[2].split(",")[0]
    broken = [table[0], "no_such_offence,3", f"{first},9", f"{first},9", f"{second},2", f"{second},2", *table[4:]]

    refused = await _post(stage.actor(POLICE), _import(broken))

    assert (refused.status_code, refused.json()["code"]) == (422, "matrix-refused")
    assert {one["code"] for one in refused.json()["problems"]} == {
        "unknown-key", "score-out-of-range", "duplicate", "gap",
    }  # fmt: skip
    assert "no_such_offence" not in refused.text


async def test_overlapping_windows_are_refused(stage: Stage, table: list[str]) -> None:
    """One offence cannot have two scores on a day."""
    key = table[1].split(",")[0]
    rows = [f"{row},," for row in table[2:]]
    dated = ["offence_key,base_score,from,until", f"{key},2,,2027-01-31", f"{key},3,2027-01-15,", *rows]

    refused = await _post(stage.actor(POLICE), _import(dated))

    assert {one["code"] for one in refused.json()["problems"]} == {"overlapping-windows"}


@pytest.mark.parametrize(("who", "code"), [(POLICE, "own-draft"), ("colleague", "other-agency-needed")])
async def test_import_is_approved_by_the_other_agency(stage: Stage, table: list[str], who: str, code: str) -> None:
    """Neither the author nor the author's agency puts scores in force."""
    await _post(stage.actor(POLICE), _import(table))
    actor = stage.changed(POLICE, client_id="demo-policy-police-2") if who == "colleague" else stage.actor(who)

    refused = await _post(actor, {}, f"{EDITIONS}/npcc-2025/approval")

    assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_edition_is_approved_once_and_never_changed(stage: Stage, table: list[str]) -> None:
    """Its id is taken for good."""
    await _licensed(stage, table)

    again = await _post(stage.actor(YJS), {}, f"{EDITIONS}/npcc-2025/approval")
    other = await _post(stage.actor(POLICE), _import(table, inForceFrom="2027-01-01"))

    assert (again.status_code, again.json()["code"]) == (409, "already-approved")
    assert (other.status_code, other.json()["code"]) == (409, "edition-exists")


async def test_later_edition_takes_over_from_an_earlier_one(stage: Stage, table: list[str]) -> None:
    """From a day still to come; the earlier edition keeps the days before it."""
    await _licensed(stage, table)
    await _licensed(stage, table, id="npcc-2027", inForceFrom="2027-06-01")

    found = [(await _gravity(stage, day))["matrix"]["edition"] for day in ("2027-05-31", "2027-06-01")]

    assert found == ["npcc-2025", "npcc-2027"]


async def test_days_under_a_licensed_edition_are_never_scored_anew(stage: Stage, table: list[str]) -> None:
    """Two editions cannot begin on one day, nor one reach back into the days of another."""
    await _licensed(stage, table, inForceFrom="2025-01-01")

    refused = await _post(stage.actor(POLICE), _import(table, id="other", inForceFrom="2025-06-01"))

    assert {one["code"] for one in refused.json()["problems"]} == {"overlapping-windows"}


async def test_draft_overtaken_by_another_edition_is_not_approved(stage: Stage, table: list[str]) -> None:
    """Of two drafts for one day, the one approved first stands."""
    await _post(stage.actor(POLICE), _import(table, id="other"))
    await _licensed(stage, table)

    late = await _post(stage.actor(YJS), {}, f"{EDITIONS}/other/approval")

    assert (late.status_code, late.json()["code"]) == (409, "draft-overtaken")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"id": "No Id"}, "/id"), ({"csv": ""}, "/csv"), ({"inForceFrom": "soon"}, "/inForceFrom"), ({"x": 1}, "/x")],
)
async def test_import_that_is_not_of_the_form_is_refused(
    stage: Stage, table: list[str], changes: Document, pointer: str
) -> None:
    """With a pointer to what is wrong."""
    refused = await _post(stage.actor(POLICE), _import(table, **changes))

    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, [pointer])


@pytest.mark.parametrize(
    ("media", "status"), [("application/json; charset=latin-1", 415), ("text/plain", 415), ("text/csv", 422)]
)
async def test_media_are_checked_before_the_table(stage: Stage, media: str, status: int) -> None:
    """JSON or CSV in UTF-8, nothing else."""
    actor = stage.actor(POLICE)
    headers = {"Authorization": f"Bearer {actor.token}", "Idempotency-Key": "one", "Content-Type": media}

    answer = await actor.http.post(EDITIONS, content="x", headers=headers)

    assert answer.status_code == status


async def test_edition_is_read_by_its_id(stage: Stage, table: list[str]) -> None:
    """With its scores, and who agreed to it."""
    await _licensed(stage, table)

    seen = await stage.actor(YJS).send("GET", f"{EDITIONS}/npcc-2025")

    assert (seen.json()["drafted"]["agency"], seen.json()["approved"]["agency"]) == ("POLICE", "YJS")
    assert set(seen.json()["base"].values()) == {4}
    assert (await stage.actor(YJS).send("GET", f"{EDITIONS}/none")).status_code == 404


async def test_book_of_a_live_service_scores_nothing_without_a_licence(law_book: LawBook) -> None:
    """It keeps the scale for the officer's score and holds no score of its own."""
    edition = law_book.without_illustrations().matrix_on(TODAY)

    assert (edition.status, dict(edition.base), edition.scale_max) == ("NOT_BUNDLED", {}, 5)
